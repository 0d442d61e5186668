import { describe, expect, test } from 'vitest';
import { directInput, enrollInput, operationsInput, pullInput, reportInput, signInInput } from './index.ts';

const id = '0197f2b4-0000-7000-8000-00000000000a';

describe('wire schemas', () => {
  test('[P4] a pull without cursor starts from the beginning, with the default limit', () => {
    expect(pullInput.parse({ branchId: id.toUpperCase(), moduleScopes: ['menu.*'] })).toStrictEqual({ branchId: id, moduleScopes: ['menu.*'], cursor: null, limit: 500 });
  });

  test('[P3] [P7] odd cursors and scopes get as far as those who can name the reason', () => {
    expect(pullInput.safeParse({ branchId: id, moduleScopes: [], cursor: '\u0000' }).success).toBe(true);
  });

  test.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { branchId: 'x' }, { moduleScopes: 'menu.*' }, { moduleScopes: Array(101).fill('menu.*') }, { extra: 1 }])(
    'a pull with %j is refused',
    (change) => {
      expect(pullInput.safeParse({ branchId: id, moduleScopes: ['menu.*'], cursor: null, ...change }).success).toBe(false);
    },
  );

  test('a direct operation may leave out what it does not need', () => {
    const least = { clientOpId: id.toUpperCase(), branchId: null, payload: { a: 1 } };
    expect(directInput.parse(least)).toStrictEqual({ clientOpId: id, branchId: null, payload: { a: 1 }, dependsOn: [], actorId: null });
    expect(directInput.safeParse({ ...least, payload: [] }).success).toBe(false);
    expect(directInput.safeParse({ ...least, dependsOn: Array(51).fill(id) }).success).toBe(false);
  });

  test('at most 500 operations are looked up at once', () => {
    expect([0, 1, 500, 501].map((count) => operationsInput.safeParse({ clientOpIds: Array(count).fill(id) }).success)).toStrictEqual([false, true, true, false]);
  });

  test('codes and PINs are text of bounded length', () => {
    expect(enrollInput.safeParse({ code: 'x'.repeat(201) }).success).toBe(false);
    expect(signInInput.safeParse({ actorId: id, pin: '' }).success).toBe(false);
    expect(signInInput.safeParse({ actorId: id, pin: '1234' }).success).toBe(true);
  });

  test('a manifest tells queue, versions, clock and storage', () => {
    const manifest = {
      queue: { pending: 1, failed: 0, operations: [{ clientOpId: id, deviceSeq: 4, type: 'sale.finalize', status: 'PENDING', occurredAt: '2026-11-22T10:00:00Z' }] },
      versions: { app: '1.0.0', sdk: '0.1.0' },
      clock: { deviceTime: '2026-11-22T10:00:00Z' },
      storage: { persisted: true, usageBytes: 1024, quotaBytes: null },
    };
    expect(reportInput.safeParse(manifest).success).toBe(true);
    expect(reportInput.safeParse({ ...manifest, queue: { ...manifest.queue, operations: Array(501).fill(manifest.queue.operations[0]) } }).success).toBe(false);
  });
});
