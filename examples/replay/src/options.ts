import { parseArgs } from 'node:util';

export interface ReplayOptions {
  /** A sales file; null: a generated one. */
  readonly data: string | null;
  readonly tillsPerStore: number;
  /** Null: a network without faults. */
  readonly outageSeed: string | null;
  /** The first so many trading days; null: all of them. */
  readonly days: number | null;
  /** Only so many stores, the busiest; null: all of them. */
  readonly stores: number | null;
  /** A service that runs already; null: start one. */
  readonly url: string | null;
}

export const REPLAY_HELP = `npm run replay -- [options]

  --data FILE      a sales file, .csv or .csv.gz (default: generated sales of three cafés)
  --tills N        tills per branch (default 2)
  --outages SEED   the seed of what goes wrong with the network; "off" for a perfect one (default 1)
  --days N         only the first N trading days (default: all; 7 when generated)
  --branches N     only the N busiest branches (default: all)
  --url URL        use a service that runs already, on the database that DATABASE_URL or DATA_DIR names
`;

const GENERATED_DAYS = 7;

/** The command line, or what is wrong with it. */
export function parseReplayOptions(args: readonly string[]): { kind: 'ok'; options: ReplayOptions } | { kind: 'help' } | { kind: 'bad'; message: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        tills: { type: 'string' },
        outages: { type: 'string' },
        days: { type: 'string' },
        branches: { type: 'string' },
        url: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    const data = values.data ?? null;
    return {
      kind: 'ok',
      options: {
        data,
        tillsPerStore: wholeNumber('--tills', values.tills) ?? 2,
        outageSeed: values.outages === 'off' ? null : (values.outages ?? '1'),
        days: wholeNumber('--days', values.days) ?? (data === null ? GENERATED_DAYS : null),
        stores: wholeNumber('--branches', values.branches),
        url: values.url ?? null,
      },
    };
  } catch (error) {
    return { kind: 'bad', message: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${option} takes a whole number above zero, not ${JSON.stringify(text)}`);
  return Number(text);
}
