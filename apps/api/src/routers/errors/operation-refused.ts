import type { OperationResult } from '@modula/sync-core';

/** A direct call whose operation was not applied: FAILED, or PENDING when nothing could be decided (D11). */
export class OperationRefusedError extends Error {
  override readonly name = 'OperationRefusedError';
  readonly result: OperationResult;

  constructor(result: OperationResult) {
    super(result.failure?.message ?? 'Nothing was decided; send it again.');
    this.result = result;
  }
}
