import type { Failure, OfflineOperation } from '@modula/sync-core';

export type QueueStatus = 'PENDING' | 'SYNCING' | 'SYNCED' | 'FAILED';

/** One write intent in this device's queue, as it will be sent, with what is known of its fate. */
export interface QueuedOperation {
  readonly operation: OfflineOperation;
  readonly status: QueueStatus;
  /** Length of the operation on the wire, in UTF-8 bytes. */
  readonly wireBytes: number;
  /** How often it was sent. */
  readonly attempts: number;
  /** Why the server refused it; kept until a person dismisses it (Q5). Null unless FAILED. */
  readonly failure: Failure | null;
}
