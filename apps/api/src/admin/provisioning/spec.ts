import { checkJson, parseUuid } from '@modula/sync-core';
import { z } from 'zod';

/** What is wrong with a specification, and where: `tenants[0].actors[1].role`. */
export interface SpecIssue {
  readonly path: string;
  readonly message: string;
}

const NAME_MAX = 200;

// PostgreSQL can't store U+0000, and lone surrogates can't be sent as UTF-8.
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => checkJson(value) === null, 'not well-formed text');

const name = text(NAME_MAX).refine((value) => value.trim() === value, 'starts or ends with a blank');

const id = z
  .string()
  .refine((value) => parseUuid(value) !== null, 'not a UUID')
  .transform((value) => value.toLowerCase());

const reference = text(NAME_MAX);

/** Things are found by `id` where given, else by `name`; so one of the two there must be. */
const named = (entry: { readonly id?: string | undefined; readonly name?: string | undefined }): boolean =>
  entry.id !== undefined || entry.name !== undefined;
const NAMED = 'give a name, or the id of what exists';

const branch = z
  .strictObject({ id: id.optional(), name: name.optional(), status: z.enum(['ACTIVE', 'FROZEN', 'ARCHIVED']).optional() })
  .refine(named, NAMED);

const actor = z
  .strictObject({
    id: id.optional(),
    name: name.optional(),
    role: z.enum(['OWNER', 'MANAGER', 'CASHIER']).optional(),
    branches: z.array(reference).optional(),
    pin: text(64).optional(),
    status: z.enum(['ACTIVE', 'REVOKED']).optional(),
    reissue: z.boolean().optional(),
  })
  .refine(named, NAMED);

const device = z
  .strictObject({
    id: id.optional(),
    name: name.optional(),
    branch: reference.optional(),
    actors: z.array(reference).optional(),
    status: z.enum(['ACTIVE', 'REVOKED']).optional(),
    reissue: z.boolean().optional(),
  })
  .refine(named, NAMED);

const tenant = z
  .strictObject({
    id: id.optional(),
    name: name.optional(),
    status: z.enum(['ACTIVE', 'FROZEN']).optional(),
    branches: z.array(branch).optional(),
    actors: z.array(actor).optional(),
    devices: z.array(device).optional(),
  })
  .refine(named, NAMED);

const support = z.strictObject({
  email: z.email().max(320).transform((value) => value.toLowerCase()),
  password: text(200).optional(),
  role: z.enum(['VIEWER', 'OPERATOR', 'ADMIN']).optional(),
  status: z.enum(['ACTIVE', 'REVOKED']).optional(),
});

const spec = z.strictObject({ tenants: z.array(tenant).optional(), support: z.array(support).optional() });

export type ProvisionSpec = z.infer<typeof spec>;
export type TenantSpec = z.infer<typeof tenant>;
export type BranchSpec = z.infer<typeof branch>;
export type ActorSpec = z.infer<typeof actor>;
export type DeviceSpec = z.infer<typeof device>;
export type SupportSpec = z.infer<typeof support>;

/** The specification, or every place where it is not one. */
export function parseSpec(
  value: unknown,
): { readonly kind: 'ok'; readonly spec: ProvisionSpec } | { readonly kind: 'bad'; readonly issues: readonly SpecIssue[] } {
  const parsed = spec.safeParse(value);
  if (parsed.success) return { kind: 'ok', spec: parsed.data };
  return { kind: 'bad', issues: parsed.error.issues.map((issue) => ({ path: pathText(issue.path), message: issue.message })) };
}

function pathText(path: readonly PropertyKey[]): string {
  let out = '';
  for (const part of path) out += typeof part === 'number' ? `[${part}]` : `${out === '' ? '' : '.'}${String(part)}`;
  return out === '' ? '(the whole file)' : out;
}
