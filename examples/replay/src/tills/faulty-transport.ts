import type { OfflineOperation, OperationResult, PushOutput } from '@modula/sync-core';
import type { Answer, Transport } from '@modula/sync-client';
import { pickIndex, type Random } from '../random.ts';
import { differingAnswers } from './compare-answers.ts';

/** How often what went wrong. */
export interface FaultCounts {
  cuts: number;
  aborted: number;
  lostAnswers: number;
  duplicates: number;
  reordered: number;
}

export interface FaultyTransport extends Transport {
  /** The cable is out: nothing goes through, and what is in flight may or may not have arrived. */
  cut(): void;
  restore(): void;
  readonly isCut: boolean;
}

export interface FaultOptions {
  readonly random: Random;
  readonly counts: FaultCounts;
  /** A repeat that was not answered like the first time (G2). */
  readonly onProblem: (problem: string) => void;
}

const CHANCE = { lostAnswer: 0.04, aborted: 0.04, duplicate: 0.05, reordered: 0.05, lostPage: 0.03 } as const;
const ABORT_WITHIN_MS = 40;
const UNREACHABLE = { kind: 'unreachable', message: 'the simulated connection is down' } as const;

type Sent = readonly OfflineOperation[];

/** A network as a shop has it: pushes get lost before, during and after the server's commit, or arrive twice, late and out of order. */
export function createFaultyTransport(inner: Transport, { random, counts, onProblem }: FaultOptions): FaultyTransport {
  let connection = new AbortController();
  let answeredBefore: { operations: Sent; results: readonly OperationResult[] } | null = null;
  const isCut = () => connection.signal.aborted;

  const resend = async (operations: Sent, results: readonly OperationResult[]) => {
    const again = await inner.push(operations, connection.signal);
    if (again.kind === 'ok') differingAnswers(results, again.value.results).forEach(onProblem);
  };
  const send = async (operations: Sent): Promise<Answer<PushOutput>> => {
    if (isCut()) return UNREACHABLE;
    const chance = random();
    if (chance < CHANCE.aborted) {
      counts.aborted += 1;
      const soon = AbortSignal.timeout(1 + pickIndex(random, ABORT_WITHIN_MS));
      return inner.push(operations, AbortSignal.any([connection.signal, soon]));
    }
    const twice = chance < CHANCE.aborted + CHANCE.duplicate ? inner.push(operations, connection.signal) : null;
    const answer = await inner.push(operations, connection.signal);
    if (twice === null) return answer;
    counts.duplicates += 1;
    const other = await twice;
    if (answer.kind === 'ok' && other.kind === 'ok') differingAnswers(answer.value.results, other.value.results).forEach(onProblem);
    return answer.kind === 'ok' ? answer : other;
  };

  return {
    async push(operations) {
      const answer = await send(operations);
      if (answer.kind !== 'ok') return answer;
      if (answeredBefore !== null && random() < CHANCE.reordered) {
        counts.reordered += 1;
        await resend(answeredBefore.operations, answeredBefore.results);
      }
      answeredBefore = { operations, results: answer.value.results };
      if (random() >= CHANCE.lostAnswer) return answer;
      counts.lostAnswers += 1;
      return UNREACHABLE;
    },
    async pull(request) {
      if (isCut()) return UNREACHABLE;
      const page = await inner.pull(request, connection.signal);
      return random() < CHANCE.lostPage ? UNREACHABLE : page;
    },
    outcomes: async (clientOpIds) => (isCut() ? UNREACHABLE : inner.outcomes(clientOpIds, connection.signal)),
    direct: async (type, call) => (isCut() ? UNREACHABLE : inner.direct(type, call, connection.signal)),
    nudges: (branchId, listener) => inner.nudges(branchId, { ...listener, onHead: (head) => !isCut() && listener.onHead(head) }),
    close: () => inner.close(),
    cut() {
      if (isCut()) return;
      counts.cuts += 1;
      connection.abort();
    },
    restore() {
      if (isCut()) connection = new AbortController();
    },
    get isCut() {
      return isCut();
    },
  };
}
