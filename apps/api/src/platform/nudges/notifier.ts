import type { BranchId, TenantId } from '@modula/sync-core';
import type { StreamMoved } from './nudge-message.ts';

/** Collects movements and sends them in few messages: the newest head per stream, one sending at a time. */
export interface Notifier {
  add(moved: StreamMoved): void;
  /** Resolves when everything added so far was sent or given up. */
  flushed(): Promise<void>;
}

export interface NotifierPorts {
  send(moved: readonly StreamMoved[]): Promise<void>;
  /** Rests after each sending, so that a busy node notifies at most some hundred times a second. */
  rest(): Promise<void>;
  failed(error: unknown): void;
}

export function createNotifier(ports: NotifierPorts): Notifier {
  let pending = new Map<string, StreamMoved>();
  let sending: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (pending.size > 0) {
      const batch = [...pending.values()];
      pending = new Map();
      try {
        await ports.send(batch);
      } catch (error) {
        // Only a hint was lost: the slow poll of the other nodes finds the heads.
        ports.failed(error);
      }
      await ports.rest();
    }
    sending = null;
  }

  return {
    add(moved) {
      const key = keyOf(moved.tenantId, moved.branchId);
      const known = pending.get(key);
      if (known !== undefined && (known.head ?? 0) > (moved.head ?? 0)) return;
      pending.set(key, moved);
      sending ??= drain();
    },
    flushed: () => sending ?? Promise.resolve(),
  };
}

function keyOf(tenantId: TenantId, branchId: BranchId | null): string {
  return `${tenantId}/${branchId ?? '*'}`;
}
