import { hashPassword, verifyPassword } from '../secrets/password.ts';
import type { TenantSpec } from './spec.ts';
import type { TenantState } from './tenant-state.ts';

/** What to do about the PIN of one actor entry. Hashing is slow on purpose, so it happens before any lock is taken. */
export interface PinDecision {
  /** The hash that was there when this was decided; another one under the lock means: decide again. */
  readonly against: string | null;
  /** The hash to store; the same as `against` when the PIN is that one already. */
  readonly hash: string;
}

/** By the index of the actor entry; absent where the entry gives no PIN. */
export type PinDecisions = ReadonlyMap<number, PinDecision>;

/** Compares each given PIN with the stored hash, so that running a file twice does not hash (and change) it anew. */
export async function decidePins(
  spec: TenantSpec,
  state: TenantState,
  randomBytes: (length: number) => Uint8Array,
): Promise<PinDecisions> {
  const byId = new Map(state.actors.map((actor) => [actor.actorId as string, actor]));
  const byName = new Map(state.actors.map((actor) => [actor.name, actor]));
  const decided = await Promise.all(
    (spec.actors ?? []).map(async (entry, index): Promise<[number, PinDecision] | null> => {
      if (entry.pin === undefined) return null;
      const known = entry.id !== undefined ? byId.get(entry.id) : byName.get(entry.name ?? '');
      const against = known?.pinHash ?? null;
      const isSame = against !== null && (await verifyPassword(entry.pin, against));
      return [index, { against, hash: isSame ? against : await hashPassword(entry.pin, randomBytes) }];
    }),
  );
  return new Map(decided.filter((entry) => entry !== null));
}
