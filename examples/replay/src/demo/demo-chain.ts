import { GOODS } from '../data/generate-rows.ts';
import type { MenuEdit } from '../menu/price-book.ts';
import type { ChainPlan } from '../service/chain.ts';

export const OBSERVER = 'observer';
export const DEMO_TILLS = ['till-1', 'till-2'];

/** The chain a person looks at. It is kept between runs, so tokens are issued anew each time. */
export const DEMO_PLAN: ChainPlan = {
  name: 'Demo Cafés',
  stores: [
    { id: 'sen-sok', name: 'Sen Sok' },
    { id: 'riverside', name: 'Riverside' },
  ],
  deviceNames: [...DEMO_TILLS, OBSERVER],
  reissue: true,
};

export const DEMO_MENU: readonly MenuEdit[] = GOODS.map(([name, category, , priceMinor], index) => ({
  productId: `item-${index + 1}`,
  name,
  category,
  priceMinor,
  isNew: true,
}));
