import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { swallowingLink } from '../testing/swallowing-link.ts';
import { runOnServer } from '../testing/test-server.ts';
import { type Database, openDatabase } from './database.ts';
import { isTransient, sqlState } from './errors.ts';
import { assertRuntimeRole } from './runtime-role.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase({ url: testDatabase.url });
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const INSERT_TENANT = 'insert into tenant (tenant_id, name) values ($1, $2)';
const SELECT_TENANTS = 'select tenant_id from tenant';

async function newTenant(): Promise<string> {
  const tenantId = randomUUID();
  await database.transaction(tenantId, (tx) => tx.execute(INSERT_TENANT, [tenantId, 'Aroma']));
  return tenantId;
}

async function tenantName(tenantId: string): Promise<string | null> {
  const [row] = await database.read(tenantId, (tx) => tx.query<{ name: string }>('select name from tenant where tenant_id = $1', [tenantId]));
  return row?.name ?? null;
}

describe('transaction', () => {
  test('statements that nobody awaits are committed with the rest', async () => {
    const tenantId = randomUUID();
    await database.transaction(tenantId, async (tx) => {
      tx.send(INSERT_TENANT, [tenantId, 'Aroma']);
      tx.send('update tenant set name = $2 where tenant_id = $1', [tenantId, 'Aroma II']);
      return Promise.resolve();
    });
    expect(await tenantName(tenantId)).toBe('Aroma II');
  });

  test('commitWith answers the statements and has committed', async () => {
    const tenantId = randomUUID();
    const [inserted, rows] = await database.transaction(tenantId, (tx) =>
      tx.commitWith([tx.execute(INSERT_TENANT, [tenantId, 'Aroma']), tx.query<{ name: string }>('select name from tenant where tenant_id = $1', [tenantId])]),
    );
    expect(inserted).toBe(1);
    expect(rows).toEqual([{ name: 'Aroma' }]);
    expect(await tenantName(tenantId)).toBe('Aroma');
  });

  test('no statement is taken after commitWith', async () => {
    const tenantId = randomUUID();
    const late = database.transaction(tenantId, async (tx) => {
      await tx.commitWith([tx.execute(INSERT_TENANT, [tenantId, 'Aroma'])]);
      await tx.execute('delete from actor_branch where tenant_id = $1', [tenantId]);
    });
    await expect(late).rejects.toThrow(TypeError);
  });

  test('[G5] a failed statement that nobody awaited rolls everything back and is what the caller sees', async () => {
    const tenantId = randomUUID();
    const failing = database.transaction(tenantId, async (tx) => {
      await tx.execute(INSERT_TENANT, [tenantId, 'Aroma']);
      tx.send(INSERT_TENANT, [tenantId, 'again']);
      tx.send('update tenant set name = $2 where tenant_id = $1', [tenantId, 'never']);
      return 'done';
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('23505');
    expect(await tenantName(tenantId)).toBeNull();
  });

  test('[G5] a database error that the work caught does not commit the rest: COMMIT is answered ROLLBACK', async () => {
    const tenantId = randomUUID();
    const failing = database.transaction(tenantId, async (tx) => {
      await tx.execute(INSERT_TENANT, [tenantId, 'Aroma']);
      await tx.execute(INSERT_TENANT, [tenantId, 'again']).catch(() => {});
      return 'done';
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('23505');
    expect(await tenantName(tenantId)).toBeNull();
  });

  test('the first error is thrown, not "the transaction is aborted"', async () => {
    const tenantId = await newTenant();
    const failing = database.transaction(tenantId, async (tx) => {
      tx.send(INSERT_TENANT, [tenantId, 'again']);
      await tx.query(SELECT_TENANTS);
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('23505');
  });

  test('a throw of the work rolls back and is passed on, and the connection serves the next transaction', async () => {
    const single = await openDatabase({ url: testDatabase.url, maxConnections: 1 });
    const tenantId = randomUUID();
    const failing = single.transaction(tenantId, async (tx) => {
      await tx.execute(INSERT_TENANT, [tenantId, 'Aroma']);
      throw new RangeError('judged otherwise');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await single.transaction(tenantId, (tx) => tx.query(SELECT_TENANTS))).toEqual([]);
    await single.close();
  });

  test('a rehearsal answers and writes nothing', async () => {
    const tenantId = randomUUID();
    const count = await database.transaction(tenantId, (tx) => tx.execute(INSERT_TENANT, [tenantId, 'Aroma']), { rehearse: true });
    expect(count).toBe(1);
    expect(await tenantName(tenantId)).toBeNull();
  });

  test('parameters arrive as they are: quotes, backslashes, null, arrays, JSON text', async () => {
    const tenantId = randomUUID();
    const nasty = `a"b\\c{d},'e', NULL ½ 咖啡`;
    const [row] = await database.transaction(tenantId, (tx) =>
      tx.query<object>(
        `select $1::text[] as texts, ($9::text[])[2] is null as gap, $2::boolean as yes, $3::boolean[] as flags, ($4::text::jsonb)->>'k' as k, $5::text as nothing,
          $6::bigint as big, $7::timestamptz as at, $8::uuid[] as ids, ($4::jsonb)->>'k' as direct`,
        [[nasty, ''], false, [true, false], JSON.stringify({ k: nasty }), null, Number.MAX_SAFE_INTEGER, '2026-11-22T10:00:00.123456Z', [tenantId], ['a', null]],
      ),
    );
    expect(row).toEqual({
      texts: [nasty, ''],
      gap: true,
      yes: false,
      flags: [true, false],
      k: nasty,
      direct: nasty,
      nothing: null,
      big: Number.MAX_SAFE_INTEGER,
      at: '2026-11-22T10:00:00.123Z',
      ids: [tenantId],
    });
  });

  test('a bigint outside the safe integers throws instead of losing digits, and the connection lives on', async () => {
    const tenantId = randomUUID();
    await expect(database.transaction(tenantId, (tx) => tx.query('select 9007199254740993::bigint as big'))).rejects.toThrow(RangeError);
    expect(await database.transaction(tenantId, (tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('an object as a parameter is refused', async () => {
    await expect(database.transaction(randomUUID(), (tx) => tx.query('select $1::jsonb', [{}]))).rejects.toThrow(TypeError);
  });

  test('more statements than the driver pipelines at once still run in order', async () => {
    const tenantId = await newTenant();
    await database.transaction(tenantId, async (tx) => {
      for (let index = 1; index <= 250; index += 1) tx.send('update tenant set shared_head_seq = $2 where tenant_id = $1 and shared_head_seq = $2::bigint - 1', [tenantId, index]);
      return Promise.resolve();
    });
    const [row] = await database.read(tenantId, (tx) => tx.query<{ seq: number }>('select shared_head_seq as seq from tenant where tenant_id = $1', [tenantId]));
    expect(row?.seq).toBe(250);
  });
});

describe('isolation of tenants', () => {
  test('[A4] without a tenant there are no rows, with another tenant neither', async () => {
    const tenantId = await newTenant();
    expect(await database.global((tx) => tx.query(SELECT_TENANTS))).toEqual([]);
    expect(await database.read(randomUUID(), (tx) => tx.query(SELECT_TENANTS))).toEqual([]);
    expect(await database.read(tenantId, (tx) => tx.query(SELECT_TENANTS))).toEqual([{ tenant_id: tenantId }]);
  });

  test('[A4] no tenant writes a row of another', async () => {
    const other = await newTenant();
    const tenantId = randomUUID();
    const foreign = database.transaction(tenantId, (tx) => tx.execute(INSERT_TENANT, [randomUUID(), 'stolen']));
    expect(sqlState(await foreign.catch((error: unknown) => error))).toBe('42501');
    expect(await database.transaction(tenantId, (tx) => tx.execute('update tenant set name = $2 where tenant_id = $1', [other, 'x']))).toBe(0);
    const without = database.global((tx) => tx.execute(INSERT_TENANT, [tenantId, 'no tenant set']));
    expect(sqlState(await without.catch((error: unknown) => error))).toBe('42501');
  });

  test('[A4] the tenant of one transaction is gone in the next one of the same connection', async () => {
    const single = await openDatabase({ url: testDatabase.url, maxConnections: 1 });
    const tenantId = randomUUID();
    await single.transaction(tenantId, (tx) => tx.execute(INSERT_TENANT, [tenantId, 'Aroma']));
    expect(await single.global((tx) => tx.query(SELECT_TENANTS))).toEqual([]);
    await single.close();
  });

  test('[A4] a tenant id that is no UUID never reaches the statement', async () => {
    await expect(database.transaction(`'; reset role; --`, () => Promise.resolve())).rejects.toThrow(TypeError);
  });

  test('[A4] the support role reads all tenants, writes none and sees no secret', async () => {
    const tenantId = await newTenant();
    const rows = await database.support((tx) => tx.query('select tenant_id from tenant where tenant_id = $1', [tenantId]));
    expect(rows).toHaveLength(1);
    for (const statement of ['select token_hashes from device', 'select pin_hash from actor', 'select secret from webhook', 'select code_hash from enrolment_code']) {
      const refused = database.support((tx) => tx.query(statement));
      expect(sqlState(await refused.catch((error: unknown) => error))).toBe('42501');
    }
    const written = database.support((tx) => tx.execute('update tenant set name = $2 where tenant_id = $1', [tenantId, 'x']));
    expect(sqlState(await written.catch((error: unknown) => error))).toMatch(/^(25006|42501)$/);
  });

  test('[A4] the service runs under a role that row-level security binds', async () => {
    await expect(assertRuntimeRole(database)).resolves.toBeUndefined();
  });
});

describe('connections', () => {
  test('a lost connection fails the transaction as transient and no later statement runs outside of it', async () => {
    const single = await openDatabase({ url: testDatabase.url, maxConnections: 1 });
    const tenantId = await newTenant();
    const lost = single.transaction(tenantId, async (tx) => {
      const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      const sleeping = tx.query('select pg_sleep(10)').catch(() => {});
      tx.send('update tenant set name = $2 where tenant_id = $1', [tenantId, 'half']);
      await runOnServer(testDatabase.url, `select pg_terminate_backend(${backend?.pid})`);
      await sleeping;
      tx.send('update tenant set name = $2 where tenant_id = $1', [tenantId, 'half']);
    });
    expect(isTransient(await lost.catch((error: unknown) => error))).toBe(true);
    expect(await tenantName(tenantId)).toBe('Aroma');
    expect(await single.transaction(tenantId, (tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
    await single.close();
  });

  test('nobody listens at the address: rejected as transient', async () => {
    const nowhere = await openDatabase({ url: 'postgres://nobody:x@127.0.0.1:1/none' });
    const failing = nowhere.transaction(randomUUID(), async (tx) => {
      tx.send('select 1');
      tx.send('select 2');
      await tx.query('select 3');
    });
    expect(sqlState(await failing.catch((error: unknown) => error))).toBe('ECONNREFUSED');
    await nowhere.close();
  });

  test('[G7] a server that has gone silent fails the transaction as transient, and the next one gets a new connection', async () => {
    const link = await swallowingLink(testDatabase.url);
    const behindLink = await openDatabase({ url: link.url, maxConnections: 1, answerTimeoutMs: 200 });
    const tenantId = await newTenant();
    await behindLink.transaction(tenantId, (tx) => tx.query(SELECT_TENANTS));
    link.swallow();
    const failure: unknown = await behindLink.transaction(tenantId, (tx) => tx.query(SELECT_TENANTS)).catch((error: unknown) => error);
    expect(isTransient(failure)).toBe(true);
    link.heal();
    expect(await behindLink.transaction(tenantId, (tx) => tx.query(SELECT_TENANTS))).toEqual([{ tenant_id: tenantId }]);
    await behindLink.close();
    await link.close();
  });

  test('a transaction that waits too long for a connection gives up as transient', async () => {
    const single = await openDatabase({ url: testDatabase.url, maxConnections: 1, acquireTimeoutMs: 50 });
    const held = single.global((tx) => tx.query('select pg_sleep(0.5)'));
    expect(sqlState(await single.global((tx) => tx.query('select 1')).catch((error: unknown) => error))).toBe('POOL_TIMEOUT');
    await held;
    await single.close();
  });

  test('waiting transactions are served in order when the connection comes back', async () => {
    const single = await openDatabase({ url: testDatabase.url, maxConnections: 1 });
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((index) => single.global(async (tx) => {
      await tx.query('select 1');
      order.push(index);
    })));
    expect(order).toEqual([1, 2, 3, 4]);
    await single.close();
  });

  test('a notification reaches the listener', async () => {
    const payload = await new Promise<string>((resolve, reject) => {
      database.listen('stream_moved', resolve).then(() => database.notify('stream_moved', 'hello')).catch(reject);
    });
    expect(payload).toBe('hello');
  });
});
