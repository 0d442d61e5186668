import type { Cell, ColumnType, TableSpec, WorkingSet } from './working-set.ts';

export type AnyRow = { readonly [column: string]: Cell };

/** A row was read that `prepare` never asked for: a fault of the module, never of the caller. */
export class NotPreparedError extends Error {
  override readonly name = 'NotPreparedError';
}

/** A part of a statement over several tables. Its parameters begin at the number it is given; $1 is the tenant. */
export interface Part {
  readonly params: readonly unknown[];
  text(firstParam: number): string;
}

export interface Read extends Part {
  receive(rows: readonly AnyRow[]): void;
}

/** The rows of one table that a chunk reads and writes in memory, and the parts of the statements that load and write them. */
export class TableRows implements WorkingSet<AnyRow> {
  readonly #spec: TableSpec<AnyRow>;
  readonly #columns: readonly string[];
  /** What the database held when it was loaded; null: no such row. */
  readonly #loaded = new Map<string, AnyRow | null>();
  /** What the kept operations of this chunk wrote. */
  readonly #kept = new Map<string, AnyRow>();
  /** What the operation under judgement wrote. */
  readonly #staged = new Map<string, AnyRow>();
  readonly #wantedKeys = new Map<string, readonly Cell[]>();
  readonly #wantedLookups = new Map<string, Map<string, readonly Cell[]>>();
  readonly #loadedLookups = new Set<string>();

  constructor(spec: TableSpec<AnyRow>) {
    this.#spec = spec;
    this.#columns = Object.keys(spec.columns);
  }

