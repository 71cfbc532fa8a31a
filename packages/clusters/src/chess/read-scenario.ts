import { checkRows, QipanError, rowsOrThrow, type Cell, type DataLevel, type Issue, type Row } from '@qipan/base';
import {
  defaultChessRules,
  defaultChessWeights,
  type ChessData,
  type ChessPairs,
  type ChessRules,
  type ChessStage,
  type ChessWeights,
} from './data.js';
import { chessTables, type ChessTableName } from './tables.js';

/** Rows of one table as a file holds them: header, cells, and the 1-based row in the file of each. */
export interface ScenarioSheet {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowNumbers?: readonly number[];
}

/** What stands beside the tables: `scenario.json` of a folder, or the head of a scenario file. */
export interface ScenarioHead {
  readonly name?: string;
  readonly unit?: string;
  readonly currency?: string;
  readonly dataLevel?: DataLevel;
  readonly sources?: readonly string[];
  readonly weights?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, unknown>>;
}

type Sheets = Partial<Record<ChessTableName, ScenarioSheet>>;
type Rows = Record<ChessTableName, readonly { readonly row: number; readonly cells: Row }[]>;

const needed = ['regions', 'industries', 'candidates'] as const;

function bad(field: string, got: unknown, expected: string): never {
  throw new QipanError('BAD_INPUT', `${field} = ${JSON.stringify(got)}; expected ${expected}`, {
    field,
    got,
    expected,
  });
}

function numberIn(field: string, got: unknown, o: { least?: number; most?: number; hard?: boolean } = {}): number {
  const { least = 0, most = Infinity, hard = false } = o;
  if (hard && got === 'hard') return Infinity;
  if (typeof got === 'number' && Number.isFinite(got) && got >= least && got <= most) return got;
  return bad(field, got, `a number ≥ ${least}${most < Infinity ? ` and ≤ ${most}` : ''}${hard ? ', or "hard"' : ''}`);
}

function known(field: string, given: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of Object.keys(given))
    if (!names.includes(name)) bad(`${field}.${name}`, given[name], `one of ${names.join(', ')}`);
}

/** Weights as a scenario writes them: numbers ≥ 0, or `"hard"` for a rule that may not be broken. */
function weightsOf(given: Readonly<Record<string, unknown>> = {}): ChessWeights {
  known('weights', given, Object.keys(defaultChessWeights));
  const out: Record<string, number> = { ...defaultChessWeights };
  for (const [name, value] of Object.entries(given))
    out[name] = numberIn(`weights.${name}`, value, { hard: name !== 'refusal' });
  return out as unknown as ChessWeights;
}

function stagesOf(given: unknown): readonly ChessStage[] {
  if (given === undefined) return defaultChessRules.stages;
  if (!Array.isArray(given) || given.length === 0 || given.length > 6) bad('rules.stages', given, '1 to 6 stages');
  const stages = given.map((s: unknown, t) => {
    const stage = (typeof s === 'object' && s !== null ? s : {}) as Readonly<Record<string, unknown>>;
    const { share, budget = null } = stage;
    return {
      share: numberIn(`rules.stages[${t}].share`, share, { most: 1 }),
      budget: budget === null ? null : numberIn(`rules.stages[${t}].budget`, budget),
    };
  });
  const sum = stages.reduce((a, s) => a + s.share, 0);
  if (Math.abs(sum - 1) > 1e-9) bad('rules.stages', sum, 'shares that sum to 1');
  return stages;
}

function rulesOf(given: Readonly<Record<string, unknown>> = {}): ChessRules {
  known('rules', given, Object.keys(defaultChessRules));
  const limit = (name: string) => {
    const value = given[name] ?? null;
    return value === null ? null : numberIn(`rules.${name}`, value);
  };
  return {
    nationBudget: limit('nationBudget'),
    equityShare: numberIn('rules.equityShare', given['equityShare'] ?? 0, { most: 1 }),
    footprintLimit: limit('footprintLimit'),
    supplierKm: numberIn('rules.supplierKm', given['supplierKm'] ?? 0),
    stages: stagesOf(given['stages']),
  };
}

/** Reads every table against its declaration; all problems of a table are listed. */
function readTables(sheets: Sheets): Rows {
  const out = {} as Record<ChessTableName, { row: number; cells: Row }[]>;
  for (const name of Object.keys(chessTables) as ChessTableName[]) {
    const sheet = sheets[name];
    if (!sheet) {
      if ((needed as readonly string[]).includes(name))
        throw new QipanError('INCOMPLETE_TABLE', `the scenario has no table ${name}`, {
          table: name,
          expected: needed.join(', '),
        });
      out[name] = [];
      continue;
    }
    const rowNumbers = sheet.rowNumbers ?? sheet.rows.map((_, k) => k + 2);
    const rows = rowsOrThrow(checkRows(chessTables[name], sheet.header, sheet.rows, sheet.file, rowNumbers));
    out[name] = rows.map((cells, k) => ({ row: rowNumbers[k], cells }));
  }
  return out;
}

