import { randomUUID } from 'node:crypto';
import { payloadHash, type JsonObject } from '@modula/sync-core';
import type { HttpClient } from './http-client.ts';

/** An enrolled device as the load generator plays it. */
export interface Till {
  readonly tenantId: string;
  readonly branchId: string;
  readonly deviceId: string;
  readonly deviceToken: string;
  readonly actorId: string;
  readonly cashSessionId: string;
  nextDeviceSeq: number;
  readonly client: HttpClient;
}

export type PayloadMaker = (till: Till) => JsonObject;

/** The bytes of one `sync.push` request with `batch` operations; takes their places in the till's own order. */
export function preparePush(till: Till, options: { type: string; batch: number; payload: PayloadMaker }): Buffer {
  const occurredAt = new Date().toISOString();
  const operations = Array.from({ length: options.batch }, () => {
    const payload = options.payload(till);
    const deviceSeq = till.nextDeviceSeq;
    till.nextDeviceSeq += 1;
    return {
      clientOpId: randomUUID(),
      deviceId: till.deviceId,
      deviceSeq,
      type: options.type,
      version: 1,
      tenantId: till.tenantId,
      branchId: till.branchId,
      actorId: till.actorId,
      payload,
      payloadHash: payloadHash(payload),
      dependsOn: [],
      occurredAt,
    };
  });
  return Buffer.from(JSON.stringify({ operations }));
}

/** Sends a prepared push. Throws when anything in it was not applied: a bench of rejections measures nothing. */
export async function sendPush(till: Till, body: Buffer): Promise<void> {
  const answer = await till.client.mutate('sync.push', body);
  if (answer.includes('"status":"FAILED"') || answer.includes('"status":"PENDING"')) {
    throw new Error(`A push was not applied: ${answer.slice(0, 2000)}`);
  }
}

export async function openCashSession(till: Till): Promise<void> {
  const payload = (): JsonObject => ({ cashSessionId: till.cashSessionId, openingFloatMinor: 10_000 });
  await sendPush(till, preparePush(till, { type: 'cashSession.open', batch: 1, payload }));
}
