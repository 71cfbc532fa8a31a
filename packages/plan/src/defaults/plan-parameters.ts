import { QipanError } from '@qipan/base';
import type { DefaultRow, PlanParameters, PlanParametersInput } from '../model/parameters.js';
import { costDefaults, moduleDefaults } from './cost-defaults.js';
import { defaultDays, demandDefaults } from './demand-defaults.js';
import { ruleDefaults } from './rule-defaults.js';

/** The declared table of defaults: every number a plan uses unless the user gives another. */
export const planDefaults: readonly DefaultRow[] = [...demandDefaults, ...costDefaults, ...ruleDefaults];

type Tree = { [key: string]: unknown };

/** Parts of the parameters that are not numbers of the table. */
function skeleton(): Tree {
  return {
    years: [2026, 2027, 2028, 2029, 2030],
    currency: 'CNY',
    priceYear: 2025,
    demand: { evCount: null, throughTraffic: null, tourism: null, fleets: null, sizeFor: 'p90' },
    scenarioDays: Object.fromEntries(defaultDays.map(({ id, ...words }) => [id, { ...words }])),
    hourShare: { residents: null, throughTraffic: null, tourism: null, fleets: null },
    moduleTypes: Object.fromEntries(moduleDefaults.map(({ id, en, zh, current }) => [id, { en, zh, current }])),
    ladder: [0, 1, 2, 3, 4, 6, 8, 12, 16, 24],
    budget: { carryOver: true },
    sites: { candidates: 'board', unsuitableRegions: [] },
    existing: [],
    hosting: null,
    grid: null,
  };
}

function put(tree: Tree, path: string, value: number): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let at = tree;
  for (const key of keys) at = (at[key] ??= {}) as Tree;
  at[last] = value;
}

const isTree = (x: unknown): x is Tree => typeof x === 'object' && x !== null && !Array.isArray(x);

/** Tables whose keys the user may add to or take from (by null). */
const openTables =
  /^(scenarioDays|moduleTypes|demand\.evCount|demand\.evPerHousehold|budget\.byYear|rules\.\w+\.\w+ByYear|sites\.spareKwByClass)$/;

function merge(base: Tree, input: Tree, path: string): Tree {
  const out: Tree = { ...base };
  for (const [key, value] of Object.entries(input)) {
    const here = path ? `${path}.${key}` : key;
    if (value === undefined) continue;
    if (!(key in base) && !openTables.test(path))
      throw new QipanError('BAD_INPUT', `parameters have no ${here}`, {
        field: here,
        got: key,
        expected: `one of ${Object.keys(base).join(', ')}`,
      });
    if (value === null && openTables.test(path)) delete out[key];
    else if (isTree(value) && isTree(base[key])) out[key] = merge(base[key], value, here);
    else out[key] = value;
  }
  return out;
}

const ranges = new Map(planDefaults.map((row) => [row.path, row]));

/** The row that a number of the parameters is checked against: its own, or that of a sibling year, day or module. */
function rowOf(path: string): DefaultRow | undefined {
  return (
    ranges.get(path) ??
    ranges.get(path.replace(/\.\d{4}$/, '.2026')) ??
    ranges.get(path.replace(/^moduleTypes\.[^.]+/, 'moduleTypes.dc60')) ??
    ranges.get(path.replace(/^scenarioDays\.[^.]+/, 'scenarioDays.weekday'))
  );
}

function checkNumbers(value: unknown, path: string): void {
  if (Array.isArray(value)) return;
  if (isTree(value)) {
    for (const [key, inner] of Object.entries(value)) checkNumbers(inner, path ? `${path}.${key}` : key);
    return;
  }
  const row = rowOf(path);
  if (!row) return;
  if (typeof value !== 'number' || !(value >= row.min && value <= row.max))
    throw new QipanError('OUT_OF_RANGE', `${path} = ${String(value)}; expected ${row.min} to ${row.max} ${row.unit}`, {
      field: path,
      got: value,
      expected: `${row.min} to ${row.max} ${row.unit}`.trim(),
    });
}

const refuse = (field: string, got: unknown, expected: string): never => {
  throw new QipanError('BAD_INPUT', `${field}: got ${JSON.stringify(got)}; expected ${expected}`, {
    field,
    got,
    expected,
  });
};

function checkShape(p: PlanParameters): void {
  const ascending = (xs: readonly number[]) => xs.every((x, k) => Number.isInteger(x) && (k === 0 || x > xs[k - 1]));
  if (!Array.isArray(p.years) || p.years.length < 1 || p.years.length > 30 || !ascending(p.years))
    refuse('years', p.years, '1 to 30 ascending whole years');
  if (p.years.some((y, t) => t > 0 && y !== p.years[t - 1] + 1)) refuse('years', p.years, 'consecutive years');
  if (!Array.isArray(p.ladder) || p.ladder[0] !== 0 || !ascending(p.ladder))
    refuse('ladder', p.ladder, 'ascending whole counts that begin with 0');
  if (Object.keys(p.moduleTypes).length === 0) refuse('moduleTypes', {}, 'at least one module type');
  for (const [id, m] of Object.entries(p.moduleTypes)) {
    if (m.current !== 'AC' && m.current !== 'DC') refuse(`moduleTypes.${id}.current`, m.current, 'AC or DC');
    for (const key of ['powerKw', 'guns', 'capex', 'lifeYears', 'plugMin', 'sessionKwh'] as const)
      if (typeof m[key] !== 'number') refuse(`moduleTypes.${id}.${key}`, m[key], 'a number');
    if (!Number.isInteger(m.guns)) refuse(`moduleTypes.${id}.guns`, m.guns, 'a whole number');
  }
  if (p.grid !== null && (!isTree(p.grid.sheets?.transformers) || !Array.isArray(p.grid.assume)))
    refuse('grid', p.grid, 'null, or sheets with the table transformers and a list assume');
  const days = Object.values(p.scenarioDays).reduce((s, d) => s + d.daysPerYear, 0);
  if (Math.abs(days - 365) > 1e-9) refuse('scenarioDays', days, 'kinds of days whose daysPerYear add up to 365');
}

/**
 * Parameters of a plan with every number that is not given taken from the table of defaults. A rule, a budget or a
 * table is switched off by null; a module type or a kind of day is taken away by null.
 * @throws `BAD_INPUT` for a field that does not exist or has the wrong form, `OUT_OF_RANGE` for a number outside its range
 */
export function planParameters(input: PlanParametersInput = {}): PlanParameters {
  const base = skeleton();
  for (const row of planDefaults) put(base, row.path, row.value);
  if (!isTree(input)) refuse('parameters', input, 'an object');
  const merged = merge(base, input as Tree, '');
  checkNumbers(merged, '');
  const parameters = merged as unknown as PlanParameters;
  checkShape(parameters);
  return parameters;
}

/** The value of a by-year table in a year: its own, else the last before it, else the first after it. */
export function valueInYear(table: Readonly<Record<string, number>>, year: number): number {
  const years = Object.keys(table)
    .map(Number)
    .toSorted((a, b) => a - b);
  if (years.length === 0) return 0;
  const before = years.filter((y) => y <= year);
  return table[String(before.at(-1) ?? years[0])];
}
