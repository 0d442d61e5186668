import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { SentStatement } from '../../testing/recorder.ts';

/** How a plan reaches one table. */
export interface TableAccess {
  readonly relation: string;
  /** Null: every row is read. */
  readonly index: string | null;
  readonly condition: string;
}

export interface Explainer {
  /** The plan PostgreSQL uses for any parameters, as the service's own roles. Nothing is run. */
  explain(statement: SentStatement): Promise<TableAccess[]>;
  close(): Promise<void>;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

export function openExplainer(url: string): Explainer {
  const session = (role: string) =>
    postgres(url, { max: 1, onnotice: () => {}, connection: { role, plan_cache_mode: 'force_generic_plan', TimeZone: 'UTC' } });
  const runtime = session('modula_runtime');
  const support = session('modula_support');
  return {
    async explain({ text, params, tenantId }) {
      const name = `plan_${randomUUID().replaceAll('-', '')}`;
      const values = params.length === 0 ? '' : `(${params.map(() => 'NULL').join(', ')})`;
      const [row] = await (tenantId === null ? support : runtime).begin(async (sql) => {
        if (tenantId !== null) await sql.unsafe(`SET LOCAL app.tenant = '${tenantId}'`);
        await sql.unsafe(`PREPARE ${name} AS ${text}`);
        return sql.unsafe<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(`EXPLAIN (FORMAT JSON) EXECUTE ${name}${values}`);
      });
      if (row === undefined) throw new Error('EXPLAIN answered nothing');
      return accessesOf(row['QUERY PLAN'][0].Plan);
    },
    close: async () => {
      await Promise.all([runtime.end(), support.end()]);
    },
  };
}

function accessesOf(node: PlanNode): TableAccess[] {
  const below = (node.Plans ?? []).flatMap(accessesOf);
  const relation = node['Relation Name'];
  if (relation === undefined || !node['Node Type'].includes('Scan')) return below;
  if (node['Node Type'] === 'Bitmap Heap Scan') return [...(node.Plans ?? []).flatMap((child) => bitmapOf(child, relation)), ...below];
  return [{ relation, index: node['Index Name'] ?? null, condition: node['Index Cond'] ?? '' }, ...below];
}

/** The indexes below a bitmap scan; an AND or OR of them has several. */
function bitmapOf(node: PlanNode, relation: string): TableAccess[] {
  if (node['Node Type'] === 'Bitmap Index Scan') return [{ relation, index: node['Index Name'] ?? null, condition: node['Index Cond'] ?? '' }];
  return (node.Plans ?? []).flatMap((child) => bitmapOf(child, relation));
}
