import { randomUUID } from 'node:crypto';
import { parseBranchId, parseDeviceId, parseTenantId } from '@modula/sync-core';
import { expect, test } from 'vitest';
import type { DeviceSession } from '../engine/session.ts';
import { createMetrics } from './metrics.ts';
import { createRateLimits } from './rate-limits.ts';

const device = (): DeviceSession => ({
  kind: 'device',
  tenantId: parseTenantId(randomUUID())!,
  deviceId: parseDeviceId(randomUUID())!,
  branchId: parseBranchId(randomUUID())!,
  tokenHash: '',
});

test('[2.3] a device that runs wild is TOO_MANY_REQUESTS and told when to come back; another one is not', async () => {
  const limits = createRateLimits(createMetrics());
  const wild = device();
  for (let push = 0; push < 100; push += 1) await limits.spend(wild, 200);
  await expect(limits.spend(wild, 1)).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    data: { retryAfterMs: expect.any(Number) as number },
  });
  await limits.spend(device(), 200);
});

test('five wrong PINs, then a rest; a right one starts afresh', async () => {
  const { pins } = createRateLimits(createMetrics());
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await pins.take('till/dara')).toEqual({ kind: 'ok' });
  expect(await pins.take('till/dara')).toMatchObject({ kind: 'limited' });
  await pins.reset('till/dara');
  expect(await pins.take('till/dara')).toEqual({ kind: 'ok' });
});

test('an address that guesses tokens is refused before the database is asked', async () => {
  const limits = createRateLimits(createMetrics());
  for (let guess = 0; guess < 600; guess += 1) await limits.badToken('203.0.113.9');
  await expect(limits.admitAddress('203.0.113.9')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await limits.admitAddress('203.0.113.10');
});

test('an address that tries one e-mail after the other at the console is stopped, another address is not', async () => {
  const limits = createRateLimits(createMetrics());
  for (let attempt = 0; attempt < 60; attempt += 1) await limits.consoleSignIn('203.0.113.9');
  await expect(limits.consoleSignIn('203.0.113.9')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await limits.consoleSignIn('203.0.113.10');
});
