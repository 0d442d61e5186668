import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import type { AdminPorts } from '../admin/ports.ts';
import type { ProvisionOutput } from '../admin/provisioning/output.ts';
import { provision } from '../admin/provisioning/provision.ts';
import { parseSpec } from '../admin/provisioning/spec.ts';
import { encodeNudges, NUDGE_CHANNEL } from '../platform/nudges/nudge-message.ts';

/** Provisions straight into a test database, as `npm run provision` would. `spec` is what the contract's section 5 shows. */
export async function provisionSpec(databaseUrl: string, spec: unknown): Promise<ProvisionOutput> {
  const parsed = parseSpec(spec);
  if (parsed.kind === 'bad') throw new Error(JSON.stringify(parsed.issues));
  const db = await openDatabase({ url: databaseUrl, maxConnections: 2, readConnections: 2 });
  try {
    const ports = adminPorts(db);
    const provisioned = await provision(db, parsed.spec, ports);
    await ports.sent();
    if (provisioned.kind === 'refused') throw new Error(JSON.stringify(provisioned.issues));
    return provisioned.output;
  } finally {
    await db.close();
  }
}

/** A tenant of its own with one branch, an owner and tills, all by new names: for tests that need somewhere to sell. */
export async function provisionTenant(databaseUrl: string, shape: { readonly tills?: number } = {}): Promise<TestTenant> {
  const tills = Array.from({ length: shape.tills ?? 1 }, (_, index) => `till-${index + 1}`);
  const output = await provisionSpec(databaseUrl, {
    tenants: [
      {
        name: `tenant ${randomUUID()}`,
        branches: [{ name: 'Sen Sok' }],
        actors: [{ name: 'Dara', role: 'OWNER', branches: ['Sen Sok'], pin: '4711' }],
        devices: tills.map((name) => ({ name, branch: 'Sen Sok', actors: ['Dara'] })),
      },
    ],
  });
  const { tenantId, branches, actors, devices } = only(output.tenants);
  const { actorId, actorToken = '' } = only(actors);
  return {
    tenantId,
    branchId: only(branches).branchId,
    actorId,
    actorToken,
    devices: (devices ?? []).map(({ deviceId, deviceToken = '' }) => ({ deviceId, deviceToken })),
  };
}

export interface TestTenant {
  readonly tenantId: string;
  readonly branchId: string;
  readonly actorId: string;
  readonly actorToken: string;
  readonly devices: readonly TestDevice[];
}

export interface TestDevice {
  readonly deviceId: string;
  readonly deviceToken: string;
}

function only<Item>(items: readonly Item[] | undefined): Item {
  const [first] = items ?? [];
  if (first === undefined) throw new Error('provisioning answered too little');
  return first;
}

function adminPorts(db: Database): AdminPorts & { sent(): Promise<void> } {
  const sending: Promise<void>[] = [];
  return {
    now: () => new Date().toISOString(),
    randomUuid: () => randomUUID(),
    randomBytes: (length) => randomBytes(length),
    random: () => Math.random(),
    sleep: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
    nudges: {
      moved: (tenantId, branchId, head) => {
        for (const message of encodeNudges('', [{ tenantId, branchId, head }])) sending.push(db.notify(NUDGE_CHANNEL, message));
      },
    },
    sent: async () => void (await Promise.all(sending)),
  };
}
