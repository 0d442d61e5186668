import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@modula/db';
import { createTestDatabase } from '@modula/db/testing';
import {
  parseActorId,
  parseBranchId,
  parseClientOpId,
  parseDeviceId,
  parseTenantId,
  type ActorId,
  type BranchId,
  type DeviceId,
  type JsonObject,
  type OperationType,
} from '@modula/sync-core';
import type { PayloadOf } from '@modula/sync-core/contracts';
import type { Command, Decision, Handler } from '../../engine/plug.ts';
import { ChunkRows } from '../../engine/working-sets.ts';
import { createModules } from '../index.ts';

/** Who does it, and where. */
export interface Place {
  readonly branchId: BranchId;
  readonly deviceId: DeviceId | null;
  readonly actorId: ActorId;
}

export interface Order {
  readonly type: OperationType;
  readonly payload: JsonObject;
  readonly place: Place;
}

/** Typed spelling of an order: the payload must be of the type's shape. */
export function order<Type extends OperationType>(place: Place, type: Type, payload: PayloadOf<Type> & JsonObject): Order {
  return { type, payload, place };
}

const OCCURRED_AT = '2026-11-22T10:00:00.000Z';

/** One tenant on a real database, its modules called as the engine calls them: prepare, load, decide, flush. */
export class Shop {
  readonly tenantId = must(parseTenantId(randomUUID()));
  readonly till: Place = { branchId: must(parseBranchId(randomUUID())), deviceId: newDevice(), actorId: newActor() };
  readonly #database: Database;
  readonly #handlers: ReadonlyMap<string, Handler<JsonObject>>;

  constructor(database: Database) {
    this.#database = database;
    this.#handlers = new Map(createModules().flatMap((module) => [...module.handlers]));
  }

  /** Another till of the same branch. */
  secondTill(): Place {
    return { ...this.till, deviceId: newDevice() };
  }

  elsewhere(): Place {
    return { ...this.till, branchId: must(parseBranchId(randomUUID())), deviceId: newDevice() };
  }

  otherActor(): Place {
    return { ...this.till, actorId: newActor() };
  }

  online(): Place {
    return { ...this.till, deviceId: null };
  }

  async run(single: Order): Promise<Decision> {
    const [decision] = await this.runTogether([single]);
    if (decision === undefined) throw new Error('an order without a decision');
    return decision;
  }

  /** Several operations in one chunk: loaded together, judged in turn, written together. */
  async runTogether(orders: readonly Order[]): Promise<Decision[]> {
    return this.#database.transaction(this.tenantId, async (tx) => {
      const rows = new ChunkRows();
      const judged = orders.map((each) => ({ handler: this.#handlerOf(each.type), command: this.#command(each) }));
      do {
        await Promise.all(rows.load(tx, this.tenantId));
        for (const { handler, command } of judged) handler.prepare(rows, command);
      } while (rows.wanting);
      const decisions = judged.map(({ handler, command }) => {
        rows.begin();
        const decision = handler.decide(rows, command);
        if (decision.kind === 'accepted') rows.keep();
        else rows.drop();
        return decision;
      });
      rows.flush(tx, this.tenantId);
      return decisions;
    });
  }

  #handlerOf(type: OperationType): Handler<JsonObject> {
    const handler = this.#handlers.get(type);
    if (handler === undefined) throw new Error(`no handler for ${type}`);
    return handler;
  }

  #command({ payload, place }: Order): Command {
    const clientOpId = must(parseClientOpId(randomUUID()));
    return { tenantId: this.tenantId, ...place, clientOpId, lane: 'replay', payload, occurredAt: OCCURRED_AT };
  }
}

/** A database for one test file, and as many tenants on it as there are tests. */
export async function openShops(): Promise<{ open(): Shop; close(): Promise<void> }> {
  const { url, drop } = await createTestDatabase();
  const database = await openDatabase({ url });
  return {
    open: () => new Shop(database),
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

function newDevice(): DeviceId {
  return must(parseDeviceId(randomUUID()));
}

function newActor(): ActorId {
  return must(parseActorId(randomUUID()));
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('a fresh UUID did not parse');
  return value;
}
