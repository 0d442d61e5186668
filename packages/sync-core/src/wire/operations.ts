import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { clientOpId } from './fields.ts';

export const operationsInput = z.strictObject({ clientOpIds: z.array(clientOpId).min(1).max(LIMITS.operationsLookup) });
