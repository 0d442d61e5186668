import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { handMovementId, saleMovementId, voidMovementId } from './movement-id.ts';

test('[M3] no two movements meet in one ledger id, whatever ids a device makes up', () => {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('s', 's:0', '0:s', 'void:0:s', 'sale:0:s'));
  const source = fc.record({ made: fc.constantFrom('hand', 'sale', 'void'), text, lineIndex: fc.nat(3) });
  const idOf = ({ made, text: id, lineIndex }: { made: 'hand' | 'sale' | 'void'; text: string; lineIndex: number }) =>
    made === 'hand' ? handMovementId(id) : made === 'sale' ? saleMovementId(id, lineIndex) : voidMovementId(id, lineIndex);
  fc.assert(
    fc.property(source, source, (a, b) => {
      const same = a.made === b.made && a.text === b.text && (a.made === 'hand' || a.lineIndex === b.lineIndex);
      expect(idOf(a) === idOf(b)).toBe(same);
    }),
  );
});
