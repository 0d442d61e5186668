const ships = (file) => !/\.test\.ts$|\/testing\/|\.config\.ts$/.test(file);
const source = (file) => ships(file) && file.includes('/src/');

export const sourceRules = [
  {
    name: 'time-and-chance-are-passed-in',
    means: 'the clock and randomness are read in platform/ alone; everything else takes them as arguments',
    covers: (file) => source(file) && !file.includes('/platform/') && !file.includes('/embedded/'),
    pattern: /\bDate\.now\(\)|\bMath\.random\(\)|\bnew Date\(\)/,
  },
  {
    name: 'env-is-read-once',
    means: 'process.env is read in platform/ and at the entry points alone',
    covers: (file) => source(file) && !file.includes('/platform/') && !file.includes('/embedded/') && !/\/(main|env|drizzle\.config)\.ts$|\/commands\//.test(file),
    pattern: /\bprocess\.env\b/,
  },
  {
    name: 'columns-are-listed',
    means: 'a statement names its columns: a star hands out what a later migration adds',
    covers: ships,
    pattern: /\bselect\s+\*/i,
  },
  {
    name: 'nobody-parses-a-message',
    means: 'a decision rests on a code (SQLSTATE, failure code), never on the words of an error',
    covers: source,
    pattern: /message\.(includes|match|startsWith|endsWith)\(/,
  },
  {
    name: 'no-clock-in-an-upsert',
    means: 'now() in DO UPDATE cannot be sent to a shard; the time is a parameter',
    covers: ships,
    pattern: /do\s+update\s+set\b[^`]*\bnow\(\)/i,
  },
];
