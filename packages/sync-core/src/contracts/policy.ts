import { z } from 'zod';
import { defineContract } from '../module-contract.ts';
import { fxRateKhrPerUsd, khrRoundingGranularity, khrRoundingMode, percent } from './fields.ts';

/** Any of the seven keys, at least one. */
export const policyUpdatePayload = z
  .strictObject({
    saleVatEnabled: z.boolean().exactOptional(),
    saleVatRatePercent: percent.exactOptional(),
    saleFxRateKhrPerUsd: fxRateKhrPerUsd.exactOptional(),
    saleKhrRoundingEnabled: z.boolean().exactOptional(),
    saleKhrRoundingMode: khrRoundingMode.exactOptional(),
    saleKhrRoundingGranularity: khrRoundingGranularity.exactOptional(),
    saleAllowPayLater: z.boolean().exactOptional(),
  })
  .refine((payload) => Object.keys(payload).length > 0, 'must change at least one key');

export const policyContract = defineContract({
  module: 'policy',
  kinds: { 'policy.branch': { scope: 'branch' } },
  operations: {
    'policy.update': { offline: false, scope: 'branch', permission: 'policy.edit', payload: policyUpdatePayload },
  },
  failures: [],
});
