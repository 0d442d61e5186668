import { payableIn, saleTotals, type OperationResult } from '@modula/sync-core';
import { saleContract } from '@modula/sync-core/contracts';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { differingAnswers } from './compare-answers.ts';
import { isOffline, outageOfDay, secondOfDay } from './outage-plan.ts';
import { REPLAY_POLICY, salePayload } from './sale-payload.ts';

const receipt = {
  storeId: '5',
  soldAt: '2023-01-01T07:06:11.000Z',
  number: 7,
  lines: [
    { productId: '32', name: 'Ethiopia Rg', category: 'Coffee', quantity: 2, unitPriceMinor: 300, discountMinor: 0 },
    { productId: '57', name: 'Chai', category: null, quantity: 3, unitPriceMinor: 34, discountMinor: 2 },
  ],
};

describe('sale payloads', () => {
  const payloads = Array.from({ length: 400 }, (_, index) =>
    salePayload(receipt, { saleId: `sale-${index}`, cashSessionId: 'session', random: seededRandom(String(index)) }),
  );

  test('[M1] every payload has the shape of sale.finalize and adds up', () => {
    for (const payload of payloads) {
      expect(saleContract.operations['sale.finalize'].payload.safeParse(payload).success).toBe(true);
      expect(payload.totals).toEqual(saleTotals(payload.lines, payload.policy));
      expect(payload.totals).toEqual({ subtotalMinor: 702, discountMinor: 2, vatMinor: 0, grandTotalMinor: 700 });
    }
  });

  test('[M1] cash change is what was received less what was payable, in the tender\'s currency', () => {
    const cash = payloads.filter(({ tender }) => tender.method === 'CASH');
    for (const { tender, totals } of cash) {
      const payable = payableIn(tender.currency, totals.grandTotalMinor, REPLAY_POLICY);
      expect(tender.receivedMinor - tender.changeMinor).toBe(payable);
      expect(tender.changeMinor).toBeGreaterThanOrEqual(0);
    }
    const kinds = new Set(payloads.map(({ tender }) => `${tender.method} ${tender.currency} ${tender.changeMinor > 0 ? 'with change' : 'exact'}`));
    expect(kinds).toEqual(new Set(['KHQR USD exact', 'CASH USD exact', 'CASH USD with change', 'CASH KHR with change']));
  });
});

describe('outages', () => {
  test('begin during opening hours and last for at least half an hour', () => {
    const random = seededRandom('outages');
    const outages = Array.from({ length: 1_000 }, () => outageOfDay(random)).filter((outage) => outage !== null);
    expect(outages.length).toBeGreaterThan(150);
    for (const { fromSecond, untilSecond } of outages) {
      expect(fromSecond).toBeGreaterThanOrEqual(6 * 3_600);
      expect(untilSecond - fromSecond).toBeGreaterThanOrEqual(1_800);
    }
  });

  test('cut the connection from their first second up to their last', () => {
    const outage = { fromSecond: secondOfDay('2023-01-01T07:30:00.000Z'), untilSecond: 28_000 };
    expect([26_999, 27_000, 27_999, 28_000].map((second) => isOffline(outage, second))).toEqual([false, true, true, false]);
    expect(isOffline(null, 27_000)).toBe(false);
  });
});

describe('answers to repeats', () => {
  const synced: OperationResult = { clientOpId: 'a', duplicate: false, status: 'SYNCED', result: { saleId: 's' }, streamSeq: 4, failure: null, retryAfterMs: null };

  test('[G2] differ in nothing but `duplicate`', () => {
    expect(differingAnswers([synced], [{ ...synced, duplicate: true }])).toEqual([]);
    expect(differingAnswers([synced], [{ ...synced, duplicate: true, streamSeq: 5 }])).toHaveLength(1);
    expect(differingAnswers([synced], [])).toHaveLength(1);
  });

  test('[G7] PENDING decided nothing, so it may become anything', () => {
    expect(differingAnswers([{ ...synced, status: 'PENDING', result: null, streamSeq: null }], [synced])).toEqual([]);
  });
});
