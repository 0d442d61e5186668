import type { Tx } from '@modula/db';
import type { DeviceFact } from './facts.ts';
import type { SettleInput } from './settle.ts';
import type { SettledVerdict } from './verdict.ts';

/** The devices' place in their own order, and the places they jumped over (O2). Needs the device row locks. */
export function moveDevices(tx: Tx, { tenantId, now, judge, devices }: SettleInput, settled: readonly SettledVerdict[]): void {
  const moved = [...devices.values()].filter((device) => judge.lastSettledSeqOf(device.deviceId) > device.lastSettledSeq);
  if (moved.length > 0) {
    tx.send(
      `UPDATE device AS d SET last_settled_seq = r.seq, last_seen_at = $4::timestamptz
         FROM unnest($2::uuid[], $3::bigint[]) AS r (device_id, seq) WHERE d.tenant_id = $1 AND d.device_id = r.device_id AND d.device_id = ANY($2::uuid[])`,
      [tenantId, moved.map((device) => device.deviceId), moved.map((device) => judge.lastSettledSeqOf(device.deviceId)), now],
    );
  }
  const gaps = gapsOf(devices, settled);
  if (gaps.length > 0) {
    tx.send(
      `INSERT INTO device_sequence_gap (tenant_id, device_id, from_seq, to_seq, noticed_at)
       SELECT $1::uuid, "deviceId", "fromSeq", "toSeq", $3::timestamptz
         FROM json_to_recordset($2::text::json) AS r ("deviceId" uuid, "fromSeq" bigint, "toSeq" bigint)
       ON CONFLICT (tenant_id, device_id, from_seq) DO NOTHING`,
      [tenantId, JSON.stringify(gaps), now],
    );
  }
}

/** The ranges of deviceSeq that were jumped over on the way to what was settled. */
export function gapsOf(
  devices: ReadonlyMap<string, Pick<DeviceFact, 'lastSettledSeq'>>,
  settled: readonly { readonly candidate: { readonly operation: { readonly deviceId: string | null; readonly deviceSeq: number | null } } }[],
): { deviceId: string; fromSeq: number; toSeq: number }[] {
  const last = new Map<string, number>();
  const gaps: { deviceId: string; fromSeq: number; toSeq: number }[] = [];
  for (const { candidate } of settled) {
    const { deviceId, deviceSeq } = candidate.operation;
    if (deviceId === null || deviceSeq === null) continue;
    const before = last.get(deviceId) ?? devices.get(deviceId)?.lastSettledSeq ?? 0;
    if (deviceSeq > before + 1) gaps.push({ deviceId, fromSeq: before + 1, toSeq: deviceSeq - 1 });
    last.set(deviceId, Math.max(before, deviceSeq));
  }
  return gaps;
}
