import { readFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';

/** The process id of the server behind a URL, for tests that signal the server they started. */
export async function postmasterOf(databaseUrl: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1, fetch_types: false });
  try {
    const [row] = await sql<{ dir: string }[]>`SELECT current_setting('data_directory') AS dir`;
    const [pid] = (await readFile(path.join(row?.dir ?? '', 'postmaster.pid'), 'utf8')).split('\n');
    return Number(pid);
  } finally {
    await sql.end();
  }
}
