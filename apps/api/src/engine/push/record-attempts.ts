import type { Tx } from '@modula/db';
import { sha256Hex } from '@modula/sync-core';
import { failureOf } from './answers.ts';
import type { SettleInput } from './settle.ts';

/** Refused reuses and refused envelopes, payloads included (A5). The same one again counts up, it does not fill the table. */
export function recordAttempts(tx: Tx, { tenantId, now, verdicts, evidence }: SettleInput): void {
  const rows = new Map<string, object>();
  for (const verdict of verdicts) {
    if (verdict.kind !== 'reused' && verdict.kind !== 'refused') continue;
    const { candidate } = verdict;
    const { payload: _, ...envelope } = candidate.operation;
    const text = `{"envelope":${JSON.stringify({ ...envelope, lane: candidate.lane })},"payload":${candidate.payloadText}}`;
    const failure = failureOf(candidate, verdict.failure, evidence);
    const fingerprint = sha256Hex(`${failure.code}\n${text}`);
    rows.set(`${candidate.operation.clientOpId} ${fingerprint}`, {
      clientOpId: candidate.operation.clientOpId,
      fingerprint,
      kind: verdict.kind === 'reused' ? 'REUSED' : 'REFUSED',
      deviceId: candidate.caller.kind === 'device' ? candidate.caller.deviceId : null,
      envelope: text,
      outcome: JSON.stringify(failure),
    });
  }
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
