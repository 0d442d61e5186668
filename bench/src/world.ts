import type { ApiProcess } from './service/api-process.ts';
import type { BenchDatabase } from './service/database.ts';
import type { Row } from './report.ts';

/** What every section gets: the server, the API beside it, and where figures go. */
export interface World {
  readonly database: BenchDatabase;
  readonly databaseUrl: string;
  readonly api: ApiProcess;
  readonly quick: boolean;
  readonly record: (row: Row) => void;
}
