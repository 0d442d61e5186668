import type { BranchPolicies } from '../ports.ts';
import { storedPolicy } from './rules.ts';
import { branchPolicy } from './table.ts';

/** The policy module as sales see it. */
export const branchPolicies: BranchPolicies = {
  prepare: (rows, branchId) => rows.of(branchPolicy).want(branchId),
  current: (rows, branchId) => storedPolicy(rows.of(branchPolicy).get(branchId)),
};
