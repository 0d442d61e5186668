import { expect, test } from 'vitest';
import { EnvError, readEnv } from './env.ts';

test('[6] without settings the service is on loopback, port 4000, with rate limits and its own database', () => {
  expect(readEnv({})).toMatchObject({ host: '127.0.0.1', port: 4_000, rateLimits: 'on', webhookAllowLoopback: 'off', databaseUrl: null, cursorKeys: null });
  expect(readEnv({ DATABASE_URL: '' }).databaseUrl).toBeNull();
});

test('a setting that cannot be used is named', () => {
  for (const [name, value] of [['PORT', 'http'], ['PORT', '70000'], ['RATE_LIMITS', 'no'], ['WEBHOOK_ALLOW_LOOPBACK', 'yes'], ['LOG_LEVEL', 'loud'], ['CURSOR_SECRET', 'short']] as const) {
    expect(() => readEnv({ [name]: value })).toThrow(EnvError);
    expect(() => readEnv({ [name]: value })).toThrow(name);
  }
});

test('the first cursor key seals, all of them open', () => {
  expect(readEnv({ CURSOR_SECRET: '2:newer-secret-of-16,1:older-secret-of-16' }).cursorKeys).toEqual([
    { id: 2, secret: 'newer-secret-of-16' },
    { id: 1, secret: 'older-secret-of-16' },
  ]);
});
