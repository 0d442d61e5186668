import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Expectation } from '../checks/expectation.ts';
import { formatCents, parseCents } from './cents.ts';
import { tradingDays, type TradingDay } from './days.ts';
import { generateRows } from './generate-rows.ts';
import { limitRows } from './limit-rows.ts';
import { priceRow } from './price-row.ts';
import { readRows } from './read-rows.ts';
import type { SalesRow } from './sales-row.ts';
import { surveyRows } from './survey.ts';

const CAFE = `transaction_id,date,time,store_id,store_location,product_id,category,type,detail,unit_price,qty
1,2023-01-01,07:06:11,5,Lower Manhattan,32,Coffee,Gourmet brewed coffee,Ethiopia Rg,3.00,2
2,2023-01-01,07:06:11,5,Lower Manhattan,57,Tea,Brewed Chai tea,"Spicy, ""Eye Opener"" Chai Lg",3.10,1
3,2023-01-01,07:06:11,8,Hell's Kitchen,57,Tea,Brewed Chai tea,Spicy Eye Opener Chai Lg,0.80,3
4,2023-01-02,08:00:00,5,Lower Manhattan,32,Coffee,Gourmet brewed coffee,Ethiopia Rg,3.25,1
`;

const GROCERY = `transaction_id,date,time,store_id,store_location,product_id,category,type,detail,unit_price,qty,line_total,discount,package_size
31198705046,2017-01-01,07:30:27,319,,1075313,GROCERY,SEAFOOD,TUNA,1.79,1,1.50,0.29,5.0 OZ
31198705046,2017-01-01,07:30:27,319,,6534178,FUEL,COUPON/MISC ITEMS,GASOLINE-REG UNLEADED,0.00,8396,18.46,0.84,
31198705047,2017-01-01,07:30:27,319,,907014,GROCERY,BAKING MIXES,MUFFIN MIX,0.33,3,1.00,0.00,
31198705048,2017-01-01,07:30:27,319,,5978656,,,,,0,0.00,1.00,
`;

const folder = mkdtempSync(join(tmpdir(), 'replay-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const cafe = () => readRows(fileOf('cafe.csv', CAFE));
const grocery = () => readRows(fileOf('grocery.csv.gz', gzipSync(GROCERY)));
const totalOf = (days: TradingDay[]) =>
  days.flatMap((day) => day.receipts).flatMap((receipt) => receipt.lines).reduce((sum, line) => sum + line.quantity * line.unitPriceMinor - line.discountMinor, 0);

describe('money', () => {
  test('decimals become cents without floating point', () => {
    expect(['0.8', '0.80', '4.06', '12', '1.15', '8.29'].map(parseCents)).toEqual([80, 80, 406, 1_200, 115, 829]);
    expect(() => parseCents('1.005')).toThrow(/at most two decimals/);
    expect(() => parseCents('-1.00')).toThrow(/not an amount of money/);
  });

  test('cents are written with thousands and two digits', () => {
    expect([69_881_233, 5, 0, -1_250].map(formatCents)).toEqual(['698,812.33', '0.05', '0.00', '-12.50']);
  });
});

describe('receipts', () => {
  test('lines of one store in one second are one receipt; another store is another', async () => {
    const [first, second] = await all(tradingDays(cafe()));
    expect(first!.receipts.map(({ storeId, number, lines }) => [storeId, number, lines.length])).toEqual([['5', 1, 2], ['8', 1, 1]]);
    expect(first!.receipts[0]).toMatchObject({ soldAt: '2023-01-01T07:06:11.000Z' });
    expect(second!.receipts).toMatchObject([{ storeId: '5', number: 2 }]);
    expect(first!.receipts[0]!.lines[1]!.name).toBe('Spicy, "Eye Opener" Chai Lg');
  });

  test('a basket number, where there is one, makes the receipt; lines without a quantity are skipped and counted', async () => {
    const [day] = await all(tradingDays(grocery()));
    expect(day!.receipts.map((receipt) => receipt.lines.length)).toEqual([2, 1]);
    expect(day!.skippedRows).toBe(1);
  });

  test('discounts, fuel and rounded shelf prices all come to what was paid', async () => {
    const priced = (await all(grocery())).map(priceRow);
    expect(priced.map((line) => line && [line.quantity, line.unitPriceMinor, line.discountMinor])).toEqual([[1, 179, 29], [1, 1_846, 0], [3, 34, 2], null]);
    expect(totalOf(await all(tradingDays(grocery())))).toBe(150 + 1_846 + 100);
  });

  test('a file that is not sorted by day, or lacks a column, is refused with the place', async () => {
    const unsorted = fileOf('unsorted.csv', CAFE.replace('4,2023-01-02', '4,2022-12-31'));
    await expect(all(limitRows(readRows(unsorted), { days: null, storeIds: null }))).rejects.toThrow(/not sorted by day/);
    await expect(all(readRows(fileOf('other.csv', 'a,b\n1,2\n')))).rejects.toThrow(/line 2 has no transaction_id/);
    await expect(all(readRows(join(folder, 'missing.csv')))).rejects.toThrow(/ENOENT/);
  });
});

describe('the survey', () => {
  test('counts from the text what the receipts must come to', async () => {
    const { expectation, stores, rows } = await surveyRows(cafe, { days: null, stores: null });
    expect(expectation.ledger.of('5', '2023-01-01')).toEqual({ revenueMinor: 910, items: 3, receipts: 1 });
    expect(expectation.ledger.total()).toEqual({ revenueMinor: 910 + 240 + 325, items: 7, receipts: 3 });
    expect(expectation.soldByProduct.get('8 57')).toBe(3);
    expect(stores).toEqual([{ id: '8', name: "Hell's Kitchen (8)" }, { id: '5', name: 'Lower Manhattan (5)' }]);
    expect(rows).toBe(4);
  });

  test('keeps to the days and the busiest stores that were asked for', async () => {
    const oneDay = await surveyRows(cafe, { days: 1, stores: null });
    expect(oneDay.expectation.ledger.total().receipts).toBe(2);
    const oneStore = await surveyRows(cafe, { days: null, stores: 1 });
    expect(oneStore.stores.map(({ id }) => id)).toEqual(['5']);
  });

  test('fuel counts as one piece at its total', async () => {
    const { expectation } = await surveyRows(grocery, { days: null, stores: null });
    expect(expectation.ledger.total()).toEqual({ revenueMinor: 2_096, items: 5, receipts: 2 });
  });
});

describe('generated sales', () => {
  const options = { seed: 'test', days: 3, stores: ['A', 'B'], receiptsPerStoreDay: 20 };

  test('are the same for the same seed, and others for another', async () => {
    const rows = await all(generateRows(options));
    expect(await all(generateRows(options))).toEqual(rows);
    expect(await all(generateRows({ ...options, seed: 'other' }))).not.toEqual(rows);
  });

  test('are sorted by time, and their receipts come to what their text says', async () => {
    const rows = await all(generateRows(options));
    const times = rows.map((row) => `${row.date} ${row.time}`);
    expect(times).toEqual(times.toSorted());
    const expectation = new Expectation();
    rows.forEach((row: SalesRow) => expectation.add(row));
    const days = await all(tradingDays(generateRows(options)));
    expect(days).toHaveLength(3);
    expect(totalOf(days)).toBe(expectation.ledger.total().revenueMinor);
    expect(days.flatMap((day) => day.receipts)).toHaveLength(expectation.ledger.total().receipts);
  });
});
