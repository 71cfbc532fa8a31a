import type { AnyEvent } from '@qipan/base';
import type { RowWrite } from '../contract.js';
import { storableJson, storableText } from '../database/json-text.js';
import { recordTable, type RecordTable } from '../tables.js';

/** All writes of one commit to one table, one for each key. */
interface TableWrites {
  readonly name: string;
  readonly table: RecordTable;
  readonly upserts: readonly Row[];
  readonly removals: readonly Row[];
}
type Row = Readonly<Record<string, unknown>>;

const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** One write after another on the same key; a removal forgets the row, a write after it starts from the defaults. */
function merge(table: RecordTable, before: RowWrite | undefined, next: RowWrite): RowWrite {
  if (!before || next.remove) return next;
  if (!before.remove) return { ...next, row: { ...before.row, ...next.row } };
  const blank = Object.fromEntries(Object.keys(table.columns).map((c) => [c, table.defaults?.[c] ?? null]));
  return { ...next, row: { ...blank, ...next.row } };
}

/** Sorted by table and key: several processes take row locks in one order and do not wait for each other in a circle. */
function byTable(writes: readonly RowWrite[]): readonly TableWrites[] {
  const tables = new Map<string, Map<string, RowWrite>>();
  let given = 0;
  for (const w of writes) {
    const table = recordTable(w.table);
    const rows = tables.get(w.table) ?? new Map<string, RowWrite>();
    tables.set(w.table, rows);
    const isNew = table.key.some((k) => w.row[k] === undefined || w.row[k] === null);
    const key = isNew ? `new ${String(given++).padStart(9, '0')}` : table.key.map((k) => String(w.row[k])).join('\0');
    rows.set(key, merge(table, rows.get(key), w));
  }
  return [...tables]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rows]) => {
      const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, w]) => w);
      return {
        name,
        table: recordTable(name),
        upserts: sorted.filter((w) => !w.remove).map((w) => w.row),
        removals: sorted.filter((w) => w.remove).map((w) => w.row),
      };
    });
}

/** Rows with the same columns go into one upsert. */
function byShape(
  rows: readonly Row[],
): readonly { readonly columns: readonly string[]; readonly rows: readonly Row[] }[] {
  const shapes = new Map<string, { columns: readonly string[]; rows: Row[] }>();
  for (const row of rows) {
    const columns = Object.keys(row).filter((c) => row[c] !== undefined);
    const id = columns.join();
    const shape = shapes.get(id) ?? { columns, rows: [] };
    shape.rows.push(row);
    shapes.set(id, shape);
  }
  return [...shapes.values()];
}

/** A statement as the driver takes it; statements of one shape share a name and are parsed once a connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

const names = new Map<string, string>();
/** Shapes are few (sets of tables and columns); the bound only keeps a caller of odd rows from filling the server's memory. */
const mostNames = 300;

function nameOf(text: string): string {
  const known = names.get(text);
  if (known) return known;
  if (names.size >= mostNames) return '';
  const name = `commit${names.size}`;
  names.set(text, name);
  return name;
}

class Parts {
  readonly values: unknown[] = [];
  readonly clauses: string[] = [];

  /** Adds a value and gives its place. */
  value(v: unknown): string {
    this.values.push(v);
    return `$${this.values.length}`;
  }
}

function addWrites(parts: Parts, t: TableWrites): void {
  const key = t.table.key;
  if (t.removals.length > 0) {
    const keys = t.removals.map((r) => Object.fromEntries(key.map((k) => [k, r[k]])));
    const from = `json_populate_recordset(null::${quoted(t.name)}, ${parts.value(storableJson(keys))}::json) r`;
    const same = key.map((k) => `t.${quoted(k)} = r.${quoted(k)}`).join(' and ');
    parts.clauses.push(`delete from ${quoted(t.name)} t using base, ${from} where ${same}`);
  }
  for (const { columns, rows } of byShape(t.upserts)) {
    const from = `json_populate_recordset(null::${quoted(t.name)}, ${parts.value(storableJson(rows))}::json) r`;
    const taken = columns.map((c) => `r.${quoted(c)}`).join(', ');
    const insert = `insert into ${quoted(t.name)} (${list(columns)}) select ${taken} from base, ${from}`;
    if (!key.every((k) => columns.includes(k))) {
      parts.clauses.push(insert);
      continue;
    }
    const rest = columns.filter((c) => !key.includes(c));
    const set = rest.map((c) => `${quoted(c)} = excluded.${quoted(c)}`).join(', ');
    parts.clauses.push(`${insert} on conflict (${list(key)}) do ${set ? `update set ${set}` : 'nothing'}`);
  }
}

