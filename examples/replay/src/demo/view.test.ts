import { expect, test } from 'vitest';
import { renderLine, renderScreen } from './view.ts';

const view = {
  url: 'http://127.0.0.1:4000',
  ranSeconds: 12,
  tills: [
    { name: 'Sen Sok till-1', isOnline: true, queued: 0, synced: 5, failed: 0, pulledTo: 31, head: 31, revenueMinor: 1_250 },
    { name: 'Sen Sok till-2', isOnline: false, queued: 14, synced: 3, failed: 0, pulledTo: 20, head: 31, revenueMinor: 4_000 },
  ],
  serviceRevenueMinor: 2_250,
  serviceSales: 8,
  tillSales: 22,
  log: ['first', 'second'],
};

test('the screen shows every till, the totals and the log', () => {
  const screen = renderScreen(view);
  expect(screen).toMatch(/Sen Sok till-2\s+OFFLINE\s+14\s+3\s+0\s+20\/31\s+40\.00/);
  expect(screen).toContain('tills sold 52.50 in 22 sales, the service has 22.50 in 8, on its way 30.00');
  expect(screen).toContain('first\nsecond');
});

test('a line says the same without a terminal', () => {
  expect(renderLine(view)).toBe(
    '12 s | tills sold 52.50 in 22 sales, the service has 22.50 in 8, on its way 30.00 | Sen Sok till-1 online, Sen Sok till-2 OFFLINE (14 queued)',
  );
});
