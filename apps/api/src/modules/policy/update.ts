import type { PayloadOf } from '@modula/sync-core/contracts';
import { accepted, upsert, type Handler } from '../../engine/plug.ts';
import { branchOf } from '../branch-of.ts';
import { storedPolicy, updatedPolicy } from './rules.ts';
import { branchPolicy } from './table.ts';

/** Changes some of a branch's policy keys and publishes all seven. */
export const updatePolicy: Handler<PayloadOf<'policy.update'>> = {
  prepare(rows, command) {
    rows.of(branchPolicy).want(branchOf(command));
  },

  decide(rows, command) {
    const policies = rows.of(branchPolicy);
    const branchId = branchOf(command);
    const policy = updatedPolicy(storedPolicy(policies.get(branchId)), command.payload);
    policies.put({ branchId, policy: JSON.stringify(policy) });
    return accepted({ ...policy }, [upsert('policy.branch', branchId, { ...policy })]);
  },
};
