import { checkJson, isJsonObject, LIMITS, type JsonObject } from '@modula/sync-core';
import type { ReportInput } from '@modula/sync-core/wire';
import type { Engine } from '../../engine/engine.ts';
import { devices } from '../admit.ts';
import { createDoor, type Door, type DoorDeps } from '../door.ts';
import { badRequest } from '../shape.ts';

/** The SDK reports `ReportInput`; other tills may report what they have. */
export type ManifestWire = ReportInput | JsonObject;

export interface ReportAnswer {
  readonly serverTime: string;
}

/** `sync.report`: the device's manifest, kept as it was sent. Support reads it; nothing depends on its fields. */
export function reportDoor(deps: DoorDeps, { engine, now }: { readonly engine: Engine; readonly now: () => string }): Door<ReportAnswer> {
  return createDoor(deps, {
    name: 'sync.report',
    admit: devices,
    parse: manifestOf,
    run: async (session, manifest) => {
      await engine.report(session, manifest);
      return { serverTime: now() };
    },
  });
}

/** Any JSON object that can be kept: a till may be newer than the server and report more. */
function manifestOf(sent: unknown): JsonObject {
  if (!isJsonObject(sent)) throw badRequest([{ path: '', message: 'must be an object' }]);
  const fault = checkJson(sent);
  if (fault !== null) throw badRequest([{ path: fault.path, message: `cannot be kept: ${fault.reason}` }]);
  if (Buffer.byteLength(JSON.stringify(sent)) > LIMITS.payloadBytes) {
    throw badRequest([{ path: '', message: `must be at most ${LIMITS.payloadBytes} bytes` }]);
  }
  return sent;
}