  want(...key: readonly Cell[]): void {
    const id = idOf(key);
    if (this.#loaded.has(id) || this.#kept.has(id) || this.#wantedKeys.has(id)) return;
    this.#wantedKeys.set(id, key);
  }

  wantBy(lookup: string, ...values: readonly Cell[]): void {
    const id = idOf(values);
    if (this.#loadedLookups.has(`${lookup}:${id}`)) return;
    const wanted = this.#wantedLookups.get(lookup) ?? new Map<string, readonly Cell[]>();
    wanted.set(id, values);
    this.#wantedLookups.set(lookup, wanted);
  }

  get(...key: readonly Cell[]): AnyRow | undefined {
    const id = idOf(key);
    const written = this.#staged.get(id) ?? this.#kept.get(id);
    if (written !== undefined) return written;
    const loaded = this.#loaded.get(id);
    if (loaded === undefined) throw new NotPreparedError(`${this.#spec.table} ${id} was read but not prepared`);
    return loaded ?? undefined;
  }

  peek(...key: readonly Cell[]): AnyRow | undefined {
    const id = idOf(key);
    return this.#staged.get(id) ?? this.#kept.get(id) ?? this.#loaded.get(id) ?? undefined;
  }

  find(lookup: string, ...values: readonly Cell[]): AnyRow[] {
    if (!this.#loadedLookups.has(`${lookup}:${idOf(values)}`)) {
      throw new NotPreparedError(`${this.#spec.table} by ${lookup} was read but not prepared`);
    }
    const { on, where } = this.#lookup(lookup);
    const current = new Map<string, AnyRow | null>([...this.#loaded, ...this.#kept, ...this.#staged]);
    const found: AnyRow[] = [];
    for (const row of current.values()) {
      if (row === null) continue;
      if (!on.every((column, index) => row[column] === values[index])) continue;
      if (!Object.entries(where ?? {}).every(([column, value]) => row[column] === value)) continue;
      found.push(row);
    }
    return found;
  }

  put(row: AnyRow): void {
    const key = this.#spec.key.map((column) => row[column] ?? null);
    const id = idOf(key);
    if (this.#spec.appendOnly !== true && !this.#staged.has(id) && !this.#kept.has(id) && !this.#loaded.has(id)) {
      throw new NotPreparedError(`${this.#spec.table} ${id} was written but not prepared`);
    }
    this.#staged.set(id, row);
  }

  begin(): void {
    this.#staged.clear();
  }

  keep(): void {
    for (const [id, row] of this.#staged) this.#kept.set(id, row);
    this.#staged.clear();
  }

  drop(): void {
    this.#staged.clear();
  }

  get wanting(): boolean {
    if (this.#wantedKeys.size > 0) return true;
    for (const wanted of this.#wantedLookups.values()) if (wanted.size > 0) return true;
    return false;
  }

  reads(): Read[] {
    const reads: Read[] = [];
    if (this.#wantedKeys.size > 0) {
      const wanted = new Map(this.#wantedKeys);
      this.#wantedKeys.clear();
      reads.push({
        params: columnsOf([...wanted.values()], this.#spec.key.length),
        text: (firstParam) => this.#selectByKey(firstParam),
        receive: (rows) => {
          for (const id of wanted.keys()) if (!this.#loaded.has(id)) this.#loaded.set(id, null);
          this.#receive(rows);
        },
      });
    }
    for (const [lookup, wanted] of this.#wantedLookups) {
      if (wanted.size === 0) continue;
      const values = [...wanted.values()];
      const ids = [...wanted.keys()];
      wanted.clear();
      const { on, where } = this.#lookup(lookup);
      reads.push({
        params: columnsOf(values, on.length),
        text: (firstParam) => this.#selectBy(on, where ?? {}, firstParam),
        receive: (rows) => {
          for (const id of ids) this.#loadedLookups.add(`${lookup}:${id}`);
          this.#receive(rows);
        },
      });
    }
    return reads;
  }

  updates(): Part[] {
    const rows = [...this.#kept].flatMap(([id, row]) => {
      const before = this.#loaded.get(id) ?? null;
      return before === null || this.#columns.every((column) => sameCell(before[column], row[column])) ? [] : [row];
    });
    if (rows.length === 0) return [];
    return [{ params: [JSON.stringify(rows), ...this.#keysOf(rows)], text: (firstParam) => this.#update(firstParam) }];
  }

  inserts(): Part[] {
    const rows = [...this.#kept].flatMap(([id, row]) => ((this.#loaded.get(id) ?? null) === null ? [row] : []));
    if (rows.length === 0) return [];
    return [{ params: [JSON.stringify(rows)], text: (firstParam) => this.#insert(firstParam) }];
  }

  #receive(rows: readonly AnyRow[]): void {
    for (const row of rows) {
      const id = idOf(this.#spec.key.map((column) => row[column] ?? null));
      if (this.#loaded.get(id) == null) this.#loaded.set(id, row);
    }
  }

  #keysOf(rows: readonly AnyRow[]): Cell[][] {
    return columnsOf(rows.map((row) => this.#spec.key.map((column) => row[column] ?? null)), this.#spec.key.length);
  }

  #lookup(name: string): NonNullable<TableSpec<AnyRow>['lookups']>[string] {
    const lookup = this.#spec.lookups?.[name];
    if (lookup === undefined) throw new NotPreparedError(`${this.#spec.table} has no look-up ${name}`);
    return lookup;
  }

  /**
   * Probes of the primary key. Of a key of several columns it may answer more rows than were wanted (each of one column's
   * values with each of another's): they are true rows under the same locks, so they do no harm.
   */
  #selectByKey(firstParam: number): string {
    return this.#selectBy(this.#spec.key, {}, firstParam);
  }

  #selectBy(on: readonly string[], where: Partial<AnyRow>, firstParam: number): string {
    const { columns, table } = this.#spec;
    const list = this.#columns.map((column) => `${cellOf(`t.${snake(column)}`, columns[column])} AS "${column}"`).join(', ');
    const equal = on.map((column, index) => ` AND t.${snake(column)} = ANY($${firstParam + index}::${columns[column]}[])`).join('');
    const fixed = Object.entries(where)
      .map(([column, value]) => ` AND t.${snake(column)} ${literal(value ?? null)}`)
      .join('');
    return `SELECT ${list} FROM ${table} AS t WHERE t.tenant_id = $1${equal}${fixed}`;
  }

  #recordset(param: number): string {
    const columns = this.#columns.map((column) => `"${column}" ${this.#spec.columns[column]}`).join(', ');
    return `json_to_recordset($${param}::text::json) AS r (${columns})`;
  }

  #insert(firstParam: number): string {
    const names = this.#columns.map(snake).join(', ');
    const values = this.#columns.map((column) => `r."${column}"`).join(', ');
    return `INSERT INTO ${this.#spec.table} (tenant_id, ${names}) SELECT $1::uuid, ${values} FROM ${this.#recordset(firstParam)}`;
  }

  #update(firstParam: number): string {
    const key = new Set<string>(this.#spec.key);
    const sets = this.#columns.filter((column) => !key.has(column)).map((column) => `${snake(column)} = r."${column}"`);
    const join = this.#spec.key.map((column) => `t.${snake(column)} = r."${column}"`).join(' AND ');
    // The keys once more as arrays: an index condition that does not depend on what the planner believes of the recordset.
    const keys = this.#spec.key.map((column, index) => ` AND t.${snake(column)} = ANY($${firstParam + 1 + index}::${this.#spec.columns[column]}[])`).join('');
    return `UPDATE ${this.#spec.table} AS t SET ${sets.join(', ')} FROM ${this.#recordset(firstParam)} WHERE t.tenant_id = $1 AND ${join}${keys}`;
  }
}

/** A column as JSON carries it. JSON would write an instant with an offset; rows hold it as `…Z`, like everything else here. */
function cellOf(column: string, type: ColumnType | undefined): string {
  return type === 'timestamptz' ? `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : column;
}

function idOf(key: readonly Cell[]): string {
  const [only] = key;
  return key.length === 1 && typeof only === 'string' ? only : JSON.stringify(key);
}

/** One array per column, as unnest wants them. */
function columnsOf(keys: readonly (readonly Cell[])[], width: number): Cell[][] {
  return Array.from({ length: width }, (_, column) => keys.map((key) => key[column] ?? null));
}

function sameCell(a: Cell | undefined, b: Cell | undefined): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

function snake(column: string): string {
  return column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Constants of a look-up come from a table's own definition, never from a caller. */
function literal(value: Cell): string {
  if (value === null) return 'IS NULL';
  if (typeof value === 'string') return `= '${value.replaceAll("'", "''")}'`;
  return `= ${String(value)}`;
}
