import { isTransient } from '@modula/db';

/** Whether an error means that the database is away or busy just now. For the doors, which know no database: nothing is wrong with the request, it can be sent again. */
export function isDatabaseAway(error: unknown): boolean {
  return isTransient(error);
}
