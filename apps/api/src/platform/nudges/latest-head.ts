/** The newest head of one subscription. A slow reader skips heads between; it never makes anything pile up. */
export interface LatestHead {
  /** Heads only grow; an older one is ignored. */
  offer(head: number): void;
  /** No more heads. With an error, the reader gets it. */
  end(error: Error | null): void;
  /** The newest head that was not read yet, as soon as there is one; null at the end. */
  next(): Promise<number | null>;
}

interface State {
  newest: number;
  delivered: number;
  ended: { readonly error: Error | null } | null;
  wake: (() => void) | null;
}

export function latestHead(): LatestHead {
  const state: State = { newest: -1, delivered: -1, ended: null, wake: null };
  const wakeReader = () => {
    state.wake?.();
    state.wake = null;
  };
  return {
    offer(head) {
      if (head <= state.newest) return;
      state.newest = head;
      wakeReader();
    },
    end(error) {
      state.ended ??= { error };
      wakeReader();
    },
    async next() {
      while (state.ended === null && state.newest === state.delivered) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
      if (state.ended === null) {
        state.delivered = state.newest;
        return state.newest;
      }
      if (state.ended.error !== null) throw state.ended.error;
      return null;
    },
  };
}
