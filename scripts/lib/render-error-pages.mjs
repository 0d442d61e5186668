const WHO = {
  developer: 'a developer of the till',
  support: 'support staff',
  manager: 'a manager of the shop',
  cashier: 'the cashier',
  nobody: 'nobody',
};
const RETRY = {
  never: 'A retry never helps.',
  'after-fix': 'A retry by support helps once the cause is fixed.',
  automatic: 'The till retries by itself.',
};

/** The pages of docs/errors: file name → text. `failures` is the catalogue: code → entry. */
export function errorPages(failures) {
  const codes = Object.keys(failures).toSorted();
  const pages = new Map([['README.md', indexPage(codes, failures)]]);
  for (const code of codes) pages.set(`${code}.md`, codePage(code, failures[code]));
  return pages;
}

function indexPage(codes, failures) {
  return [
    '# Failure codes',
    '',
    'What `failure.code` of an operation may say. A `FAILED` outcome is final: only a person changes it (A5).',
    'Written from the catalogue in `packages/sync-core`; do not edit by hand (`npm run docs:errors`).',
    '',
    '| code | means | who acts | does a retry help |',
    '|---|---|---|---|',
    ...codes.map((code) => `| [\`${code}\`](${code}.md) | ${cell(failures[code].means)} | ${failures[code].actor} | ${failures[code].retryHelps} |`),
    '',
  ].join('\n');
}

function codePage(code, entry) {
  return [
    `# ${code}`,
    '',
    `> ${entry.message}`,
    '',
    entry.means,
    '',
    `**What to do.** ${entry.fix}`,
    '',
    `**Who acts.** ${capital(WHO[entry.actor])}. ${RETRY[entry.retryHelps]}`,
    '',
    `**In the direct lane** the call fails with tRPC code \`${entry.httpCode}\` and \`data.sync.code = "${code}"\`.`,
    '',
  ].join('\n');
}

const cell = (text) => text.replaceAll('|', '\\|');
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
