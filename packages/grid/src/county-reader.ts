import { QipanError } from '@qipan/base';
import type { CountyTransformer } from './county.js';
import {
  issueAt,
  numberOf,
  repeated,
  rowsByTransformer,
  textOf,
  type CountyIssue,
  type CountyRow,
  type CountyRows,
  type CountySheet,
} from './county-rows.js';
import { customersTable, linesTable, nodesTable, sectionsTable, transformersTable } from './county-tables.js';
import { conductorOf, transformerTypeFor } from './equipment.js';
import type { TransformerL0, WorstPathL1 } from './levels.js';
import { lowVoltageNetwork } from './low-voltage.js';

/** What may be taken from a table of defaults where the data are silent; nothing is unless it is listed. */
export const countyAssumptions = {
  householdPeak: 'evening peak of 1.2 kW a household where no base load was measured',
  powerFactor: 'power factor 0.95 at the peak',
  voltage: '400 V in the village, fed from 10 kV held at 1.00 per unit',
  conductors: 'r, x and rated current of the named conductor from the table of conductors',
  transformerType: 'short-circuit voltage and losses of the type of the nearest rating',
  pathShare: 'all customers on the worst path',
  customerKw: '2 kW connected load a customer (1.2 kW together in the evening)',
} as const;

export type CountyAssumption = keyof typeof countyAssumptions;

export interface CountySheets {
  readonly transformers: CountySheet;
  readonly sections?: CountySheet;
  readonly nodes?: CountySheet;
  readonly lines?: CountySheet;
  readonly customers?: CountySheet;
}

export interface CountyGrid {
  /** Those that can be answered for, in the order of the file. */
  readonly transformers: readonly CountyTransformer[];
  /** Ids of those that cannot; why stands in `issues`. */
  readonly refused: readonly string[];
  /** All problems of all tables, by table and row. */
  readonly issues: readonly CountyIssue[];
}

/** Reads one transformer: takes defaults where they are allowed and says so, and collects what is wrong. */
class Reading {
  readonly issues: CountyIssue[] = [];
  readonly #assumed = new Map<string, string>();
  readonly #allowed: ReadonlySet<CountyAssumption>;
  readonly id: string;

  constructor(id: string, allowed: ReadonlySet<CountyAssumption>) {
    this.id = id;
    this.#allowed = allowed;
  }

