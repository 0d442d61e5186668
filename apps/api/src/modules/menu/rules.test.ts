import { expect, test } from 'vitest';
import { upsertedItem } from './rules.ts';

const PAYLOAD = { menuItemId: 'coffee', name: 'Coffee', category: null, priceMinor: 250 };
const BEFORE = { ...PAYLOAD, stockItemId: 'beans', active: false, removed: false };

test('a new item is active and untracked unless it says otherwise', () => {
  expect(upsertedItem(undefined, PAYLOAD)).toEqual({ ...PAYLOAD, stockItemId: null, active: true, removed: false });
});

test('what an update leaves out is kept', () => {
  expect(upsertedItem(BEFORE, { ...PAYLOAD, priceMinor: 300 })).toEqual({ ...BEFORE, priceMinor: 300 });
});

test('null stops the tracking of an item', () => {
  expect(upsertedItem(BEFORE, { ...PAYLOAD, stockItemId: null }).stockItemId).toBeNull();
});

test('an item that comes back after its removal starts anew', () => {
  const back = upsertedItem({ ...BEFORE, removed: true }, PAYLOAD);
  expect(back).toEqual({ ...PAYLOAD, stockItemId: null, active: true, removed: false });
});
