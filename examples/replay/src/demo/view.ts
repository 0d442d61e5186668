import { formatCents } from '../data/cents.ts';
import { textTable } from '../text-table.ts';

export interface TillView {
  readonly name: string;
  readonly isOnline: boolean;
  readonly queued: number;
  readonly synced: number;
  readonly failed: number;
  /** The stream's head when this till last pulled all of it. */
  readonly pulledTo: number;
  /** The highest head it has heard of. */
  readonly head: number;
  readonly revenueMinor: number;
}

export interface DemoView {
  readonly url: string;
  readonly ranSeconds: number;
  readonly tills: readonly TillView[];
  readonly serviceRevenueMinor: number;
  readonly serviceSales: number;
  readonly tillSales: number;
  readonly log: readonly string[];
}

const LOG_LINES = 12;

/** The whole screen, as text. */
export function renderScreen(view: DemoView): string {
  const rows = view.tills.map((till) => [
    till.name,
    till.isOnline ? 'online' : 'OFFLINE',
    String(till.queued),
    String(till.synced),
    String(till.failed),
    `${till.pulledTo}/${till.head}`,
    formatCents(till.revenueMinor),
  ]);
  const parts = [
    `Modula Sync demo: ${view.url}, running for ${view.ranSeconds} s. Ctrl-C ends it.`,
    textTable([['till', 'network', 'queued', 'synced', 'failed', 'pulled/head', 'sold'], ...rows]),
    totalsLine(view),
    view.log.slice(-LOG_LINES).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The same in one line, for logs and pipes. */
export function renderLine(view: DemoView): string {
  const tills = view.tills.map(({ name, isOnline, queued }) => `${name} ${isOnline ? 'online' : 'OFFLINE'}${queued > 0 ? ` (${queued} queued)` : ''}`);
  return `${view.ranSeconds} s | ${totalsLine(view)} | ${tills.join(', ')}`;
}

function totalsLine(view: DemoView): string {
  const tillRevenueMinor = view.tills.reduce((sum, till) => sum + till.revenueMinor, 0);
  const waitingMinor = tillRevenueMinor - view.serviceRevenueMinor;
  const sold = `tills sold ${formatCents(tillRevenueMinor)} in ${view.tillSales} sales`;
  return `${sold}, the service has ${formatCents(view.serviceRevenueMinor)} in ${view.serviceSales}, on its way ${formatCents(waitingMinor)}`;
}
