const JUDGE = 'apps/api/src/engine/push/judge.ts';
const ORDER = 'apps/api/src/rules/order.test.ts';

export const orderFaults = [
  {
    means: 'the order of a device is not checked',
    rules: ['O2'],
    tests: [ORDER],
    edits: [{ file: JUDGE, find: 'this.#outOfOrder(candidate) ?? gateFault(candidate)', replace: 'gateFault(candidate)' }],
  },
  {
    means: 'a batch takes effect in the order it was sent',
    rules: ['O1'],
    tests: [ORDER],
    edits: [
      {
        file: 'apps/api/src/engine/push/push-batch.ts',
        find: 'order.sort((left, right) => left.envelope.operation.deviceSeq - right.envelope.operation.deviceSeq);',
        replace: '',
      },
    ],
  },
  {
    means: 'what a device made after an undecided operation is judged before it',
    rules: ['O3'],
    tests: [ORDER],
    edits: [{ file: JUDGE, find: 'if (operation.deviceId !== null) this.#waiting.add(operation.deviceId);', replace: '' }],
  },
  {
    means: 'building on an operation that failed is allowed',
    rules: ['O4'],
    tests: [ORDER],
    edits: [{ file: JUDGE, find: `if (code !== null) return refusal('DEPENDENCY_FAILED', { clientOpId, code });`, replace: '' }],
  },
];
