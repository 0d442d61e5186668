import { ENGINE_FAILURES } from './failures/engine-failures.ts';
import type { FailureInfo } from './failures/failure-info.ts';
import { MODULE_FAILURES } from './failures/module-failures.ts';

export type { FailureInfo } from './failures/failure-info.ts';
export type EngineFailureCode = keyof typeof ENGINE_FAILURES;
export type ModuleFailureCode = keyof typeof MODULE_FAILURES;
export type FailureCode = EngineFailureCode | ModuleFailureCode;

/** Every code that a failed operation can carry, with what to do about it. */
export const FAILURES: Readonly<Record<FailureCode, FailureInfo>> = { ...ENGINE_FAILURES, ...MODULE_FAILURES };

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(FAILURES, code);
}

/** The catalogue's entry. Throws on a code that is not in it: a failure nobody can explain must not reach a till. */
export function failureInfo(code: string): FailureInfo {
  if (!isFailureCode(code)) throw new Error(`failure code ${code} is not in the catalogue`);
  return FAILURES[code];
}
