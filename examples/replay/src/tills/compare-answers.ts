import { canonicalJson, type OperationResult } from '@modula/sync-core';

/**
 * [G2] Two answers to the same operations must tell the same outcome, field for field but `duplicate`. PENDING decides nothing
 * and is left out. One line per operation that was answered otherwise.
 */
export function differingAnswers(first: readonly OperationResult[], again: readonly OperationResult[]): string[] {
  return first.flatMap((before, index) => {
    const after = again[index];
    if (after === undefined) return [`${before.clientOpId}: no answer the second time`];
    if (before.status === 'PENDING' || after.status === 'PENDING') return [];
    return outcomeText(before) === outcomeText(after) ? [] : [`${before.clientOpId}: ${outcomeText(before)} became ${outcomeText(after)}`];
  });
}

function outcomeText({ clientOpId, status, result, streamSeq, failure }: OperationResult): string {
  return canonicalJson({ clientOpId, status, result, streamSeq, failureCode: failure?.code ?? null });
}
