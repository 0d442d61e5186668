import { parseTenantId, parseUuid, type TenantId } from '@modula/sync-core';
import { addWebhook, listWebhooks, removeWebhook } from '../admin/relay/webhooks.ts';
import { RequestError } from '../engine/request-error.ts';
import { withCommandContext, type CommandContext } from './command-context.ts';
import { operatorName } from './operator-name.ts';
import { runCommand, UsageError } from './run-command.ts';

const USAGE = `Usage: npm run --silent webhook -- add <tenantId> <url>
       npm run --silent webhook -- list <tenantId>
       npm run --silent webhook -- remove <tenantId> <webhookId>
"add" prints the signing secret, once. Adding a URL again gives it a new secret.`;

await runCommand(async ([verb, tenant, argument, ...rest]) => {
  const tenantId = parseTenantId(tenant);
  const isWellFormed = verb === 'list' ? argument === undefined : argument !== undefined && (verb === 'add' || verb === 'remove');
  if (tenantId === null || !isWellFormed || rest.length > 0) throw new UsageError(USAGE);
  try {
    return await withCommandContext((context) => act(context, tenantId, { verb, argument: argument ?? '' }));
  } catch (error) {
    if (error instanceof RequestError) throw new UsageError(error.message);
    throw error;
  }
});

function act(
  { db, env, ports }: CommandContext,
  tenantId: TenantId,
  { verb, argument }: { readonly verb: string | undefined; readonly argument: string },
): Promise<unknown> {
  const operator = operatorName();
  if (verb === 'list') return listWebhooks(db, tenantId);
  if (verb === 'add') return addWebhook(db, tenantId, { url: argument, operator, allowLoopback: env.webhookAllowLoopback === 'on' }, ports);
  const webhookId = parseUuid(argument);
  if (webhookId === null) throw new UsageError(USAGE);
  return removeWebhook(db, tenantId, { webhookId, operator }, ports);
}
