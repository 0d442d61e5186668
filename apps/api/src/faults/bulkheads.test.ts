import { afterAll, beforeAll, expect, test } from 'vitest';
import { provisionTenant, startTestService, testClient, type TestService } from '../testing/index.ts';
import { holdStreams, type HeldStreams } from './testing/stream-lock.ts';
import { openDrawer, provisionBranches, wireTill, type TestBranch } from './testing/wire-till.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService({ env: { writeConnections: 4, readConnections: 2 } });
});
afterAll(() => service.stop());

// The service gives up a lock after 2 s. A machine that stalls for so long may spoil a try, so there are several.
const TRIES = { retry: 2 };

/** Nobody had to give up for what was answered meanwhile: those who waited then wait still. */
async function expectStillStuck(held: HeldStreams, stuck: readonly string[]): Promise<void> {
  expect(await held.waiting()).toEqual(expect.arrayContaining([...stuck]));
}

const tillsOf = (branch: TestBranch) => branch.devices.map((device) => wireTill(branch, device));

test('[G7] twelve stuck pushes of one branch do not stop another branch of the same tenant', TRIES, async () => {
  const [stuckBranch, freeBranch] = await provisionBranches(service.databaseUrl, [12, 1]);
  const held = await holdStreams(service.databaseUrl, stuckBranch!.tenantId, [stuckBranch!.branchId]);
  const stuck = tillsOf(stuckBranch!).map((till) => {
    const opening = till.operation('cashSession.open', openDrawer());
    return { till, opening, answer: till.push(service.url, [opening]) };
  });
  const waiting = await held.waitedFor(1);
  const [free] = tillsOf(freeBranch!);
  expect(await free!.push(service.url, [free!.operation('cashSession.open', openDrawer())])).toMatchObject([{ status: 'SYNCED' }]);
  await expectStillStuck(held, waiting);
  await held.release();
  for (const { till, opening, answer } of stuck) {
    const [result] = await answer;
    // Whoever waited too long was told to come again; nobody failed.
    expect(['SYNCED', 'PENDING']).toContain(result!.status);
    expect(await till.push(service.url, [opening])).toMatchObject([{ status: 'SYNCED' }]);
  }
});

test('[G7] a tenant whose twelve branches are all stuck does not stop another tenant, in pushes or pulls', TRIES, async () => {
  const branches = await provisionBranches(service.databaseUrl, Array.from({ length: 12 }, () => 1));
  const other = await provisionTenant(service.databaseUrl);
  const held = await holdStreams(service.databaseUrl, branches[0]!.tenantId, branches.map(({ branchId }) => branchId));
  const stuck = branches.map((branch) => {
    const till = wireTill(branch, branch.devices[0]!);
    const opening = till.operation('cashSession.open', openDrawer());
    return { till, opening, answer: till.push(service.url, [opening]) };
  });
  const waiting = await held.waitedFor(3);
  const till = wireTill(other, other.devices[0]!);
  expect(await till.push(service.url, [till.operation('cashSession.open', openDrawer())])).toMatchObject([{ status: 'SYNCED' }]);
  const pulled = await testClient(service.url, till.device.deviceToken).sync.pull.query({ branchId: other.branchId, moduleScopes: ['cashSession.*'] });
  expect(pulled.changes).toHaveLength(1);
  await expectStillStuck(held, waiting);
  await held.release();
  for (const { till: late, opening, answer } of stuck) {
    await answer;
    expect(await late.push(service.url, [opening])).toMatchObject([{ status: 'SYNCED' }]);
  }
});

test('[P5] a pull of a branch whose tenant is stuck in every write is answered all the same', async () => {
  const branches = await provisionBranches(service.databaseUrl, Array.from({ length: 6 }, () => 1));
  const tills = branches.map((branch) => wireTill(branch, branch.devices[0]!));
  const held = await holdStreams(service.databaseUrl, branches[0]!.tenantId, branches.map(({ branchId }) => branchId));
  const answers = tills.map((till) => till.push(service.url, [till.operation('cashSession.open', openDrawer())]));
  await held.waitedFor(3);
  const [branch] = branches;
  const pulling = testClient(service.url, branch!.devices[0]!.deviceToken).sync.pull.query({ branchId: branch!.branchId, moduleScopes: ['context.*'] });

  const first = await Promise.race([pulling.then(() => 'pulled'), Promise.any(answers).then(() => 'pushed')]);
  await held.release();
  await Promise.all([pulling, ...answers]);
  expect(first).toBe('pulled');
});
