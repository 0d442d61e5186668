import type { JsonObject } from '@modula/sync-core';
import { admitDevice } from './admit-device.ts';
import type { ChunkDeps } from './push/run-chunk.ts';
import type { DeviceSession } from './session.ts';

/** Keeps the device's last manifest: what is still in its queue, its versions, clock and storage. The console compares it with what arrived. */
export async function reportManifest({ db, ports }: ChunkDeps, session: DeviceSession, manifest: JsonObject): Promise<void> {
  const { tenantId, deviceId } = session;
  const now = ports.now();
  await db.transaction(tenantId, (tx) =>
    Promise.all([
      // A refusal undoes what was sent behind it.
      admitDevice(tx, session),
      tx.execute(
        `INSERT INTO device_manifest (tenant_id, device_id, manifest, reported_at)
         SELECT d.tenant_id, d.device_id, $3, $4::timestamptz FROM device AS d WHERE d.tenant_id = $1 AND d.device_id = $2
         ON CONFLICT (tenant_id, device_id) DO UPDATE SET manifest = excluded.manifest, reported_at = excluded.reported_at`,
        [tenantId, deviceId, JSON.stringify(manifest), now],
      ),
    ]),
  );
}
