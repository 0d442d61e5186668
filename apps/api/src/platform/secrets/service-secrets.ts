import type { Database } from '@modula/db';
import type { CursorKey, CursorKeys } from '@modula/sync-core';

const CURSOR_SECRET_BYTES = 32;
const FIRST_KEY_ID = 1;

interface SecretRow {
  readonly key_id: number;
  readonly secret: string;
}

/**
 * The keys that seal cursors, shared by all nodes of one database: made once, by whichever node starts first. The highest id
 * is current. To rotate, insert a row with the next id and restart the nodes; older ids are accepted until their rows are deleted.
 */
export async function loadCursorKeys(db: Database, randomBytes: (length: number) => Uint8Array): Promise<CursorKeys> {
  const proposal = Buffer.from(randomBytes(CURSOR_SECRET_BYTES)).toString('base64url');
  const rows = await db.global(async (tx) => {
    await tx.execute(
      `INSERT INTO service_secret (name, key_id, secret)
       SELECT 'cursor', $1, $2 WHERE NOT EXISTS (SELECT FROM service_secret WHERE name = 'cursor')
       ON CONFLICT (name, key_id) DO NOTHING`,
      [FIRST_KEY_ID, proposal],
    );
    return await tx.query<SecretRow>(`SELECT key_id, secret FROM service_secret WHERE name = 'cursor' ORDER BY key_id DESC`);
  });
  return cursorKeysOf(rows.map((row) => ({ id: row.key_id, secret: row.secret })));
}

/** The first key is current. Throws when there is none: the service cannot run without. */
export function cursorKeysOf(keys: readonly CursorKey[]): CursorKeys {
  const [current, ...accepted] = keys;
  if (current === undefined) throw new Error('no cursor key: CURSOR_SECRET is empty, or the service_secret row cannot be read');
  return { current, accepted };
}
