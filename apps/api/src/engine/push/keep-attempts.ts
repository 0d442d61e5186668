import type { Tx } from '@modula/db';
import type { ClientOpId, DeviceId, TenantId } from '@modula/sync-core';

/** Something that was tried under an id and refused (A5), as a row. */
export interface AttemptRow {
  readonly clientOpId: ClientOpId;
  /** SHA-256 over what was tried and answered: the same one again is the same row. */
  readonly fingerprint: string;
  readonly kind: 'REUSED' | 'REFUSED';
  readonly deviceId: DeviceId | null;
  readonly envelope: string;
  readonly outcome: string;
}

/** Sends one statement for all of them; none for none. The same attempt again counts up, it does not fill the table. */
export function keepAttempts(tx: Tx, tenantId: TenantId, { attempts, now }: { readonly attempts: readonly AttemptRow[]; readonly now: string }): void {
  // One statement may touch a row once: what a batch repeats is kept once.
  const rows = new Map(attempts.map((attempt) => [`${attempt.clientOpId} ${attempt.fingerprint}`, attempt]));
  if (rows.size === 0) return;
  tx.send(
    `INSERT INTO operation_attempt AS a (tenant_id, client_op_id, fingerprint, kind, device_id, envelope, outcome, attempted_at, last_attempted_at)
     SELECT $1::uuid, "clientOpId", fingerprint, kind, "deviceId", envelope, outcome, $3::timestamptz, $3::timestamptz
       FROM json_to_recordset($2::text::json) AS r ("clientOpId" uuid, fingerprint text, kind text, "deviceId" uuid, envelope text, outcome text)
     ON CONFLICT (tenant_id, client_op_id, fingerprint)
     DO UPDATE SET times = a.times + 1, last_attempted_at = excluded.last_attempted_at`,
    [tenantId, JSON.stringify([...rows.values()]), now],
  );
}