/** Station ids and kinds are nearly always plain words: one look instead of two rewritings. */
const plainWord = /^[\w.:@-]*$/;
const quotedText = (t: string): string =>
  plainWord.test(t) ? `"${t}"` : `"${storableText(t).replace(/[\\"]/g, '\\$&')}"`;

/** The literal of a text array: quicker than the driver's, which tries every kind of value. */
const textArray = (texts: readonly string[]): string => `{${texts.map(quotedText).join()}}`;

const numberArray = (numbers: readonly (number | null)[]): string => `{${numbers.map((n) => n ?? 'NULL').join()}}`;

function addEvents(parts: Parts, events: readonly AnyEvent[], bodies: readonly string[], batch: string): void {
  const columns: readonly (readonly [string, string])[] = [
    ['text[]', textArray(events.map((e) => e.stationId))],
    ['text[]', textArray(events.map((e) => e.kind))],
    ['bigint[]', numberArray(events.map((e) => e.atMs))],
    ['bigint[]', numberArray(events.map((e) => e.receivedAtMs))],
    ['integer[]', numberArray(events.map((e) => e.evseId))],
    ['integer[]', numberArray(events.map((e) => e.connectorId))],
  ];
  const arrays = columns.map(([type, v]) => `unnest(${parts.value(v)}::${type})`).join(', ');
  const body = `json_array_elements(${parts.value(`[${bodies.join()}]`)}::json)`;
  parts.clauses.push(
    `insert into "log" ("seq", "stationId", "kind", "atMs", "receivedAtMs", "evseId", "connectorId", "batch", "body")
     select base."last" + e.n, e.s, e.k, e.a, e.r, e.v, e.c, ${parts.value(batch)}::bigint, e.b
     from base, rows from (${arrays}, ${body}) with ordinality e(s, k, a, r, v, c, b, n)`,
  );
}

function addMark(parts: Parts, { batch, previous, nowMs }: CommitMark): void {
  const values = `${parts.value(batch)}::bigint, ${parts.value(nowMs)}::bigint`;
  parts.clauses.push(`insert into "commitMark" select ${values} from base`);
  parts.clauses.push(`delete from "commitMark" where "batch" = ${parts.value(previous)}::bigint`);
}

/** What one commit is made of. */
export interface CommitContent {
  readonly events: readonly AnyEvent[];
  readonly bodies: readonly string[];
  readonly writes: readonly RowWrite[];
  /** How this commit can be found again; null inside somebody else's transaction. */
  readonly mark: CommitMark | null;
  /** A seq that is known to be in the log. */
  readonly hint: number;
}

/** Names a commit in the log or, without events, in a row of its own. Signed 64-bit numbers as text. */
export interface CommitMark {
  readonly batch: string;
  /** The last such row of this process, which is no longer needed. */
  readonly previous: string | null;
  readonly nowMs: number;
}

/**
 * One statement, and so one transaction and one journey: seqs are given under the log's lock, events and rows written.
 * Every part reads from `base`, so that the lock comes before any row lock. A commit without events leaves a mark
 * instead, for the same look-up. Gives one row, `last`: the seq before the first event.
 */
export function commitStatement(content: CommitContent): Statement {
  const parts = new Parts();
  const { events, bodies, mark } = content;
  const isLogged = events.length > 0;
  const base = isLogged ? `"lastSeqLocked"(${parts.value(content.hint)}::bigint)` : '0::bigint';
  if (isLogged) addEvents(parts, events, bodies, mark?.batch ?? '0');
  else if (mark) addMark(parts, mark);
  for (const t of byTable(content.writes)) addWrites(parts, t);
  const clauses = parts.clauses.map((c, i) => `p${i} as (${c})`).join(',\n');
  const text = `with base as materialized (select ${base} as "last"),\n${clauses}\nselect "last" from base`;
  return { name: nameOf(text), text, values: parts.values };
}
