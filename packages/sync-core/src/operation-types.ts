/** Every operation type of the seven modules (contract, section 4). A test holds it equal to the contracts. */
export const OPERATION_TYPES = [
  'sale.finalize',
  'sale.void',
  'cashSession.open',
  'cashSession.movement',
  'cashSession.close',
  'attendance.startWork',
  'attendance.endWork',
  'inventory.restock',
  'inventory.adjust',
  'menu.upsertItem',
  'menu.removeItem',
  'menu.upsertCategory',
  'menu.removeCategory',
  'policy.update',
  'discount.upsert',
  'discount.remove',
] as const;

export type OperationType = (typeof OPERATION_TYPES)[number];

const known: ReadonlySet<string> = new Set(OPERATION_TYPES);

export function isOperationType(text: string): text is OperationType {
  return known.has(text);
}
