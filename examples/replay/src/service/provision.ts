import { spawn } from 'node:child_process';
import type { Workspace } from '../workspace.ts';
import { builtApiFile } from './repository.ts';
import { serviceEnv } from './service-process.ts';
import { childEnded } from './stop-child.ts';

/** What `npm run provision` is told (contract, section 5). */
export interface ProvisionSpec {
  readonly tenants: readonly {
    readonly name: string;
    readonly branches: readonly { readonly name: string }[];
    readonly actors: readonly { readonly name: string; readonly role: 'OWNER' | 'CASHIER'; readonly branches: readonly string[]; readonly reissue?: boolean }[];
    readonly devices: readonly { readonly name: string; readonly branch: string; readonly actors: readonly string[]; readonly reissue?: boolean }[];
  }[];
  readonly support?: readonly { readonly email: string; readonly password: string; readonly role: 'ADMIN' }[];
}

/** What it answers: the same, with ids, and with each token it made. */
export interface ProvisionedTenant {
  readonly tenantId: string;
  readonly branches: readonly { readonly name: string; readonly branchId: string }[];
  readonly actors: readonly { readonly name: string; readonly actorId: string; readonly actorToken?: string }[];
  readonly devices: readonly { readonly name: string; readonly deviceId: string; readonly deviceToken?: string }[];
}

/** Where the service's database is, and who ends what is started for it. */
export interface ServicePlace {
  readonly dataDir: string;
  readonly workspace: Workspace;
}

/** Tells the service of one tenant, through its own command. */
export async function provision(spec: ProvisionSpec, service: ServicePlace): Promise<ProvisionedTenant> {
  const text = await runCommand(JSON.stringify(spec), service);
  // Safe: the command is ours, and what is missing in it shows at the first look-up by name.
  const answer = JSON.parse(text) as { tenants: readonly ProvisionedTenant[] };
  const [tenant] = answer.tenants;
  if (tenant === undefined) throw new Error('the provision command answered no tenant');
  return tenant;
}

function runCommand(input: string, { dataDir, workspace }: ServicePlace): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builtApiFile('commands/provision.js'), '-'], { env: serviceEnv(dataDir), stdio: 'pipe' });
    // Cut short it might leave its database running; it is done in a moment.
    workspace.defer(() => childEnded(child));
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`provisioning failed (${code}):\n${complaints.slice(-4_000)}`))));
    child.stdin.end(input);
  });
}
