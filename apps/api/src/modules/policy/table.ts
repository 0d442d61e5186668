import { defineTable } from '../../engine/working-set.ts';

/** `policy` is the JSON of a whole BranchPolicy: the seven keys are read and written together. */
export interface BranchPolicyRow {
  readonly branchId: string;
  readonly policy: string;
}

export const branchPolicy = defineTable<BranchPolicyRow>({
  table: 'branch_policy',
  columns: { branchId: 'uuid', policy: 'text' },
  key: ['branchId'],
});
