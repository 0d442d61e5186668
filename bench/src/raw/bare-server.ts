// A bare tRPC query on the stack the API stands on, running `select 1`: what an empty pull is measured against.
// A process of its own, like the API. It prints its port when it listens.
import { serve } from '@hono/node-server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { initTRPC } from '@trpc/server';
import { Hono } from 'hono';
import postgres from 'postgres';

const { DATABASE_URL } = process.env;
if (DATABASE_URL === undefined) throw new Error('DATABASE_URL is missing.');
const sql = postgres(DATABASE_URL, { max: 10 });
const t = initTRPC.create({ isDev: false });
const router = t.router({ one: t.procedure.query(async () => (await sql<{ one: number }[]>`SELECT 1 AS one`)[0] ?? null) });

const app = new Hono();
app.all('/trpc/*', (context) => fetchRequestHandler({ endpoint: '/trpc', req: context.req.raw, router }));
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.stdout.write(`${port}\n`));
process.on('SIGTERM', () => {
  server.close();
  void sql.end({ timeout: 1 }).then(() => process.exit(0));
});
