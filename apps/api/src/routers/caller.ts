/** What a door knows about a request before it knows who sent it. */
export interface Caller {
  readonly bearer: string | null;
  readonly remoteAddress: string;
  /** To quote in a support request; stands in the log line of a fault. */
  readonly requestId: string;
}
