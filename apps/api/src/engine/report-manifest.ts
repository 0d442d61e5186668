import type { JsonObject } from '@modula/sync-core';
import type { ChunkDeps } from './push/run-chunk.ts';
import { RequestError } from './request-error.ts';
import type { DeviceSession } from './session.ts';

/** Keeps the device's last manifest: what is still in its queue, its versions, clock and storage. The console compares it with what arrived. */
export async function reportManifest({ db, ports }: ChunkDeps, session: DeviceSession, manifest: JsonObject): Promise<void> {
  const { tenantId, deviceId, tokenHash } = session;
  const now = ports.now();
  const written = await db.transaction(tenantId, (tx) =>
    tx.execute(
      `INSERT INTO device_manifest (tenant_id, device_id, manifest, reported_at)
       SELECT d.tenant_id, d.device_id, $3, $4::timestamptz FROM device AS d
        WHERE d.tenant_id = $1 AND d.device_id = $2 AND d.status = 'ACTIVE' AND $5 = ANY(d.token_hashes)
       ON CONFLICT (tenant_id, device_id) DO UPDATE SET manifest = excluded.manifest, reported_at = excluded.reported_at`,
      [tenantId, deviceId, JSON.stringify(manifest), now, tokenHash],
    ),
  );
  if (written === 0) throw new RequestError('UNAUTHORIZED', 'The token is not valid any more.');
}
