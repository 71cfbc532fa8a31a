import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
  type RawBuilder,
} from 'kysely';
import type { SelectQuery } from '../contract.js';
import { checkColumns, type RecordTable } from '../tables.js';
import { QipanError } from '@qipan/base';

type AnyTable = Record<string, Record<string, unknown>>;

/** Builds and quotes SQL; it is never asked to run any. */
const build = new Kysely<AnyTable>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

const isRow = (v: unknown): v is Readonly<Record<string, unknown>> =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

/** Where the next page begins. The order has no gaps and no ties, because the key ends it. */
function behind(table: RecordTable, q: SelectQuery, order: readonly string[]): RawBuilder<boolean> | null {
  if (q.after === undefined) return null;
  const columns = isRow(q.after) ? order : order.slice(0, 1);
  const values = isRow(q.after) ? columns.map((c) => (q.after as Record<string, unknown>)[c]) : [q.after];
  const missing = columns.find((_, i) => values[i] === undefined);
  if (missing !== undefined)
    throw new QipanError('BAD_INPUT', `the row to continue behind lacks ${missing}`, { column: missing });
  const than = sql.raw(q.descending ? '<' : '>');
  const tuple = (names: readonly string[]) => sql.join(names.map((c) => sql.ref(c)));
  const first = columns[0] as string;
  const mayBeNull = table.columns[first]?.endsWith('?') ?? false;
  if (!mayBeNull) return sql<boolean>`(${tuple(columns)}) ${than} (${sql.join(values)})`;
  // Nulls stand last going up and first going down, as PostgreSQL and its indexes have it.
  const [value, rest, keyValues] = [values[0], columns.slice(1), values.slice(1)];
  const laterKey =
    rest.length > 0 ? sql<boolean>`(${tuple(rest)}) ${than} (${sql.join(keyValues)})` : sql<boolean>`false`;
  if (value === null) {
    const amongNulls = sql<boolean>`(${sql.ref(first)} is null and ${laterKey})`;
    return q.descending ? sql<boolean>`(${amongNulls} or ${sql.ref(first)} is not null)` : amongNulls;
  }
  const later = sql<boolean>`(${tuple(columns)}) ${than} (${sql.join(values)})`;
  return q.descending ? later : sql<boolean>`(${later} or ${sql.ref(first)} is null)`;
}

/** The query of `Records.select`. */
export function selectQuery(name: string, q: SelectQuery): CompiledQuery {
  const where = Object.entries(q.where ?? {});
  const orderBy = q.orderBy === undefined ? [] : [q.orderBy];
  const table = checkColumns(name, [...where.map(([c]) => c), ...orderBy]);
  const order = [...orderBy, ...table.key.filter((k) => k !== q.orderBy)];
  let query = build.selectFrom(name).selectAll();
  for (const [column, value] of where) {
    if (value === undefined) continue;
    if (value === null) query = query.where(column, 'is', null);
    else if (Array.isArray(value)) query = query.where(sql<boolean>`${sql.ref(column)} = any (${value})`);
    else query = query.where(column, '=', value);
  }
  const start = behind(table, q, order);
  if (start) query = query.where(start);
  for (const column of order) query = query.orderBy(column, q.descending ? 'desc' : 'asc');
  return query.limit(q.limit ?? 1_000).compile();
}
