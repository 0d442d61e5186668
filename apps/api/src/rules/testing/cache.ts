import type { Change, PullPage } from '@modula/sync-core';
import { canonical, hashOf, sha256, xor } from './own-hash.ts';

export const ALL_SCOPES = ['sale.*', 'cashSession.*', 'attendance.*', 'inventory.*', 'menu.*', 'policy.*', 'discount.*', 'context.*', 'sync.*'];

/** What a till holds: it applies changes as they come and believes nothing it did not check. */
export class Cache {
  readonly entities = new Map<string, Change>();
  readonly seen: Change[] = [];
  cursor: string | null = null;
  lastSeq = 0;

  /** P1 and F1: ascending, and never at or below what was seen. */
  apply(page: PullPage): void {
    for (const change of page.changes) {
      if (change.seq <= this.lastSeq) throw new Error(`seq ${change.seq} came after ${this.lastSeq} was seen`);
      this.lastSeq = change.seq;
      this.seen.push(change);
      const key = `${change.entityKind} ${change.entityId}`;
      if (change.opKind === 'UPSERT') this.entities.set(key, change);
      else this.entities.delete(key);
    }
    this.cursor = page.cursor;
    if (!page.hasMore) this.#check(page);
    else if (page.proof !== null) throw new Error('a proof came before the last page');
  }

  /** The payloads by entity, without the places where they stood. */
  get state(): Map<string, unknown> {
    return new Map([...this.entities].map(([key, change]): [string, unknown] => [key, change.payload]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  ids(kind: string): string[] {
    return [...this.entities.values()].filter((change) => change.entityKind === kind).map((change) => change.entityId).sort();
  }

  get(kind: string, entityId: string): Change | undefined {
    return this.entities.get(`${kind} ${entityId}`);
  }

  #check(page: PullPage): void {
    this.lastSeq = page.head;
    const mine: Record<string, { count: number; hash: string }> = {};
    for (const { entityKind, entityId, payload } of this.entities.values()) {
      const { count, hash } = mine[entityKind] ?? { count: 0, hash: '0'.repeat(64) };
      mine[entityKind] = { count: count + 1, hash: xor(hash, sha256(`${entityKind}\n${entityId}\n${hashOf(payload)}`)) };
    }
    if (page.proof === null) throw new Error('the last page came without a proof');
    const theirs = Object.fromEntries(Object.entries(page.proof).filter(([, { count }]) => count > 0));
    if (canonical(mine) !== canonical(theirs)) throw new Error(`the proof is ${canonical(theirs)}, but the till holds ${canonical(mine)}`);
    if (page.liveCount !== this.entities.size) throw new Error(`liveCount is ${page.liveCount}, but the till holds ${this.entities.size}`);
  }
}
