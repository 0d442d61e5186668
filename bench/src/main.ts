// `npm run bench`: the service beside the raw limit of the same server, in one run. See bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseFlags, SECTIONS, type SectionName } from './flags.ts';
import { createFanOutTables } from './raw/raw-fan-out.ts';
import { createRawTables } from './raw/raw-transactions.ts';
import { formatTable, ratioOf, verdictOf, type Row } from './report.ts';
import { measureEmptyPull } from './sections/empty-pull.ts';
import { measureFanOut } from './sections/fan-out.ts';
import { measureMemory } from './sections/memory.ts';
import { measureNudges } from './sections/nudge.ts';
import { measurePull } from './sections/pull.ts';
import { measurePush } from './sections/push.ts';
import { measureStatements } from './sections/statements.ts';
import { startApi } from './service/api-process.ts';
import { startBenchDatabase } from './service/database.ts';
import type { World } from './world.ts';

const measures: Record<SectionName, (world: World) => Promise<void>> = {
  push: measurePush,
  statements: measureStatements,
  pull: measurePull,
  'empty-pull': measureEmptyPull,
  'fan-out': measureFanOut,
  nudge: measureNudges,
  memory: measureMemory,
};

const flags = parseFlags(process.argv.slice(2));
const rows: Row[] = [];
const database = await startBenchDatabase();
try {
  const api = await startApi(database.url);
  try {
    await createRawTables(database);
    await createFanOutTables(database);
    const world: World = {
      database,
      databaseUrl: database.url,
      api,
      quick: flags.quick,
      record: (row) => {
        rows.push(row);
        process.stderr.write(`${row.section}: ${row.what}: ${row.measured.toFixed(1)} ${row.unit}\n`);
      },
    };
    for (const section of SECTIONS.filter((name) => flags.only.has(name))) await measures[section](world);
  } finally {
    await api.stop();
  }
} finally {
  await database.stop();
}

process.stdout.write(`${formatTable(rows)}\n`);
process.stdout.write(`Results: ${saveResults(rows)}\n`);
const missed = rows.filter((row) => verdictOf(row) === 'MISSED').length;
process.stdout.write(missed === 0 ? 'Every bar is reached.\n' : `${missed} bars are missed.\n`);
process.exitCode = missed === 0 || flags.quick ? 0 : 1;

function saveResults(measured: readonly Row[]): string {
  const folder = fileURLToPath(new URL('../results', import.meta.url));
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  const machine = { node: process.version, platform: process.platform, cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' };
  const results = measured.map((row) => ({ ...row, ratio: ratioOf(row), verdict: verdictOf(row) }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, quick: flags.quick, rows: results }, null, 2)}\n`);
  return file;
}