/** Codes of a table with their numbers, and how an unknown or repeated one is told. */
class Lookup {
  readonly #issues: Issue[] = [];
  #count = 0;

  add(code: Issue['code'], at: { file: string; row: number; column: string; got: unknown; expected: string }): void {
    this.#count++;
    if (this.#issues.length < 100)
      this.#issues.push({
        code,
        message: `${at.file} row ${at.row}, column ${at.column}: ${JSON.stringify(at.got)}; expected ${at.expected}`,
        ...at,
      });
  }

  /** Throws the first problem, with the others beside it. */
  close(): void {
    const first = this.#issues[0];
    if (!first) return;
    const more = this.#count > 1 ? ` (and ${this.#count - 1} more)` : '';
    throw new QipanError(first.code, first.message + more, { ...first, issues: this.#issues });
  }
}

const text = (cell: Cell): string => (cell === null ? '' : String(cell));
const numeric = (cell: Cell, blank: number): number => (cell === null ? blank : Number(cell));
const flag = (cell: Cell): number => (cell === true ? 1 : 0);

interface Context {
  readonly rows: Rows;
  readonly sheets: Sheets;
  readonly faults: Lookup;
  readonly region: ReadonlyMap<string, number>;
  readonly industry: ReadonlyMap<string, number>;
  readonly link: ReadonlyMap<string, number>;
}

function find(c: Context, table: ChessTableName, row: { row: number; cells: Row }, column: string): number {
  const [codes, of] =
    column === 'region' ? [c.region, 'regions'] : column === 'link' ? [c.link, 'links'] : [c.industry, 'industries'];
  const code = text(row.cells[column] ?? null);
  const at = codes.get(code);
  if (at !== undefined) return at;
  const file = c.sheets[table]?.file ?? table;
  c.faults.add('UNKNOWN_CODE', { file, row: row.row, column, got: code, expected: `a code of ${of}` });
  return -1;
}

const codesOf = (rows: Rows[ChessTableName]) => new Map(rows.map(({ cells }, k) => [text(cells['code'] ?? null), k]));

/** Candidates and wishes as pairs in order; a wish without a candidate row is told, for nothing is known of it. */
function pairsOf(c: Context): ChessPairs {
  const I = c.industry.size;
  const place = new Map<number, { row: number; cells: Row }>();
  for (const row of c.rows.candidates) {
    const [r, i] = [find(c, 'candidates', row, 'region'), find(c, 'candidates', row, 'industry')];
    if (r < 0 || i < 0) continue;
    const before = place.get(r * I + i);
    if (before)
      c.faults.add('DUPLICATE_CELL', {
        file: c.sheets.candidates?.file ?? 'candidates',
        row: row.row,
        column: 'industry',
        got: text(row.cells['industry'] ?? null),
        expected: `one row a region and industry; row ${before.row} is the same`,
      });
    else place.set(r * I + i, row);
  }
  const wish = new Map<number, number>();
  for (const row of c.rows.wishes) {
    const [r, i] = [find(c, 'wishes', row, 'region'), find(c, 'wishes', row, 'industry')];
    if (r < 0 || i < 0) continue;
    if (!place.has(r * I + i))
      c.faults.add('UNKNOWN_REFERENCE', {
        file: c.sheets.wishes?.file ?? 'wishes',
        row: row.row,
        column: 'industry',
        got: text(row.cells['industry'] ?? null),
        expected: 'a row in candidates for this region and industry: every wish is answered, so p and v must be known',
      });
    // Several plans may ask for the same: their capacities add up.
    const planned = numeric(row.cells['plannedCapacity'] ?? null, NaN);
    const before = wish.get(r * I + i);
    wish.set(r * I + i, before === undefined || Number.isNaN(before) ? planned : before + (planned || 0));
  }
  const keys = Int32Array.from(place.keys()).sort();
  const column = (name: string, blank: number) =>
    Float64Array.from(keys, (k) => numeric(place.get(k)?.cells[name] ?? null, blank));
  return {
    region: keys.map((k) => Math.floor(k / I)),
    industry: keys.map((k) => k % I),
    probability: column('probability', NaN),
    value: column('value', NaN),
    cost: column('cost', 0),
    footprint: column('footprint', 0),
    size: column('size', 1),
    isPresent: Uint8Array.from(keys, (k) => flag(place.get(k)?.cells['isPresent'] ?? null)),
    isWish: Uint8Array.from(keys, (k) => (wish.has(k) ? 1 : 0)),
    plannedCapacity: Float64Array.from(keys, (k) => wish.get(k) ?? NaN),
    relatedness: column('relatedness', NaN),
  };
}

/** Chinese names, where the table has any. */
function chineseNames(rows: Rows[ChessTableName]): { nameZh?: readonly (string | null)[] } {
  const nameZh = rows.map(({ cells }) => (typeof cells['nameZh'] === 'string' ? cells['nameZh'] : null));
  return nameZh.some((n) => n !== null) ? { nameZh } : {};
}

function regionsOf(c: Context, zones: Map<string, number>, provinces: Map<string, number>): ChessData['regions'] {
  const rows = c.rows.regions;
  const column = (name: string, blank: number) =>
    Float64Array.from(rows, ({ cells }) => numeric(cells[name] ?? null, blank));
  const numbered = (name: string, codes: Map<string, number>) =>
    Int32Array.from(rows, ({ cells }) => {
      const code = text(cells[name] ?? null);
      if (code === '') return -1;
      if (!codes.has(code)) codes.set(code, codes.size);
      return codes.get(code) ?? -1;
    });
  const [slots, minSlots] = [column('slots', 0), column('minSlots', 0)];
  rows.forEach((row, r) => {
    if (minSlots[r] > slots[r])
      c.faults.add('OUT_OF_RANGE', {
        file: c.sheets.regions?.file ?? 'regions',
        row: row.row,
        column: 'minSlots',
        got: minSlots[r],
        expected: `at most slots = ${slots[r]}`,
      });
  });
  return {
    code: rows.map(({ cells }) => text(cells['code'] ?? null)),
    name: rows.map(({ cells }) => text(cells['name'] ?? cells['code'] ?? null)),
    ...chineseNames(rows),
    zone: numbered('zone', zones),
    province: numbered('province', provinces),
    isLagging: Uint8Array.from(rows, ({ cells }) => flag(cells['isLagging'] ?? null)),
    slots,
    minSlots,
    valueFloor: column('valueFloor', 0),
    footprintLimit: column('footprintLimit', Infinity),
    lon: column('lon', NaN),
    lat: column('lat', NaN),
  };
}

function prerequisitesOf(c: Context): ChessData['prerequisites'] {
  const needs = new Map<number, number[]>();
  for (const row of c.rows.prerequisites) {
    const [i, j] = [find(c, 'prerequisites', row, 'industry'), find(c, 'prerequisites', row, 'needs')];
    if (i === j && i >= 0)
      c.faults.add('BAD_CELL', {
        file: c.sheets.prerequisites?.file ?? 'prerequisites',
        row: row.row,
        column: 'needs',
        got: text(row.cells['needs'] ?? null),
        expected: 'another industry than the one that needs it',
      });
    else if (i >= 0 && j >= 0) needs.set(i, [...(needs.get(i) ?? []), j]);
  }
  return [...needs].map(([industry, list]) => ({ industry, needs: list }));
}

function colocationsOf(c: Context, pairs: ChessPairs): ChessData['colocations'] {
  const on = new Set(Array.from(pairs.region, (r, k) => `${r} ${pairs.industry[k]}`));
  return c.rows.colocations.map((row) => {
    const region = find(c, 'colocations', row, 'region');
    const [first, second] = ['first', 'second'].map((side) => {
      const i = find(c, 'colocations', row, side);
      if (region >= 0 && i >= 0 && !on.has(`${region} ${i}`))
        c.faults.add('UNKNOWN_REFERENCE', {
          file: c.sheets.colocations?.file ?? 'colocations',
          row: row.row,
          column: side,
          got: text(row.cells[side] ?? null),
          expected: 'a row in candidates for this region and industry',
        });
      return i;
    });
    return { region, first, second, bonus: numeric(row.cells['bonus'] ?? null, 0) };
  });
}

/**
 * Reads a scenario into a board. Every problem of the tables is found before anything is refused, the first one is thrown
 * with up to 100 in `details.issues`; nothing is loaded in part.
 *
 * @param head what stands beside the tables
 * @param sheets the tables as files hold them; `regions`, `industries` and `candidates` are needed
 * @throws INCOMPLETE_TABLE, MISSING_COLUMN, BAD_CELL, DUPLICATE_ID, UNKNOWN_CODE, UNKNOWN_REFERENCE, DUPLICATE_CELL,
 * OUT_OF_RANGE with file, row, column, got and expected; BAD_INPUT naming the field of the head
 */
export function readScenario(head: ScenarioHead, sheets: Sheets): ChessData {
  const weights = weightsOf(head.weights);
  const rules = rulesOf(head.rules);
  const levels = ['measured', 'official', 'estimated', 'synthetic', 'default'];
  if (head.dataLevel !== undefined && !levels.includes(head.dataLevel))
    bad('dataLevel', head.dataLevel, levels.join(', '));
  const rows = readTables(sheets);
  const c: Context = {
    rows,
    sheets,
    faults: new Lookup(),
    region: codesOf(rows.regions),
    industry: codesOf(rows.industries),
    link: codesOf(rows.links),
  };
  const [zones, provinces] = [new Map<string, number>(), codesOf(rows.provinces)];
  const regions = regionsOf(c, zones, provinces);
  const pairs = pairsOf(c);
  const stands = rows.existing.map((row) => {
    const zone = text(row.cells['zone'] ?? null);
    if (!zones.has(zone)) zones.set(zone, zones.size);
    return {
      link: find(c, 'existing', row, 'link'),
      zone: zones.get(zone) ?? 0,
      capacity: Number(row.cells['capacity']),
    };
  });
  const existing = new Float64Array(rows.links.length * zones.size);
  for (const s of stands) if (s.link >= 0) existing[s.link * zones.size + s.zone] += s.capacity;
  const linkColumn = (name: string, blank: number) =>
    Float64Array.from(rows.links, ({ cells }) => numeric(cells[name] ?? null, blank));
  const budget = Float64Array.from({ length: provinces.size }, (_, q) =>
    numeric(rows.provinces[q]?.cells['budget'] ?? null, Infinity),
  );
  const nameOf = ({ cells }: { readonly cells: Row }) => text(cells['name'] ?? cells['code'] ?? null);
  const data: ChessData = {
    name: head.name ?? 'scenario',
    unit: head.unit ?? 'value',
    currency: head.currency ?? 'CNY',
    dataLevel: head.dataLevel ?? 'estimated',
    sources: head.sources ?? [],
    regions,
    industries: {
      code: [...c.industry.keys()],
      name: rows.industries.map(nameOf),
      ...chineseNames(rows.industries),
      link: Int32Array.from(rows.industries, (row) =>
        row.cells['link'] === null ? -1 : find(c, 'industries', row, 'link'),
      ),
      marketRoom: Float64Array.from(rows.industries, ({ cells }) => numeric(cells['marketRoom'] ?? null, Infinity)),
    },
    pairs,
    links: {
      code: [...c.link.keys()],
      name: rows.links.map(nameOf),
      need: linkColumn('need', 0),
      zones: linkColumn('zones', 0),
      maxZoneShare: linkColumn('maxZoneShare', 1),
      existing,
    },
    zones: [...zones.keys()],
    provinces: { code: [...provinces.keys()], budget },
    prerequisites: prerequisitesOf(c),
    colocations: colocationsOf(c, pairs),
    rules,
    weights,
  };
  c.faults.close();
  return data;
}

/** A scenario in one JSON file: the head, and under `tables` the rows of each table as objects. */
export interface ScenarioFile extends ScenarioHead {
  readonly tables: Partial<Record<ChessTableName, readonly Readonly<Record<string, Cell>>[]>>;
}

/**
 * Reads a parsed scenario file. Rows are counted from 1 within their table.
 * @throws BAD_FILE when it is no scenario, and what `readScenario` throws
 */
export function scenarioFromJson(json: unknown, file: string): ChessData {
  const given = json as Partial<ScenarioFile> | null;
  if (typeof given !== 'object' || given === null || typeof given.tables !== 'object' || given.tables === null)
    throw new QipanError('BAD_FILE', `${file}: no chessboard scenario; expected an object with "tables"`, {
      file,
      expected: '{"name", "weights", "rules", "tables": {"regions": […], "industries": […], "candidates": […]}}',
    });
  const sheets: Partial<Record<ChessTableName, ScenarioSheet>> = {};
  for (const [name, rows] of Object.entries(given.tables)) {
    if (!(name in chessTables)) bad(`tables.${name}`, name, `one of ${Object.keys(chessTables).join(', ')}`);
    if (!Array.isArray(rows) || rows.some((r) => typeof r !== 'object' || r === null))
      bad(`tables.${name}`, rows, 'a list of objects, one a row');
    const header = [...new Set(rows.flatMap((r) => Object.keys(r)))];
    const columns = chessTables[name as ChessTableName].columns.map((column) => column.name);
    sheets[name as ChessTableName] = {
      file: `${file} ${name}`,
      header: rows.length === 0 ? columns : header,
      rows: rows.map((r) => header.map((h) => r[h] ?? null)),
      rowNumbers: rows.map((_, k) => k + 1),
    };
  }
  return readScenario(given, sheets);
}
