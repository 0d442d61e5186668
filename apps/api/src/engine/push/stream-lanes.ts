import { isTransient } from '@modula/db';
import type { BranchId, OperationResult, TenantId } from '@modula/sync-core';
import { RequestError } from '../request-error.ts';
import type { Candidate } from './candidate.ts';
import { persistChunk } from './persist-chunk.ts';
import type { ChunkDeps, ChunkOutcome } from './run-chunk.ts';
import { pendingAnswer } from './answers.ts';

/** Where a submission is judged. One lane exists per place and node. */
export interface Place {
  readonly tenantId: TenantId;
  readonly branchId: BranchId | null;
  readonly reach: 'branch' | 'tenant';
}

interface Submission {
  readonly candidates: readonly Candidate[];
  /** How many of them have their answer. */
  done: number;
  readonly answers: OperationResult[];
  resolve(answers: readonly OperationResult[]): void;
  reject(error: unknown): void;
}

/** A run of one submission's next operations. */
interface Part {
  readonly submission: Submission;
  readonly candidates: readonly Candidate[];
}

/** A chunk costs about as much as 20 operations before its first; the stream is locked while it runs. */
const CHUNK_OPERATIONS_MAX = 250;
/** How long a busy place waits for the tills it has just answered, so that the next chunk is not half empty. */
const GATHER_MS = 2;
const RETRY_AFTER_TRANSIENT_MS = 1_000;
const RETRY_AFTER_FAULT_MS = 5_000;

/**
 * Group commit (decision D2). A place has one transaction under way per node; what is submitted meanwhile, by any
 * device of the branch, makes the next one. So a busy branch pays per chunk, an idle one waits for nobody, and stuck
 * pushes of one branch hold one connection, not the pool.
 */
export class StreamLanes {
  readonly #deps: ChunkDeps;
  readonly #lanes = new Map<string, Submission[]>();
  readonly #onChunk: (outcome: ChunkOutcome, place: Place) => void;

  constructor(deps: ChunkDeps, onChunk: (outcome: ChunkOutcome, place: Place) => void) {
    this.#deps = deps;
    this.#onChunk = onChunk;
  }

  /** Resolves with one answer per candidate, in order. Rejects when the whole submission is refused. */
  submit(place: Place, candidates: readonly Candidate[]): Promise<readonly OperationResult[]> {
    return new Promise((resolve, reject) => {
      const submission: Submission = { candidates, done: 0, answers: [], resolve, reject };
      const key = `${place.tenantId} ${place.branchId ?? ''} ${place.reach}`;
      const waiting = this.#lanes.get(key);
      if (waiting !== undefined) {
        waiting.push(submission);
        return;
      }
      const queue = [submission];
      this.#lanes.set(key, queue);
      void this.#drain(key, { place, queue });
    });
  }

  /** The one loop of a place. It never rejects: every fault ends in the answers of the submissions it concerns. */
  async #drain(key: string, { place, queue }: { readonly place: Place; readonly queue: Submission[] }): Promise<void> {
    while (queue.length > 0) {
      const parts = nextParts(queue);
      await this.#runParts(place, parts);
      let answered = 0;
      for (const { submission } of parts) {
        if (submission.done < submission.candidates.length) continue;
        queue.splice(queue.indexOf(submission), 1);
        submission.resolve(submission.answers);
        answered += 1;
      }
      if (answered > 1 || (answered === 1 && queue.length > 0)) await this.#gather(queue, answered);
    }
    this.#lanes.delete(key);
  }

  /** Several tills are at it: waits until as many submissions wait as were just answered or waited already, 2 ms at most. */
  async #gather(queue: readonly Submission[], answered: number): Promise<void> {
    const expected = queue.length + answered;
    const { ports } = this.#deps;
    for (let waitedMs = 0; waitedMs < GATHER_MS && queue.length < expected; waitedMs += 1) await ports.sleep(1);
  }

  async #runParts(place: Place, parts: readonly Part[]): Promise<void> {
    let outcome: ChunkOutcome;
    try {
      outcome = await persistChunk(this.#deps, { ...place, candidates: parts.flatMap((part) => part.candidates), rehearse: false });
    } catch (error) {
      await this.#contain(place, { parts, error });
      return;
    }
    for (const part of parts) take(part, outcome);
    try {
      this.#onChunk(outcome, place);
    } catch (error) {
      // The chunk is committed: a nudge or a log line that failed must not stop the lane.
      this.#deps.ports.log.surprise('a committed chunk could not be announced', error, { branchId: place.branchId });
    }
  }

  /** A chunk failed as a whole. It is cut down until the fault stands alone, so that one poison harms nobody else. */
  async #contain(place: Place, { parts, error }: { readonly parts: readonly Part[]; readonly error: unknown }): Promise<void> {
    if (isTransient(error)) {
      for (const part of parts) suspend(part, RETRY_AFTER_TRANSIENT_MS);
      return;
    }
    const [first] = parts;
    if (parts.length > 1) {
      for (const part of parts) await this.#runParts(place, [part]);
    } else if (first !== undefined) {
      await this.#containPart(place, { part: first, error });
    }
  }

  async #containPart(place: Place, { part, error }: { readonly part: Part; readonly error: unknown }): Promise<void> {
    if (error instanceof RequestError) return refuse(part, error);
    if (part.candidates.length === 1) {
      const { operation } = part.candidates[0] ?? {};
      this.#deps.ports.log.surprise('an operation could not be written', error, { clientOpId: operation?.clientOpId ?? null });
      return suspend(part, RETRY_AFTER_FAULT_MS);
    }
    for (const candidate of part.candidates) {
      if (part.submission.done >= part.submission.candidates.length) return;
      await this.#runParts(place, [{ submission: part.submission, candidates: [candidate] }]);
    }
  }
}

/** The next operations of the waiting submissions, in the order they came, up to a chunk's size. */
function nextParts(queue: readonly Submission[]): Part[] {
  const parts: Part[] = [];
  let room = CHUNK_OPERATIONS_MAX;
  for (const submission of queue) {
    if (room === 0) break;
    const candidates = submission.candidates.slice(submission.done, submission.done + room);
    room -= candidates.length;
    parts.push({ submission, candidates });
  }
  return parts;
}

function take(part: Part, outcome: ChunkOutcome): void {
  if (part.candidates.some((candidate) => outcome.unauthorized.has(candidate))) {
    refuse(part, new RequestError('UNAUTHORIZED', 'The token is not valid any more.'));
    return;
  }
  let pending: OperationResult | null = null;
  for (const candidate of part.candidates) {
    const answer = outcome.answers.get(candidate);
    if (answer === undefined) throw new Error('a chunk answered fewer operations than it was given');
    part.submission.answers.push(answer);
    part.submission.done += 1;
    if (answer.status === 'PENDING') pending = answer;
  }
  if (pending !== null) suspend(part, pending.retryAfterMs ?? RETRY_AFTER_FAULT_MS);
}

/** Everything of this submission that has no answer yet is PENDING: what follows an undecided operation waits (O3). */
function suspend({ submission }: Part, retryAfterMs: number): void {
  for (const candidate of submission.candidates.slice(submission.done)) {
    submission.answers.push(pendingAnswer(candidate.asSent, retryAfterMs));
    submission.done += 1;
  }
}

function refuse({ submission }: Part, error: RequestError): void {
  submission.done = submission.candidates.length;
  submission.reject(error);
}
