/** One measured figure beside its raw limit. */
export interface Row {
  readonly section: string;
  readonly what: string;
  readonly measured: number;
  readonly raw: number | null;
  readonly unit: string;
  /** What the ratio must reach (`atLeast`) or must not pass (`atMost`); null: for information. */
  readonly bar: { readonly kind: 'atLeast' | 'atMost'; readonly ratio: number } | null;
}

export function ratioOf(row: Row): number | null {
  return row.raw === null || row.raw === 0 ? null : row.measured / row.raw;
}

export function verdictOf(row: Row): 'ok' | 'MISSED' | '' {
  const ratio = ratioOf(row);
  if (row.bar === null || ratio === null) return '';
  const reached = row.bar.kind === 'atLeast' ? ratio >= row.bar.ratio : ratio <= row.bar.ratio;
  return reached ? 'ok' : 'MISSED';
}

/** The rows as a text table, aligned. */
export function formatTable(rows: readonly Row[]): string {
  const header = ['section', 'what', 'measured', 'raw', 'unit', 'ratio', 'bar', ''];
  const lines = rows.map((row) => {
    const ratio = ratioOf(row);
    const bar = row.bar === null ? '' : `${row.bar.kind === 'atLeast' ? '≥' : '≤'} ${row.bar.ratio}`;
    const raw = row.raw === null ? '' : formatNumber(row.raw);
    return [row.section, row.what, formatNumber(row.measured), raw, row.unit, ratio === null ? '' : ratio.toFixed(2), bar, verdictOf(row)];
  });
  const widths = header.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  return [header, ...lines].map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  ').trimEnd()).join('\n');
}

function formatNumber(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2);
}

function pad(cell: string, width: number, column: number): string {
  return column >= 2 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}
