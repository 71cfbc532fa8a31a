import type pg from 'pg';
import { isArchived } from './manifest.js';

/** A table as the database's own catalogue has it. */
export interface CatalogueTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** The column the database counts itself, or null. */
  readonly identity: string | null;
}

/** Every table of our schema that holds data; partitions count as their parent. */
export async function archivedTables(client: pg.ClientBase): Promise<readonly CatalogueTable[]> {
  const { rows } = await client.query<CatalogueTable>(
    `select c.relname::text as "table",
            array_agg(a.attname::text order by a.attnum) as "columns",
            (select array_agg(k.attname::text order by x.place)
               from pg_index i, unnest(i.indkey) with ordinality x(attnum, place), pg_attribute k
              where i.indrelid = c.oid and i.indisprimary and k.attrelid = c.oid and k.attnum = x.attnum) as "key",
            min(a.attname::text) filter (where a.attidentity <> '') as "identity"
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      group by c.oid, c.relname order by c.relname collate "C"`,
  );
  return rows.filter((t) => isArchived(t.table));
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quotedList = (names: readonly string[]): string => names.map(quoted).join(', ');
