import { pickIndex, seededRandom, type Random } from '../random.ts';
import type { SalesRow } from './sales-row.ts';

export interface GeneratorOptions {
  readonly seed: string;
  readonly days: number;
  readonly stores: readonly string[];
  readonly receiptsPerStoreDay: number;
}

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const OPENING_SECOND = 6.5 * 3_600;
const OPEN_SECONDS = 14 * 3_600;

/** `[product, category, type, cents]`: a café's menu. */
export const GOODS: readonly (readonly [name: string, category: string, type: string, cents: number])[] = [
  ['Iced Latte', 'Coffee', 'Espresso', 275],
  ['Hot Latte', 'Coffee', 'Espresso', 250],
  ['Americano', 'Coffee', 'Espresso', 200],
  ['Cappuccino', 'Coffee', 'Espresso', 265],
  ['Espresso', 'Coffee', 'Espresso', 150],
  ['Iced Coffee with Condensed Milk', 'Coffee', 'Drip', 180],
  ['Palm Sugar Latte', 'Coffee', 'Espresso', 310],
  ['Jasmine Tea', 'Tea', 'Green tea', 160],
  ['Lemon Iced Tea', 'Tea', 'Black tea', 175],
  ['Thai Milk Tea', 'Tea', 'Black tea', 220],
  ['Matcha Latte', 'Tea', 'Green tea', 325],
  ['Dark Chocolate', 'Drinking Chocolate', 'Hot chocolate', 290],
  ['Croissant', 'Bakery', 'Pastry', 210],
  ['Pandan Waffle', 'Bakery', 'Pastry', 185],
  ['Banana Bread', 'Bakery', 'Cake', 195],
  ['Num Pang', 'Bakery', 'Sandwich', 345],
  ['House Beans 250 g', 'Coffee beans', 'Beans', 780],
  ['Extra Syrup', 'Flavours', 'Syrup', 50],
];

/** A chain of cafés like the published ones: the same options give the same file. Prices move on some days. */
export async function* generateRows(options: GeneratorOptions): AsyncGenerator<SalesRow> {
  const random = seededRandom(`rows ${options.seed}`);
  const prices = GOODS.map(([, , , cents]) => cents);
  let transactionId = 0;
  for (let day = 0; day < options.days; day += 1) {
    const date = new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
    if (day > 0 && random() < 0.6) movePrice(random, prices);
    for (const sale of salesOfDay(random, options)) {
      for (const { product, quantity } of sale.basket) {
        transactionId += 1;
        yield rowOf({ ...sale, date, product, quantity, transactionId, cents: prices[product] ?? 0 });
      }
    }
  }
}

interface GeneratedSale {
  readonly second: number;
  readonly store: number;
  readonly storeName: string;
  readonly basket: readonly { readonly product: number; readonly quantity: number }[];
}

function salesOfDay(random: Random, { stores, receiptsPerStoreDay }: GeneratorOptions): GeneratedSale[] {
  const sales = stores.flatMap((storeName, store) => {
    const count = Math.max(1, Math.round(receiptsPerStoreDay * (0.8 + 0.4 * random())));
    const seconds = new Set(Array.from({ length: count }, () => secondOfSale(random)));
    return [...seconds].map((second) => ({ second, store, storeName, basket: basketOf(random) }));
  });
  return sales.toSorted((left, right) => left.second - right.second || left.store - right.store);
}

/** Mornings are busy: the mean of two draws, pulled towards opening. */
function secondOfSale(random: Random): number {
  const part = random() < 0.45 ? (random() + random()) / 5 : random();
  return Math.floor(OPENING_SECOND + part * OPEN_SECONDS);
}

function basketOf(random: Random) {
  const lines = random() < 0.75 ? 1 : 2 + pickIndex(random, 3);
  return Array.from({ length: lines }, () => ({ product: pickIndex(random, GOODS.length), quantity: random() < 0.8 ? 1 : 2 + pickIndex(random, 3) }));
}

function movePrice(random: Random, prices: number[]): void {
  const product = pickIndex(random, prices.length);
  const step = (1 + pickIndex(random, 5)) * 5 * (random() < 0.5 ? -1 : 1);
  prices[product] = Math.max(25, (prices[product] ?? 0) + step);
}

function rowOf(sale: GeneratedSale & { date: string; product: number; quantity: number; transactionId: number; cents: number }): SalesRow {
  const [name, category, type] = GOODS[sale.product] ?? ['?', '', '', 0];
  return {
    transactionId: String(sale.transactionId),
    date: sale.date,
    time: new Date(sale.second * 1_000).toISOString().slice(11, 19),
    storeId: String(sale.store + 1),
    storeName: sale.storeName,
    productId: String(sale.product + 1),
    category,
    type,
    detail: name,
    unitPrice: (sale.cents / 100).toFixed(2),
    quantity: String(sale.quantity),
    lineTotal: null,
  };
}
