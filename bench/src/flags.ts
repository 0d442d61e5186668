export const SECTIONS = ['push', 'statements', 'pull', 'empty-pull', 'fan-out', 'nudge', 'memory'] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface Flags {
  readonly only: ReadonlySet<SectionName>;
  /** Shorter windows and the small sizes only: to see that the bench runs, not to quote its figures. */
  readonly quick: boolean;
}

/** `--only push,pull` and `--quick`. Throws on anything else. */
export function parseFlags(args: readonly string[]): Flags {
  let only: ReadonlySet<SectionName> = new Set(SECTIONS);
  let quick = false;
  for (let index = 0; index < args.length; index += 1) {
    const flag = args[index];
    if (flag === '--quick') quick = true;
    else if (flag === '--only') {
      index += 1;
      only = new Set((args[index] ?? '').split(',').map(parseSection));
    } else throw new Error(`Unknown flag ${String(flag)}. Known: --quick, --only ${SECTIONS.join(',')}`);
  }
  return { only, quick };
}

function parseSection(text: string): SectionName {
  const found = SECTIONS.find((name) => name === text);
  if (found === undefined) throw new Error(`Unknown section "${text}". Known: ${SECTIONS.join(', ')}`);
  return found;
}
