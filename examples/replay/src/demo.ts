import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemRuntime } from '@modula/sync-client';
import { DEMO_MENU, DEMO_PLAN, DEMO_TILLS } from './demo/demo-chain.ts';
import { DemoTill } from './demo/demo-till.ts';
import { DeviceSeqs } from './demo/device-seqs.ts';
import { direct } from './demo/director.ts';
import { finalCheck, type DemoBranch } from './demo/final-check.ts';
import { Observer } from './demo/observer.ts';
import { startScreen } from './demo/screen.ts';
import { MenuDesk } from './menu/menu-desk.ts';
import { seededRandom } from './random.ts';
import { complain, say } from './say.ts';
import { provisionChain, type Chain } from './service/chain.ts';
import { repositoryRoot } from './service/repository.ts';
import { startService } from './service/service-process.ts';
import type { FaultCounts } from './tills/faulty-transport.ts';
import { Workspace } from './workspace.ts';

const NOTE_EVERY_MS = 1_000;

const workspace = new Workspace();
try {
  process.exitCode = await demo(workspace);
} catch (error) {
  complain(error);
  process.exitCode = 1;
} finally {
  await workspace.close();
}

/** Everything at once, for a person to watch. Its data stays in DATA_DIR, and the next run goes on with it. */
async function demo(space: Workspace): Promise<number> {
  const { seconds } = parseArgs({ options: { seconds: { type: 'string' } } }).values;
  const ending = new AbortController();
  endOnSignals(space, ending);
  const dataDir = resolve(process.env['DATA_DIR'] || join(repositoryRoot(), '.data'));
  say('Starting the service, its database and four tills …');
  const url = await startService({ dataDir, workspace: space });
  const chain = await provisionChain(DEMO_PLAN, { dataDir, workspace: space });

  const log: string[] = [];
  const tell = (event: string) => {
    log.push(`${new Date().toISOString().slice(11, 19)} ${event}`);
    screen.event(event);
  };
  const seqs = new DeviceSeqs(join(dataDir, 'demo-tills.json'));
  const branches = openBranches({ url, chain, seqs, tell });
  const tills = branches.flatMap((branch) => branch.tills);
  space.defer(() => Promise.all([...tills, ...branches.map(({ observer }) => observer)].map((each) => each.dispose())).then(() => undefined));
  const desk = new MenuDesk({ url, token: chain.ownerToken });
  space.defer(() => desk.close());

  await Promise.all(branches.map(({ observer }) => observer.start()));
  await offerMenu(desk, branches);
  await Promise.all(tills.map((till) => till.start()));

  const startedMs = performance.now();
  if (seconds !== undefined) setTimeout(() => ending.abort(), Number(seconds) * 1_000).unref();
  const note = (wasEndedWell: boolean) => seqs.note(Object.fromEntries(tills.map((till) => [till.deviceId, till.nextDeviceSeq])), wasEndedWell);
  const noting = setInterval(() => note(false), NOTE_EVERY_MS);
  space.defer(() => clearInterval(noting));
  const screen = startScreen(async () => ({
    url,
    ranSeconds: Math.round((performance.now() - startedMs) / 1_000),
    tills: await Promise.all(tills.map((till) => till.view())),
    serviceRevenueMinor: branches.reduce((sum, { observer }) => sum + observer.revenueMinor, 0),
    serviceSales: branches.reduce((sum, { observer }) => sum + observer.sales.size, 0),
    tillSales: tills.reduce((sum, till) => sum + till.sales.size, 0),
    log,
  }));
  space.defer(() => screen.stop());

  await direct({ tills, desk, tell, random: seededRandom(String(Date.now())), signal: ending.signal, sleep: (delayMs, signal) => systemRuntime.sleep(delayMs, signal) });
  screen.stop();
  say('Ending: every till sends what it has, pulls, and is compared …');
  const { summary, problems } = await finalCheck(branches);
  clearInterval(noting);
  note(true);
  say(problems.length === 0 ? summary : problems.join('\n'));
  return problems.length === 0 ? 0 : 1;
}

/** Ctrl-C ends the demo with its check; a second one ends the process without. */
function endOnSignals(space: Workspace, ending: AbortController): void {
  const onSignal = () => {
    if (ending.signal.aborted) void space.close().finally(() => process.exit(130));
    ending.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

function openBranches(demoOf: { url: string; chain: Chain; seqs: DeviceSeqs; tell: (event: string) => void }): DemoBranch[] {
  const { url, chain, seqs, tell } = demoOf;
  const faultCounts: FaultCounts = { cuts: 0, aborted: 0, lostAnswers: 0, duplicates: 0, reordered: 0 };
  return [...chain.stores.values()].map((store) => ({
    observer: new Observer({ url, store }),
    tills: DEMO_TILLS.map((deviceName) => {
      const device = store.devices.get(deviceName);
      if (device === undefined) throw new Error(`${store.name} has no ${deviceName}`);
      const name = `${store.name} ${deviceName}`;
      const random = seededRandom(`${name} ${Date.now()}`);
      const firstDeviceSeq = seqs.firstOf(device.identity.deviceId);
      return new DemoTill({ url, name, device, storeName: store.name, cashierId: store.cashierId, random, faultCounts, firstDeviceSeq, tell });
    }),
  }));
}

/** The first run writes the menu; later ones find it. */
async function offerMenu(desk: MenuDesk, [first]: readonly DemoBranch[]): Promise<void> {
  const known = (await first?.observer.menuItemIds()) ?? new Set<string>();
  for (const item of DEMO_MENU) {
    if (!known.has(item.productId)) await desk.edit({ ...item, isNew: false });
  }
  await desk.settled();
}
