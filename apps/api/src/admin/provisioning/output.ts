import type { PlanSecrets } from './mint-secrets.ts';
import type { TenantPlan } from './plan.ts';
import type { TenantSpec } from './spec.ts';

/** What provisioning prints: the specification's shape with the ids, tokens and codes beside the names. */
export interface ProvisionOutput {
  readonly tenants?: readonly TenantOutput[];
  readonly support?: readonly SupportOutput[];
}

export interface TenantOutput {
  readonly name: string;
  readonly tenantId: string;
  readonly status: string;
  readonly branches?: readonly BranchOutput[];
  readonly actors?: readonly ActorOutput[];
  readonly devices?: readonly DeviceOutput[];
}

export interface BranchOutput {
  readonly name: string;
  readonly branchId: string;
  readonly status: string;
}

export interface ActorOutput {
  readonly name: string;
  readonly role: string;
  readonly branches?: readonly string[];
  readonly actorId: string;
  readonly status: string;
  /** Only when it was made just now. */
  readonly actorToken?: string;
}

export interface DeviceOutput {
  readonly name: string;
  readonly branch?: string;
  readonly actors?: readonly string[];
  readonly deviceId: string;
  readonly branchId: string;
  readonly status: string;
  /** Only when they were made just now. */
  readonly deviceToken?: string;
  readonly enrolmentCode?: string;
}

export interface SupportOutput {
  readonly email: string;
  readonly role: string;
  readonly supportUserId: string;
}

/** A tenant's part of the output. References stay as the specification wrote them; PINs are never echoed. */
export function tenantOutput(plan: TenantPlan, secrets: PlanSecrets, spec: TenantSpec): TenantOutput {
  return {
    name: plan.tenant.name,
    tenantId: plan.tenantId,
    status: plan.tenant.status,
    ...(spec.branches === undefined
      ? {}
      : { branches: plan.branches.map(({ after }) => ({ name: after.name, branchId: after.branchId, status: after.status })) }),
    ...(spec.actors === undefined ? {} : { actors: plan.actors.map((entry, index) => actorOutput(entry, secrets, spec.actors?.[index]?.branches)) }),
    ...(spec.devices === undefined ? {} : { devices: plan.devices.map((entry, index) => deviceOutput(entry, secrets, spec.devices?.[index])) }),
  };
}

function actorOutput({ after }: TenantPlan['actors'][number], secrets: PlanSecrets, branches: readonly string[] | undefined): ActorOutput {
  const token = secrets.actorTokens.get(after.actorId);
  return {
    name: after.name,
    role: after.role,
    ...(branches === undefined ? {} : { branches }),
    actorId: after.actorId,
    status: after.status,
    ...(token === undefined ? {} : { actorToken: token.secret }),
  };
}

function deviceOutput(
  { after }: TenantPlan['devices'][number],
  secrets: PlanSecrets,
  spec: { readonly branch?: string | undefined; readonly actors?: readonly string[] | undefined } | undefined,
): DeviceOutput {
  const token = secrets.deviceTokens.get(after.deviceId);
  const code = secrets.enrolmentCodes.get(after.deviceId);
  return {
    name: after.name,
    ...(spec?.branch === undefined ? {} : { branch: spec.branch }),
    ...(spec?.actors === undefined ? {} : { actors: spec.actors }),
    deviceId: after.deviceId,
    branchId: after.branchId,
    status: after.status,
    ...(token === undefined ? {} : { deviceToken: token.secret }),
    ...(code === undefined ? {} : { enrolmentCode: code.secret }),
  };
}
