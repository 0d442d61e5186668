/** Uniform in [0, 1). */
export type Random = () => number;

/** A repeatable source of chance: the same text gives the same numbers, on every machine (mulberry32 over FNV-1a). */
export function seededRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A whole number from 0 to `below` - 1. */
export function pickIndex(random: Random, below: number): number {
  return Math.floor(random() * below);
}

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[pickIndex(random, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
