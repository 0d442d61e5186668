import { assertNever } from './assert-never.ts';

export type Role = 'OWNER' | 'MANAGER' | 'CASHIER';

export const ROLES: readonly Role[] = ['OWNER', 'MANAGER', 'CASHIER'];

/** Every permission an operation may ask for (contract, section 4). */
export const PERMISSIONS = [
  'sale.finalize',
  'sale.void',
  'cashSession.open',
  'cashSession.movement',
  'cashSession.close',
  'attendance.startWork',
  'attendance.endWork',
  'inventory.restock',
  'inventory.adjust',
  'menu.edit',
  'policy.edit',
  'discount.edit',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

const everything: ReadonlySet<string> = new Set(PERMISSIONS);
const cashier: ReadonlySet<string> = new Set<Permission>([
  'sale.finalize',
  'cashSession.open',
  'cashSession.close',
  'attendance.startWork',
  'attendance.endWork',
]);

/** What a role may do (contract, section 5). In which branches is the membership's business: an owner's reach is the tenant. */
export function permissionsOf(role: Role): ReadonlySet<string> {
  switch (role) {
    case 'OWNER':
    case 'MANAGER':
      return everything;
    case 'CASHIER':
      return cashier;
    default:
      return assertNever(role);
  }
}
