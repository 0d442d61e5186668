import type { OperationResult } from '@modula/sync-core';
import type { EnvelopeOrFault } from '@modula/sync-core/wire';
import type { PushAnswer } from '../engine.ts';
import type { OperationRegistry } from '../registry.ts';
import type { DeviceSession } from '../session.ts';
import { answerFaults, type PlacedFault } from './answer-faults.ts';
import { inspect, type Caller, type Candidate } from './candidate.ts';
import type { ChunkDeps } from './run-chunk.ts';
import type { StreamLanes } from './stream-lanes.ts';

export interface PushDeps extends ChunkDeps {
  readonly registry: OperationRegistry;
  readonly lanes: StreamLanes;
}

type Envelope = Extract<EnvelopeOrFault, { kind: 'envelope' }>;

/** The replay lane: judges a device's operations in the order it made them (O1) and answers in the order they were sent. */
export async function pushBatch(deps: PushDeps, session: DeviceSession, operations: readonly EnvelopeOrFault[]): Promise<PushAnswer> {
  const caller: Caller = { kind: 'device', tenantId: session.tenantId, deviceId: session.deviceId, tokenHash: session.tokenHash };
  const { faults, order } = split(operations);
  const results = await answerFaults(deps, session, faults);
  const candidates = order.map(({ envelope }) => candidateOf(deps.registry, envelope, caller));
  if (candidates.length > 0) {
    const { tenantId, branchId } = session;
    const decided = await deps.lanes.submit({ tenantId, branchId, reach: 'branch' }, candidates);
    decided.forEach((answer, turn) => results.set(order[turn]?.place ?? -1, answer));
  }
  return { serverTime: deps.ports.now(), results: inPlace(results, operations.length) };
}

export function candidateOf(registry: OperationRegistry, envelope: Envelope, caller: Caller): Candidate {
  return inspect(registry, envelope.operation, { asSent: envelope.clientOpId, lane: 'replay', caller });
}

/** Malformed envelopes with their places, and the rest in the order of `deviceSeq`. */
export function split(operations: readonly EnvelopeOrFault[]): {
  readonly faults: readonly PlacedFault[];
  readonly order: readonly { readonly envelope: Envelope; readonly place: number }[];
} {
  const faults: PlacedFault[] = [];
  const order: { envelope: Envelope; place: number }[] = [];
  operations.forEach((sent, place) => {
    if (sent.kind === 'fault') faults.push({ fault: sent, place });
    else order.push({ envelope: sent, place });
  });
  order.sort((left, right) => left.envelope.operation.deviceSeq - right.envelope.operation.deviceSeq);
  return { faults, order };
}

/** One result per operation, in the order of the input (contract 2.1). */
export function inPlace(results: ReadonlyMap<number, OperationResult>, count: number): OperationResult[] {
  return Array.from({ length: count }, (_, place) => {
    const result = results.get(place);
    if (result === undefined) throw new Error(`the operation in place ${place} was not answered`);
    return result;
  });
}
