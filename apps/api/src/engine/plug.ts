import type {
  ActorId,
  BranchId,
  ClientOpId,
  DeviceId,
  EntityKind,
  JsonObject,
  JsonValue,
  ModuleContract,
  OperationType,
  TenantId,
} from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import type { WorkingSets } from './working-set.ts';

/** One operation as a module sees it: authorized, in its turn, with a payload of its type's shape. */
export interface Command<Payload = JsonObject> {
  readonly tenantId: TenantId;
  /** The stream the operation is judged in; null only for a tenant-wide one called without a branch. */
  readonly branchId: BranchId | null;
  readonly deviceId: DeviceId | null;
  readonly actorId: ActorId;
  readonly clientOpId: ClientOpId;
  readonly lane: Lane;
  readonly payload: Payload;
  /** Device clock (ISO-8601 UTC) on the replay lane, server clock on the direct one. Evidence only: it orders nothing (O5). */
  readonly occurredAt: string;
}

export type Lane = 'replay' | 'direct';

/** What a handler changed that devices hold. The engine, and nobody else, puts it on the feed (F4). */
export type EntityChange =
  | { readonly opKind: 'UPSERT'; readonly entityKind: EntityKind; readonly entityId: string; readonly payload: JsonObject }
  | { readonly opKind: 'TOMBSTONE'; readonly entityKind: EntityKind; readonly entityId: string };

/** The entity whose state made an operation fail; the engine adds the change that put it there. */
export interface EntityRef {
  readonly entityKind: EntityKind;
  readonly entityId: string;
}

export type Decision =
  | { readonly kind: 'accepted'; readonly result: JsonValue; readonly changes: readonly EntityChange[] }
  | {
      readonly kind: 'rejected';
      /** `<module>.<CODE>`, listed in the module's contract. */
      readonly code: string;
      readonly details: JsonObject | null;
      readonly about: EntityRef | null;
    };

export function accepted(result: JsonValue, changes: readonly EntityChange[]): Decision {
  return { kind: 'accepted', result, changes };
}

export function rejected(code: string, about: EntityRef | null = null, details: JsonObject | null = null): Decision {
  return { kind: 'rejected', code, details, about };
}

export function upsert(entityKind: EntityKind, entityId: string, payload: JsonObject): EntityChange {
  return { opKind: 'UPSERT', entityKind, entityId, payload };
}

export function tombstone(entityKind: EntityKind, entityId: string): EntityChange {
  return { opKind: 'TOMBSTONE', entityKind, entityId };
}

/**
 * How one operation type is judged. `prepare` says which rows are needed and is called again, with what was
 * loaded, until it asks for nothing new; `decide` then reads and writes rows in memory only. The engine loads and
 * writes for a whole chunk of operations at once, so statements do not grow with its length, and takes back what
 * `decide` wrote when it rejects or throws (the savepoint of an operation).
 */
export interface Handler<Payload> {
  prepare(rows: WorkingSets, command: Command<Payload>): void;
  decide(rows: WorkingSets, command: Command<Payload>): Decision;
}

export type Handlers<Type extends OperationType> = { readonly [T in Type]: Handler<PayloadOf<T>> };

/** A module as the engine knows it: its contract and one handler per operation type. */
export interface PluggedModule {
  readonly contract: ModuleContract;
  readonly handlers: ReadonlyMap<string, Handler<JsonObject>>;
}

/** Joins a contract to its handlers. A type without a handler, or a handler without a type, does not compile. */
export function plug<Contract extends ModuleContract>(
  contract: Contract,
  handlers: Handlers<Extract<keyof Contract['operations'], OperationType>>,
): PluggedModule {
  const byType = new Map<string, Handler<JsonObject>>();
  for (const [type, handler] of Object.entries<Handler<never>>(handlers)) {
    byType.set(type, {
      // The engine parses the payload with this type's own schema before it calls, so the payload is a PayloadOf<type>.
      prepare: (rows, command) => handler.prepare(rows, command as Command<never>),
      decide: (rows, command) => handler.decide(rows, command as Command<never>),
    });
  }
  return { contract, handlers: byType };
}
