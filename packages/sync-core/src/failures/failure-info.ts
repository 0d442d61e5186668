/** What support and developers are told about a failure code. */
export interface FailureInfo {
  /** The short sentence that travels with the failure. Texts may change, codes may not. */
  readonly message: string;
  /** Who can do something about it. */
  readonly actor: 'developer' | 'support' | 'manager' | 'cashier' | 'nobody';
  /** Whether running the stored operation again can succeed. */
  readonly retryHelps: 'never' | 'after-fix' | 'automatic';
  readonly means: string;
  readonly fix: string;
  /** tRPC code of the error on the direct lane. */
  readonly httpCode: 'BAD_REQUEST' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND' | 'CONFLICT' | 'PRECONDITION_FAILED';
}
