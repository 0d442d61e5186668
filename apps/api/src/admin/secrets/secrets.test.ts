import { randomBytes, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { knownActorId, knownDeviceId, knownTenantId } from '../known-id.ts';
import { parseBearerToken } from '../../platform/auth/token.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';
import { mintEnrolmentCode, parseEnrolmentCode } from './enrolment-code.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { mintActorToken, mintDeviceToken, mintSupportToken } from './token.ts';

test('base32 gives back every byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(Buffer.from(decodeBase32(encodeBase32(bytes))!)).toEqual(Buffer.from(bytes));
    }),
  );
  expect(decodeBase32('a')).toBeNull();
});

test('the tokens made here are those that are understood at the door', () => {
  const [tenantId, deviceId, actorId] = [knownTenantId(randomUUID()), knownDeviceId(randomUUID()), knownActorId(randomUUID())];
  const device = mintDeviceToken(tenantId, deviceId, randomBytes);
  const actor = mintActorToken(tenantId, actorId, randomBytes);
  const support = mintSupportToken(randomBytes);
  expect(parseBearerToken(device.secret)).toEqual({ kind: 'device', tenantId, deviceId, hash: device.hash });
  expect(parseBearerToken(actor.secret)).toEqual({ kind: 'actor', tenantId, actorId, hash: actor.hash });
  expect(parseBearerToken(support.secret)).toEqual({ kind: 'support', hash: support.hash });
});

test('an enrolment code survives how people type it', () => {
  const tenantId = knownTenantId(randomUUID());
  const code = mintEnrolmentCode(tenantId, randomBytes);
  const typed = ` ${code.secret.toLowerCase().replaceAll('-', ' ')} `;
  expect(parseEnrolmentCode(typed)).toEqual({ tenantId, hash: code.hash });
  expect(parseEnrolmentCode(code.secret.slice(1))).toBeNull();
  expect(parseEnrolmentCode('')).toBeNull();
});

test('a password hash accepts its password only, and nothing when there is none', async () => {
  const stored = await hashPassword('1234', randomBytes);
  expect(await verifyPassword('1234', stored)).toBe(true);
  expect(await verifyPassword('1235', stored)).toBe(false);
  expect(await verifyPassword('', null)).toBe(false);
});
