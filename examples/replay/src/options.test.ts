import { expect, test } from 'vitest';
import { parseReplayOptions } from './options.ts';

test('without options, a week of generated sales', () => {
  expect(parseReplayOptions([])).toEqual({
    kind: 'ok',
    options: { data: null, tillsPerStore: 2, outageSeed: '1', days: 7, stores: null, url: null },
  });
});

test('a file is replayed whole unless days are given', () => {
  const parsed = parseReplayOptions(['--data', 'sales.csv.gz', '--tills', '3', '--outages', 'off']);
  expect(parsed).toMatchObject({ options: { data: 'sales.csv.gz', tillsPerStore: 3, outageSeed: null, days: null } });
});

test('a wrong option says what is wrong', () => {
  expect(parseReplayOptions(['--tills', 'two'])).toMatchObject({ kind: 'bad', message: '--tills takes a whole number above zero, not "two"' });
  expect(parseReplayOptions(['--till', '2'])).toMatchObject({ kind: 'bad' });
  expect(parseReplayOptions(['--help'])).toEqual({ kind: 'help' });
});
