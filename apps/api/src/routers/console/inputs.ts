import { checkJson, parseActorId, parseBranchId, parseClientOpId, parseDeviceId, parseTenantId } from '@modula/sync-core';
import { z } from 'zod';

const MAX_PAGE = 500;
const MAX_REASON_LETTERS = 1_000;

function id<Id>(parse: (text: unknown) => Id | null) {
  return z
    .string()
    .max(36)
    .transform((sent, context) => {
      const value = parse(sent);
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: 'must be a UUID' });
      return z.NEVER;
    });
}

/** PostgreSQL cannot keep U+0000, and a lone surrogate cannot be sent to it: neither may get further than here. */
function isKeepable(value: string): boolean {
  return checkJson(value) === null;
}
const NOT_KEEPABLE = 'must be well-formed text without U+0000';

function text(maxLetters: number) {
  return z.string().max(maxLetters).refine(isKeepable, NOT_KEEPABLE);
}

const tenantId = id(parseTenantId);
const branchId = id(parseBranchId);
const clientOpId = id(parseClientOpId);
const instant = z.iso.datetime();
const limit = z.int().min(1).max(MAX_PAGE);
/** A5: a person who changes an outcome says why. */
const reason = z.string().trim().min(1).max(MAX_REASON_LETTERS).refine(isKeepable, NOT_KEEPABLE);

export const signInInput = z.strictObject({ email: text(320).min(3), password: text(200).min(1) });

export const tenantsInput = z.strictObject({
  search: text(200).exactOptional(),
  after: z.strictObject({ name: text(500), tenantId: z.uuid() }).nullable().exactOptional(),
  limit: limit.exactOptional(),
});

export const ofTenant = z.strictObject({ tenantId });

export const streamsInput = z.strictObject({
  tenantId,
  after: z.strictObject({ name: text(500) }).nullable().exactOptional(),
  limit: limit.exactOptional(),
});

export const devicesInput = z.strictObject({
  tenantId,
  after: z.strictObject({ branchId: z.uuid(), name: text(500) }).nullable().exactOptional(),
  limit: limit.exactOptional(),
});

export const feedInput = z.strictObject({ tenantId, branchId, fromSeq: z.int().min(0).default(1), limit: limit.default(100) });

export const failedInput = z.strictObject({
  tenantId,
  code: text(100).nullable().exactOptional(),
  branchId: branchId.nullable().exactOptional(),
  deviceId: id(parseDeviceId).nullable().exactOptional(),
  after: z.strictObject({ decidedAt: instant, clientOpId: z.uuid() }).nullable().exactOptional(),
  limit: limit.exactOptional(),
});

export const operationInput = z.strictObject({ tenantId, clientOpId });

export const auditInput = z.strictObject({
  tenantId,
  acts: z.boolean().exactOptional(),
  after: z.strictObject({ appliedAt: instant, auditId: z.uuid() }).nullable().exactOptional(),
  limit: limit.exactOptional(),
});

export const retryInput = z.strictObject({ tenantId, clientOpId, reason, withDependents: z.boolean().default(false) });
export const waiveInput = z.strictObject({ tenantId, clientOpId, reason });

export const statusInput = z.strictObject({
  tenantId,
  reason,
  change: z.discriminatedUnion('of', [
    z.strictObject({ of: z.literal('tenant'), status: z.enum(['ACTIVE', 'FROZEN']) }),
    z.strictObject({ of: z.literal('branch'), branchId, status: z.enum(['ACTIVE', 'FROZEN', 'ARCHIVED']) }),
    z.strictObject({ of: z.literal('actor'), actorId: id(parseActorId), status: z.enum(['ACTIVE', 'REVOKED']) }),
    z.strictObject({ of: z.literal('device'), deviceId: id(parseDeviceId), status: z.enum(['ACTIVE', 'REVOKED']) }),
  ]),
});

export const epochInput = z.strictObject({ tenantId, reason, branches: z.union([z.literal('all'), z.array(branchId).min(1).max(MAX_PAGE)]) });

export const addWebhookInput = z.strictObject({ tenantId, url: z.url().max(2_000).refine(isKeepable, NOT_KEEPABLE) });
export const removeWebhookInput = z.strictObject({ tenantId, webhookId: z.uuid() });
