/**
 * Runs `look` for a key, one run at a time. However often a key is asked for meanwhile, one more run follows: it sees
 * everything that happened before it began.
 */
export function createLookAgain<Key>(look: (key: Key) => Promise<void>): (key: Key) => void {
  const running = new Map<Key, { again: boolean }>();

  async function run(key: Key, state: { again: boolean }): Promise<void> {
    while (state.again) {
      state.again = false;
      await look(key);
    }
    running.delete(key);
  }

  return (key) => {
    const under = running.get(key);
    if (under !== undefined) {
      under.again = true;
      return;
    }
    const state = { again: true };
    running.set(key, state);
    void run(key, state);
  };
}
