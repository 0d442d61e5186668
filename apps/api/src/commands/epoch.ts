import { parseArgs } from 'node:util';
import { parseBranchId, parseTenantId, type BranchId, type TenantId } from '@modula/sync-core';
import { moveEpoch } from '../admin/epoch/move-epoch.ts';
import { listTenantIds } from '../admin/provisioning/directory.ts';
import { operatorName } from './operator-name.ts';
import { withCommandContext } from './command-context.ts';
import { runCommand, UsageError } from './run-command.ts';

const USAGE = `Usage: npm run --silent epoch -- --reason "…" (--all | <tenantId> [<branchId> …])
Moves the epoch, so that every device of these streams pulls from the beginning. Run it after a database was restored.`;

await runCommand(async (args) => {
  const { values, positionals } = parse(args);
  const reason = values.reason ?? '';
  const tenantId = parseTenantId(positionals[0]);
  const branchIds = positionals.slice(1).map(parseBranchId);
  const isWellFormed = values.all === true ? positionals.length === 0 : tenantId !== null && !branchIds.includes(null);
  if (reason === '' || !isWellFormed) throw new UsageError(USAGE);

  return withCommandContext(async ({ db, ports }) => {
    const tenants: readonly TenantId[] = tenantId === null ? await listTenantIds(db) : [tenantId];
    const branches: readonly BranchId[] | 'all' = branchIds.length === 0 ? 'all' : branchIds.filter((id) => id !== null);
    const answers = [];
    for (const id of tenants) {
      const moved = await moveEpoch(db, id, { branches, operator: operatorName(), reason }, ports);
      answers.push({ tenantId: id, streams: moved });
    }
    return { tenants: answers };
  });
});

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { all: { type: 'boolean' }, reason: { type: 'string' } } });
  } catch {
    throw new UsageError(USAGE);
  }
}
