/** All a till may hold of its branch. */
export const ALL_SCOPES: readonly string[] = [
  'attendance.*',
  'cashSession.*',
  'context.*',
  'discount.*',
  'inventory.*',
  'menu.*',
  'policy.*',
  'sale.*',
  'sync.*',
];
