/** One message of PostgreSQL's protocol, with its header. `type` is empty for the first message of a client, which has none. */
export interface WireMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

const LENGTH_BYTES = 4;

/** Cuts a byte stream into messages. `opening`: the stream begins with a message without a type, as a client's does. */
export class WireReader {
  #rest: Buffer = Buffer.alloc(0);
  #opening: boolean;

  constructor(opening: boolean) {
    this.#opening = opening;
  }

  read(chunk: Buffer): WireMessage[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: WireMessage[] = [];
    for (;;) {
      const typeBytes = this.#opening ? 0 : 1;
      if (this.#rest.length < typeBytes + LENGTH_BYTES) return messages;
      const size = typeBytes + this.#rest.readInt32BE(typeBytes);
      if (this.#rest.length < size) return messages;
      messages.push({ type: this.#rest.toString('latin1', 0, typeBytes), bytes: this.#rest.subarray(0, size) });
      this.#rest = this.#rest.subarray(size);
      this.#opening = false;
    }
  }
}

/** The first two zero-ended texts of a message: a query; a statement's name and query; a portal's and a statement's name. */
export function textsOf({ type, bytes }: WireMessage): string[] {
  return bytes.toString('utf8', type.length + LENGTH_BYTES).split('\0', 2);
}
