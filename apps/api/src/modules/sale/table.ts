import { defineTable } from '../../engine/working-set.ts';

export interface SaleRow {
  readonly saleId: string;
  readonly branchId: string;
  readonly deviceId: string | null;
  readonly actorId: string;
  readonly cashSessionId: string;
  readonly status: 'FINALIZED' | 'VOIDED';
  /** JSON of the payload as captured (M1). */
  readonly captured: string;
  /** JSON of the variance, null when nothing had moved on (M1). */
  readonly variance: string | null;
  readonly grandTotalMinor: number;
  readonly tenderMethod: string;
  readonly finalizedAt: string;
  readonly voidReason: string | null;
  readonly voidedAt: string | null;
  readonly clientOpId: string;
}

export const sale = defineTable<SaleRow>({
  table: 'sale',
  columns: {
    saleId: 'text',
    branchId: 'uuid',
    deviceId: 'uuid',
    actorId: 'uuid',
    cashSessionId: 'text',
    status: 'text',
    captured: 'text',
    variance: 'text',
    grandTotalMinor: 'bigint',
    tenderMethod: 'text',
    finalizedAt: 'timestamptz',
    voidReason: 'text',
    voidedAt: 'timestamptz',
    clientOpId: 'uuid',
  },
  key: ['saleId'],
});
