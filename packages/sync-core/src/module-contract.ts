import type { EntityKind, EntityScope, ModuleName } from './entity-kinds.ts';
import type { FailureCode } from './failures.ts';
import type { OperationType } from './operation-types.ts';
import type { Permission } from './permissions.ts';

/** What the engine needs of a schema library. zod schemas fit as they are. */
export interface PayloadSchema<Payload> {
  safeParse(value: unknown): { readonly success: true; readonly data: Payload } | { readonly success: false; readonly error: PayloadError };
}

export interface PayloadError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string; readonly code?: string | undefined }[];
}

/** Money at stake in one operation, so that failures can be summed. */
export interface Amount {
  readonly amountMinor: number;
  readonly currency: 'USD' | 'KHR';
}

/** One operation type: who may do it, from where, with what payload. Method syntax of `amount` lets contracts of any payload share a list. */
export interface OperationContract<Payload = unknown, Type extends string = string> {
  readonly type: Type;
  readonly version: 1;
  /** Whether `sync.push` accepts it. Every type is a direct procedure. */
  readonly offline: boolean;
  readonly scope: EntityScope;
  readonly permission: Permission;
  readonly payload: PayloadSchema<Payload>;
  amount?(payload: Payload): Amount | null;
}

/** A module as both sides know it: kinds it publishes, operations it takes, codes it rejects with. */
export interface ModuleContract {
  readonly module: ModuleName;
  readonly kinds: { readonly [kind: string]: { readonly scope: EntityScope } };
  readonly operations: { readonly [type: string]: OperationContract };
  readonly failures: readonly FailureCode[];
}

/** An operation as a contract file writes it: its type is the key it stands under, its version is 1. */
export type OperationSpec<Payload> = Omit<OperationContract<Payload>, 'type' | 'version'>;

export interface ContractSpec<Module extends ModuleName, Operations> {
  readonly module: Module;
  readonly kinds: { readonly [Kind in Extract<EntityKind, `${Module}.${string}`>]: { readonly scope: EntityScope } };
  readonly operations: Operations;
  readonly failures: readonly Extract<FailureCode, `${Module}.${string}`>[];
}

export interface DefinedContract<Module extends ModuleName, Operations> extends ModuleContract {
  readonly module: Module;
  readonly operations: { readonly [Type in keyof Operations & string]: OperationContract<PayloadIn<Operations[Type]>, Type> };
}

type PayloadIn<Spec> = Spec extends { readonly payload: PayloadSchema<infer Payload> } ? Payload : never;

/** Makes a contract. All kinds and all operations of the module must be in it, and nothing else: anything else does not compile. */
export function defineContract<
  Module extends ModuleName,
  Operations extends { readonly [Type in Extract<OperationType, `${Module}.${string}`>]: OperationSpec<unknown> },
>(spec: ContractSpec<Module, Operations>): DefinedContract<Module, Operations> {
  const operations = Object.entries<OperationSpec<unknown>>(spec.operations).map(([type, operation]) => [type, { ...operation, type, version: 1 }]);
  // fromEntries forgets which type stands under which key; the entries were made from exactly these keys.
  return { ...spec, operations: Object.fromEntries(operations) as DefinedContract<Module, Operations>['operations'] };
}
