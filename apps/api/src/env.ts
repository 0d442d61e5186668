import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CursorKey } from '@modula/sync-core';

/** Everything the service can be told from outside. This file is the only reader of `process.env`. */
export interface Env {
  /** Null: the service starts its own embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly rateLimits: 'on' | 'off';
  /** Null: metrics are for this machine only. */
  readonly metricsToken: string | null;
  /** Null: kept in the database, made at the first start. */
  readonly cursorKeys: readonly CursorKey[] | null;
  readonly writeConnections: number;
  readonly readConnections: number;
  readonly nudgePollMs: number;
  /** `on`: a webhook may point at this machine. For tests and development. */
  readonly webhookAllowLoopback: 'on' | 'off';
}

/** A setting that cannot be used. The message names it and what it should be. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

type Source = Readonly<Record<string, string | undefined>>;

const DEFAULT_DATA_DIR = fileURLToPath(new URL('../../../.data', import.meta.url));
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the settings, or throws EnvError. An empty value counts as not set. */
export function readEnv(source: Source = process.env): Env {
  return {
    databaseUrl: text(source, 'DATABASE_URL'),
    dataDir: path.resolve(text(source, 'DATA_DIR') ?? DEFAULT_DATA_DIR),
    host: text(source, 'HOST') ?? '127.0.0.1',
    port: integer(source, 'PORT', { fallback: 4_000, min: 0, max: 65_535 }),
    logLevel: oneOf(source, 'LOG_LEVEL', { fallback: 'info', allowed: LOG_LEVELS }),
    rateLimits: onOrOff(source, 'RATE_LIMITS', 'on'),
    metricsToken: text(source, 'METRICS_TOKEN'),
    cursorKeys: cursorKeys(text(source, 'CURSOR_SECRET')),
    writeConnections: integer(source, 'WRITE_CONNECTIONS', { fallback: 10, min: 1, max: 500 }),
    readConnections: integer(source, 'READ_CONNECTIONS', { fallback: 6, min: 1, max: 500 }),
    nudgePollMs: integer(source, 'NUDGE_POLL_MS', { fallback: 15_000, min: 100, max: 600_000 }),
    webhookAllowLoopback: onOrOff(source, 'WEBHOOK_ALLOW_LOOPBACK', 'off'),
  };
}

function text(source: Source, name: string): string | null {
  const value = source[name];
  return value === undefined || value === '' ? null : value;
}

function integer(source: Source, name: string, limits: { readonly fallback: number; readonly min: number; readonly max: number }): number {
  const given = text(source, name);
  if (given === null) return limits.fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < limits.min || value > limits.max) {
    throw new EnvError(`${name} must be a whole number from ${limits.min} to ${limits.max}, not "${given}"`);
  }
  return value;
}

function oneOf(source: Source, name: string, choice: { readonly fallback: string; readonly allowed: readonly string[] }): string {
  const value = text(source, name) ?? choice.fallback;
  if (!choice.allowed.includes(value)) throw new EnvError(`${name} must be one of ${choice.allowed.join(', ')}, not "${value}"`);
  return value;
}

function onOrOff(source: Source, name: string, fallback: 'on' | 'off'): 'on' | 'off' {
  return oneOf(source, name, { fallback, allowed: ['on', 'off'] }) === 'on' ? 'on' : 'off';
}

/** `2:newer,1:older`: the first seals, all open. Every node needs the same value. */
function cursorKeys(given: string | null): readonly CursorKey[] | null {
  if (given === null) return null;
  return given.split(',').map((entry) => {
    const match = /^(\d{1,3}):(.{16,})$/.exec(entry);
    const id = Number(match?.[1]);
    const secret = match?.[2];
    if (secret === undefined || id > 255) throw new EnvError('CURSOR_SECRET must be <id 0-255>:<secret of 16 characters or more>, separated by commas');
    return { id, secret };
  });
}
