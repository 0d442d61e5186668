import type { ModuleContract, OperationContract } from '../module-contract.ts';
import type { OperationType } from '../operation-types.ts';
import { attendanceContract } from './attendance.ts';
import { cashSessionContract } from './cash-session.ts';
import { discountContract } from './discount.ts';
import { inventoryContract } from './inventory.ts';
import { menuContract } from './menu.ts';
import { policyContract } from './policy.ts';
import { saleContract } from './sale.ts';

export { attendanceContract, cashSessionContract, discountContract, inventoryContract, menuContract, policyContract, saleContract };

/** The seven reference modules (contract, section 4). */
export const ALL_CONTRACTS: readonly ModuleContract[] = [
  saleContract,
  cashSessionContract,
  attendanceContract,
  inventoryContract,
  menuContract,
  policyContract,
  discountContract,
];

/** Every operation by its type, with its payload. */
export type Operations = (typeof saleContract)['operations'] &
  (typeof cashSessionContract)['operations'] &
  (typeof attendanceContract)['operations'] &
  (typeof inventoryContract)['operations'] &
  (typeof menuContract)['operations'] &
  (typeof policyContract)['operations'] &
  (typeof discountContract)['operations'];

/** The payload of an operation type, as its contract's schema reads it. */
export type PayloadOf<Type extends OperationType> = Operations[Type] extends OperationContract<infer Payload> ? Payload : never;
