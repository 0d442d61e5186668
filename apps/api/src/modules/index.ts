import type { PluggedModule } from '../engine/plug.ts';
import { attendanceModule } from './attendance/module.ts';
import { cashDrawer } from './cash-session/drawer.ts';
import { cashSessionModule } from './cash-session/module.ts';
import { discounts } from './discount/discounts.ts';
import { discountModule } from './discount/module.ts';
import { stockLedger } from './inventory/ledger.ts';
import { inventoryModule } from './inventory/module.ts';
import { catalogue } from './menu/catalogue.ts';
import { menuModule } from './menu/module.ts';
import { branchPolicies } from './policy/branch-policies.ts';
import { policyModule } from './policy/module.ts';
import { saleModule } from './sale/module.ts';

/** The seven reference modules, joined through their ports. */
export function createModules(): readonly PluggedModule[] {
  return [
    saleModule({ drawer: cashDrawer, stock: stockLedger, catalogue, policies: branchPolicies, discounts }),
    cashSessionModule(),
    attendanceModule(),
    inventoryModule(),
    menuModule({ stock: stockLedger }),
    policyModule(),
    discountModule(),
  ];
}
