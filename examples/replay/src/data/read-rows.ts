import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { salesRowOf, type SalesRow } from './sales-row.ts';

/** Streams a sales file, `.csv` or `.csv.gz`; at no time is more than a little of it in memory. */
export async function* readRows(file: string): AsyncGenerator<SalesRow> {
  const parser = parse({ columns: true, bom: true, skip_empty_lines: true, trim: true });
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip().on('error', (error) => parser.destroy(error))) : bytes;
  bytes.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let lineNumber = 1;
  for await (const record of parser) {
    lineNumber += 1;
    // Safe: with `columns: true` csv-parse gives one object of strings per line.
    yield salesRowOf(record as Record<string, string>, lineNumber);
  }
}