  get assumptions(): readonly string[] {
    return [...this.#assumed.values()];
  }

  /** The default when it is allowed; otherwise an issue at the cell and a number that nobody will see. */
  assume(r: CountyRow, column: string, by: { key: CountyAssumption; value: number | null; what?: string }): number {
    if (this.#allowed.has(by.key) && by.value !== null) {
      this.#assumed.set(by.what ?? by.key, by.what ?? countyAssumptions[by.key]);
      return by.value;
    }
    const allowed = this.#allowed.has(by.key);
    const expected = allowed ? 'a number: no default is known' : `a number, or "${by.key}" among what is assumed`;
    this.refuse(r, { code: 'BAD_CELL', column, got: null, expected });
    return Number.NaN;
  }

  given(r: CountyRow, column: string, by: { key: CountyAssumption; value: number | null; what?: string }): number {
    return numberOf(r, column) ?? this.assume(r, column, by);
  }

  refuse(r: CountyRow, i: Parameters<typeof issueAt>[2]): void {
    this.issues.push(issueAt(r, this.id, i));
  }

  /** Resistance, reactance and rated current of a row, from its own cells or by the name of its conductor. */
  conductor(r: CountyRow): { lengthKm: number; rOhmPerKm: number; xOhmPerKm: number; ratedA: number | null } {
    const name = textOf(r, 'conductor');
    const known = name === null ? null : conductorOf(name);
    const what = known
      ? `${known.name}: ${known.rOhmPerKm} + j${known.xOhmPerKm} Ω/km, ${known.ratedA} A (${known.source})`
      : '';
    const of = (column: 'rOhmPerKm' | 'xOhmPerKm') =>
      this.given(r, column, { key: 'conductors', value: known?.[column] ?? null, what });
    const own = numberOf(r, 'ratedA');
    const ratedA =
      own ??
      (known && this.#allowed.has('conductors')
        ? this.assume(r, 'ratedA', { key: 'conductors', value: known.ratedA, what })
        : null);
    return {
      lengthKm: numberOf(r, 'lengthKm') ?? Number.NaN,
      rOhmPerKm: of('rOhmPerKm'),
      xOhmPerKm: of('xOhmPerKm'),
      ratedA,
    };
  }
}

function ledgerOf(t: CountyRow, reading: Reading, isFull: boolean): TransformerL0 {
  const customers = numberOf(t, 'customers') ?? 0;
  const measured = numberOf(t, 'basePeakKw');
  const peak = { key: 'householdPeak' as const, value: 1.2 * customers };
  return {
    id: reading.id,
    ratedKva: numberOf(t, 'ratedKva') ?? Number.NaN,
    customers,
    // The full topology has its customers' own loads.
    basePeakKw: isFull ? measured : (measured ?? reading.assume(t, 'basePeakKw', peak)),
    powerFactor: reading.given(t, 'powerFactor', { key: 'powerFactor', value: 0.95 }),
  };
}

/** Sections in their order: by number, or from the transformer outwards to the end with the largest resistance. */
function pathOf(rows: readonly CountyRow[], reading: Reading): CountyRow[] {
  if (rows.every((r) => numberOf(r, 'order') !== null)) {
    const sorted = [...rows].sort((a, b) => (numberOf(a, 'order') as number) - (numberOf(b, 'order') as number));
    sorted.forEach((r, k) => {
      const order = numberOf(r, 'order');
      if (k > 0 && order === numberOf(sorted[k - 1], 'order'))
        reading.refuse(r, { code: 'DUPLICATE_ID', column: 'order', got: order, expected: 'each place once' });
    });
    return sorted;
  }
  const bad = rows.filter((r) => textOf(r, 'from') === null || textOf(r, 'to') === null);
  for (const r of bad)
    reading.refuse(r, { code: 'BAD_CELL', column: 'order', got: null, expected: 'order in every row, or from and to' });
  if (bad.length > 0) return [];
  let worst: { path: CountyRow[]; ohm: number } = { path: [], ohm: -1 };
  const reached = new Set<CountyRow>();
  const walk = (at: string, path: CountyRow[], ohm: number): void => {
    if (ohm > worst.ohm) worst = { path, ohm };
    for (const r of rows) {
      if (textOf(r, 'from') !== at || path.includes(r)) continue;
      reached.add(r);
      const { lengthKm, rOhmPerKm } = reading.conductor(r);
      walk(textOf(r, 'to') as string, [...path, r], ohm + (lengthKm * rOhmPerKm || 0));
    }
  };
  walk(reading.id, [], 0);
  for (const r of rows)
    if (!reached.has(r))
      reading.refuse(r, {
        code: 'UNKNOWN_REFERENCE',
        column: 'from',
        got: textOf(r, 'from'),
        expected: `a place reached from ${reading.id}`,
      });
  return worst.path;
}

function pathStudy(t: CountyRow, ledger: TransformerL0, sections: readonly CountyRow[], reading: Reading): WorstPathL1 {
  return {
    ...ledger,
    ratedV: reading.given(t, 'ratedV', { key: 'voltage', value: 400 }),
    sections: pathOf(sections, reading).map((r) => reading.conductor(r)),
    shareOfCustomers: reading.given(t, 'pathShare', { key: 'pathShare', value: 1 }),
  };
}

interface Parts {
  readonly nodes: readonly CountyRow[];
  readonly lines: readonly CountyRow[];
  readonly customers: readonly CountyRow[];
}

/** Refuses names that are not there, ids that stand twice, and lines that the transformer does not reach. */
function checkTopology(parts: Parts, reading: Reading): void {
  const { id } = reading;
  for (const rows of [parts.nodes, parts.lines, parts.customers]) reading.issues.push(...repeated(rows, 'id', id));
  const known = new Set([id, ...parts.nodes.map((r) => textOf(r, 'id'))]);
  const refer = (r: CountyRow, column: string) => {
    const got = textOf(r, column);
    if (got !== null && !known.has(got))
      reading.refuse(r, { code: 'UNKNOWN_REFERENCE', column, got, expected: `a node of ${id}, or ${id} itself` });
  };
  for (const r of parts.lines) {
    refer(r, 'from');
    refer(r, 'to');
  }
  for (const r of parts.customers) refer(r, 'node');
  const live = new Set<string | null>([id]);
  for (let before = 0; before < live.size;) {
    before = live.size;
    for (const r of parts.lines) {
      const [from, to] = [textOf(r, 'from'), textOf(r, 'to')];
      if (live.has(from)) live.add(to);
      if (live.has(to)) live.add(from);
    }
  }
  for (const r of parts.nodes) {
    const got = textOf(r, 'id');
    if (got !== null && !live.has(got))
      reading.refuse(r, { code: 'UNKNOWN_REFERENCE', column: 'id', got, expected: `a node that lines join to ${id}` });
  }
}

function networkOf(t: CountyRow, ledger: TransformerL0, parts: Parts, reading: Reading) {
  checkTopology(parts, reading);
  const type = Number.isFinite(ledger.ratedKva) ? transformerTypeFor(ledger.ratedKva) : null;
  const what = type ? `${type.ratedKva} kVA: uk ${type.ukPct} %, losses after ${type.name} (${type.source})` : '';
  const of = (column: 'ukPct' | 'pCuKw' | 'pFeKw' | 'i0Pct') =>
    reading.given(t, column, { key: 'transformerType', value: type?.[column] ?? null, what });
  const volt = (column: string, value: number) => reading.given(t, column, { key: 'voltage', value });
  const village = {
    id: reading.id,
    ratedKva: ledger.ratedKva,
    ratedV: volt('ratedV', 400),
    feedingV: volt('feedingV', 10_000),
    feedingPu: volt('feedingPu', 1),
    ukPct: of('ukPct'),
    pCuKw: of('pCuKw'),
    pFeKw: of('pFeKw'),
    i0Pct: of('i0Pct'),
    nodes: parts.nodes.map((r) => textOf(r, 'id') as string),
    lines: parts.lines.map((r) => ({
      id: textOf(r, 'id') as string,
      from: textOf(r, 'from') as string,
      to: textOf(r, 'to') as string,
      ...reading.conductor(r),
      zeroRatio: numberOf(r, 'zeroRatio'),
    })),
    customers: parts.customers.map((r) => ({
      id: textOf(r, 'id') as string,
      node: textOf(r, 'node') as string,
      connectedKw: reading.given(r, 'connectedKw', { key: 'customerKw', value: 2 }),
      powerFactor: ledger.powerFactor as number,
    })),
  };
  return reading.issues.length > 0 ? null : lowVoltageNetwork(village);
}

/** One transformer, or null with its issues in `reading`. */
function transformerOf(
  t: CountyRow,
  rows: Record<'sections' | 'nodes' | 'lines' | 'customers', CountyRows>,
  reading: Reading,
): CountyTransformer | null {
  const { id } = reading;
  const of = (table: keyof typeof rows) => rows[table].get(id) ?? [];
  const [sections, lines] = [of('sections'), of('lines')];
  const level = lines.length > 0 ? 'L2' : sections.length > 0 ? 'L1' : 'L0';
  const ledger = ledgerOf(t, reading, level === 'L2');
  if (level === 'L2' && of('customers').length === 0)
    reading.refuse(t, {
      code: 'INCOMPLETE_TABLE',
      column: 'id',
      got: id,
      expected: 'customers of its lines, in customers',
    });
  const path = level === 'L1' ? pathStudy(t, ledger, sections, reading) : null;
  const parts = { nodes: of('nodes'), lines, customers: of('customers') };
  const network = level === 'L2' ? networkOf(t, ledger, parts, reading) : null;
  if (reading.issues.length > 0) return null;
  const { assumptions } = reading;
  const where = { place: textOf(t, 'place'), lon: numberOf(t, 'lon'), lat: numberOf(t, 'lat') };
  return { id, name: textOf(t, 'name'), ...where, level, dataLevel: 'official', ledger, path, network, assumptions };
}

const none: CountyRows = new Map();

/**
 * Reads what a county power office fills in: `transformers` alone gives level L0, `sections` of a worst path L1, full topology
 * (`nodes`, `lines`, `customers`) L2, each transformer by itself. What is unknown is refused unless its default is listed in
 * `assume`, and then printed with the answer. One bad transformer does not stop the others.
 * @throws MISSING_COLUMN; BAD_USAGE for an assumption that does not exist
 */
export function readCounty(sheets: CountySheets, o: { readonly assume: readonly string[] }): CountyGrid {
  const names = Object.keys(countyAssumptions);
  const unknown = o.assume.filter((a) => !names.includes(a));
  if (unknown.length > 0)
    throw new QipanError('BAD_USAGE', `${unknown.join(', ')} cannot be assumed`, {
      field: 'assume',
      got: unknown.join(', '),
      expected: names.join(', '),
    });
  const allowed = new Set(o.assume as readonly CountyAssumption[]);
  const issues: CountyIssue[] = [];
  const of = (table: typeof transformersTable, sheet: CountySheet | undefined) =>
    sheet ? rowsByTransformer(table, sheet, 'transformer', issues) : none;
  const ledger = rowsByTransformer(transformersTable, sheets.transformers, 'id', issues);
  const rows = {
    sections: of(sectionsTable, sheets.sections),
    nodes: of(nodesTable, sheets.nodes),
    lines: of(linesTable, sheets.lines),
    customers: of(customersTable, sheets.customers),
  };
  for (const table of Object.values(rows)) {
    for (const [id, list] of table) {
      if (ledger.has(id)) continue;
      const expected = 'a transformer of the table transformers';
      for (const r of list)
        issues.push(issueAt(r, id, { code: 'UNKNOWN_REFERENCE', column: 'transformer', got: id, expected }));
    }
  }
  const isBad = new Set(issues.map((i) => i.transformer));
  const transformers: CountyTransformer[] = [];
  const refused: string[] = [];
  for (const [id, list] of ledger) {
    const reading = new Reading(id, allowed);
    reading.issues.push(...repeated(list, 'id', id));
    const read = transformerOf(list[0], rows, reading);
    issues.push(...reading.issues);
    if (read && !isBad.has(id)) transformers.push(read);
    else refused.push(id);
  }
  return { transformers, refused, issues: inOrder(issues) };
}

/** By table and row, each problem once. */
function inOrder(issues: readonly CountyIssue[]): CountyIssue[] {
  const order = [transformersTable, sectionsTable, nodesTable, linesTable, customersTable].map((t) => t.name);
  const place = (i: CountyIssue) => order.indexOf(i.table);
  const seen = new Set<string>();
  return [...issues]
    .sort((a, b) => place(a) - place(b) || (a.row ?? 0) - (b.row ?? 0))
    .filter((i) => {
      const key = `${i.table} ${i.row} ${i.column} ${i.code}`;
      return !seen.has(key) && seen.add(key);
    });
}
