/** The language that server and tills share. Pure: no I/O, no clock, no randomness, no zod. */
export { assertNever } from './assert-never.ts';
export { canonicalJson, checkPayload, hashOfCanonical, payloadHash, type CheckedPayload } from './canonical.ts';
export { RESET_REASONS, type Change, type OpKind, type PullPage, type ResetReason } from './change.ts';
export { checkJson, type JsonFault } from './check-json.ts';
export type { BranchStatus, ContextActor, ContextBranch, ContextTenant, MemberStatus, TenantStatus } from './context.ts';
export { decodeCursor, encodeCursor, type CursorFields, type CursorKey, type CursorKeys, type DecodedCursor } from './cursor.ts';
export { ENTITY_KINDS, entityScopeOf, isEntityKind, type EntityKind, type EntityScope, type ModuleName } from './entity-kinds.ts';
export {
  FAILURES,
  failureInfo,
  isFailureCode,
  type EngineFailureCode,
  type FailureCode,
  type FailureInfo,
  type ModuleFailureCode,
} from './failures.ts';
export {
  parseActorId,
  parseBranchId,
  parseClientOpId,
  parseDeviceId,
  parseTenantId,
  parseUuid,
  type ActorId,
  type BranchId,
  type Brand,
  type ClientOpId,
  type DeviceId,
  type TenantId,
} from './ids.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
export { LIMITS } from './limits.ts';
export {
  defineContract,
  type Amount,
  type ModuleContract,
  type OperationContract,
  type OperationSpec,
  type PayloadError,
  type PayloadSchema,
} from './module-contract.ts';
export { payableIn, saleTotals, vatMinor, type Currency, type KhrRoundingMode, type PolicySnapshot, type PricedLine, type SaleTotals } from './money.ts';
export { isOperationType, OPERATION_TYPES, type OperationType } from './operation-types.ts';
export type {
  DirectOutput,
  Evidence,
  Failure,
  OfflineOperation,
  OperationResult,
  OperationStatus,
  ParsedOperation,
  PushOutput,
} from './operation.ts';
export { formatPath, issuesOf, type Issue } from './path.ts';
export { PERMISSIONS, permissionsOf, ROLES, type Permission, type Role } from './permissions.ts';
export { differingKinds, entityHash, ProofBuilder, xorHash, ZERO_HASH, type Proof, type ProofOfKind } from './proof.ts';
export { parseScopes, type ParsedScopes } from './scopes.ts';
export { sha256Hex } from '#sha256';
export { checkText, utf8Bytes } from './text.ts';
