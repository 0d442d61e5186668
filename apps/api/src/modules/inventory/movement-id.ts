// Ledger ids come from two worlds: movements that people name, and lines of sales that a till names. Both may hold any
// text, so each world gets its own prefix and the free text comes last: no two movements can ever meet in one id.

/** Restocks and adjustments share one world: the same id from another operation is refused (M4). */
export function handMovementId(movementId: string): string {
  return `hand:${movementId}`;
}

export function saleMovementId(saleId: string, lineIndex: number): string {
  return `sale:${lineIndex}:${saleId}`;
}

export function voidMovementId(saleId: string, lineIndex: number): string {
  return `void:${lineIndex}:${saleId}`;
}
