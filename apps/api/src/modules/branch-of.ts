import type { BranchId } from '@modula/sync-core';
import type { Command } from '../engine/plug.ts';

/** The branch of a branch-scoped operation. The engine answers BRANCH_REQUIRED before a module is asked (A1), so null is a fault. */
export function branchOf(command: Command<unknown>): BranchId {
  if (command.branchId === null) throw new Error('a branch-scoped operation reached its module without a branch');
  return command.branchId;
}
