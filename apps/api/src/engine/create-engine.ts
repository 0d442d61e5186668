import type { Database } from '@modula/db';
import type { CursorKeys, JsonObject, TenantId } from '@modula/sync-core';
import type { Engine, EnginePorts } from './engine.ts';
import type { MovedStream } from './feed/feed-writer.ts';
import type { PluggedModule } from './plug.ts';
import { directCall } from './push/direct-call.ts';
import { pushBatch, type PushDeps } from './push/push-batch.ts';
import { rehearse } from './push/rehearse.ts';
import type { ChunkOutcome } from './push/run-chunk.ts';
import { StreamLanes } from './push/stream-lanes.ts';
import { readOutcomes } from './push/read-outcomes.ts';
import { pullPage } from './pull/pull-page.ts';
import { OperationRegistry } from './registry.ts';
import { reportManifest } from './report-manifest.ts';
import { retryOperation } from './resolve/retry.ts';
import { waiveOperation } from './resolve/waive.ts';

export interface EngineDeps {
  readonly db: Database;
  readonly modules: readonly PluggedModule[];
  readonly ports: EnginePorts;
  readonly cursorKeys: CursorKeys;
}

/** Wires the engine. It knows no module: they are handed in, and their types are found by name. */
export function createEngine({ db, modules, ports, cursorKeys }: EngineDeps): Engine {
  const registry = new OperationRegistry(modules);
  const onChunk = (outcome: ChunkOutcome, tenantId: TenantId): void => {
    nudge(ports, tenantId, outcome.moved);
    logSettled(ports, tenantId, outcome);
  };
  const chunkDeps = { db, ports };
  const lanes = new StreamLanes(chunkDeps, (outcome, place) => onChunk(outcome, place.tenantId));
  const push: PushDeps = { ...chunkDeps, registry, lanes };

  return {
    push: (session, operations) => pushBatch(push, session, operations),
    rehearse: (session, operations) => rehearse(push, session, operations),
    direct: (session, call) => directCall(push, session, call),
    pull: (session, input) => pullPage({ db, ports, cursorKeys }, session, input),
    outcomes: (session, clientOpIds) => readOutcomes(db, session, clientOpIds),
    report: (session, manifest: JsonObject) => reportManifest({ db, ports }, session, manifest),
    retry: (tenantId, clientOpId, request) => retryOperation({ ...push, onChunk }, { tenantId, clientOpId }, request),
    waive: async (tenantId, clientOpId, request) => {
      const { answer, moved } = await waiveOperation(chunkDeps, { tenantId, clientOpId }, request);
      nudge(ports, tenantId, moved);
      return answer;
    },
  };
}

/** After the commit, outside the transaction (design decision 9). */
function nudge(ports: EnginePorts, tenantId: TenantId, moved: readonly MovedStream[]): void {
  for (const { branchId, head } of moved) ports.nudges.moved(tenantId, branchId, head);
}

function logSettled({ log }: EnginePorts, tenantId: TenantId, { verdicts, answers }: ChunkOutcome): void {
  for (const { candidate } of verdicts) {
    const answer = answers.get(candidate);
    if (answer === undefined) continue;
    const { clientOpId, type } = candidate.operation;
    const { status, duplicate, streamSeq } = answer;
    log.settled({ tenantId, clientOpId, type, lane: candidate.lane, status, code: answer.failure?.code ?? null, duplicate, streamSeq });
  }
}
