import { QipanError } from '@qipan/base';
import { Model, type MilpEngine } from '@qipan/optim';
import type { Leontief } from './leontief.js';
import { colSums, named, rowSums, sumColumns, technology, type IoTable } from './table.js';

/** How much of a missing input stops a plant (Pichler et al. 2022 asked industry analysts for such ratings). */
export type Criticality = 'critical' | 'important' | 'inessential';

/** Output falls by this share of the shortage: all of it, half of it, nothing. */
export const bindingShare: Readonly<Record<Criticality, number>> = { critical: 1, important: 0.5, inessential: 0 };

/** Imports of product `sector` fall by the share `cut`. */
export interface ImportCut {
  /** Number of the product. */
  readonly sector: number;
  /** 0…1. */
  readonly cut: number;
}

export interface ImportCutOptions {
  /** Criticality of input i for sector j, `[i·n + j]`; default critical for all. */
  readonly criticality?: readonly Criticality[];
  /** Share of output that can be added above the present, an entry a sector; default 0. */
  readonly spare?: Float64Array;
  /** Imports that domestic makers can replace, in the table's unit, an entry a product; default 0. */
  readonly substitution?: Float64Array;
  /** Least final demand to be served, share of the present; default 0. */
  readonly leastDemand?: number;
}

/** A limit that the economy stands at, and what one more unit of it would be worth. */
export interface BindingInput {
  readonly kind: 'import' | 'capacity' | 'leastDemand';
  readonly sector: number;
  /** Value added per unit of the limit. */
  readonly price: number;
}

/** The bracket of one import cut, in the table's unit a year. */
export interface ImportCutResult {
  readonly status: 'optimal' | 'infeasible';
  /** Value added lost when only the demand for the missing imports falls through: users buy less at home too. */
  readonly lower: number;
  /** Value added lost when no plant can do without the input and none is replaced beyond what was said. */
  readonly upper: number;
  /** false where the two models cross: a final product then holds more of the import than value added. */
  readonly isOrdered: boolean;
  readonly lowerBySector: Float64Array;
  readonly upperBySector: Float64Array;
  readonly binding: readonly BindingInput[];
  /** Value of imports that are missing. */
  readonly missing: number;
  readonly engine: string;
}

function primaryPerOutput(t: IoTable): Float64Array {
  return sumColumns(t.valueAdded, t.n).map((v, j) => (t.x[j] > 0 ? v / t.x[j] : 0));
}

function checkCuts(t: IoTable, cuts: readonly ImportCut[]): Float64Array {
  if (!t.imports || t.valueAdded.length === 0)
    throw new QipanError('SUPPRESSED_USED', 'an import cut needs a table with import rows and value added', {
      expected: 'a non-competitive table',
    });
  const cut = new Float64Array(t.n);
  for (const c of cuts) {
    if (!(Number.isInteger(c.sector) && c.sector >= 0 && c.sector < t.n))
      throw new QipanError('UNKNOWN_CODE', `sector ${c.sector}; the table has ${t.n}`, { got: c.sector });
    if (!(c.cut >= 0 && c.cut <= 1))
      throw new QipanError('OUT_OF_RANGE', `a cut of ${c.cut} at ${named(t, c.sector)}; expected 0…1`, { got: c.cut });
    cut[c.sector] = c.cut;
  }
  return cut;
}

/**
 * Brackets what a cut of imports costs in value added. Users that rate the input inessential give it up first.
 *
 * `lower`, by demand: every other user makes less by the value of what it lacks (criticality weighted), nothing stops for
 * want of a part, and the demand that falls away runs up the chain, `Δx = L Δ`. `upper`, by bottleneck: the linear programme
 * `max Σ v_j x_j` over `x = A x + f`, `leastDemand·f⁰ ≤ f ≤ f⁰`, `0 ≤ x ≤ (1 + spare) x⁰`, `Σ_j m_ij s_ij ≤
 * (1 − κ_i) M_i + substitution_i` with `s_ij` the share of its usual import that plant j gets, `x_j / x⁰_j ≤ 1 − w_ij
 * (1 − s_ij)`: no plant finds another input. Its duals name what binds.
 * @throws `SUPPRESSED_USED` without import rows, `UNKNOWN_CODE`, `OUT_OF_RANGE`
 */
export function importCut(
  m: Leontief,
  cuts: readonly ImportCut[],
  engine: MilpEngine,
  o: ImportCutOptions = {},
): ImportCutResult {
  const t = m.table;
  const cut = checkCuts(t, cuts);
  const p: Shortage = {
    cut,
    weight: Float64Array.from({ length: t.n * t.n }, (_, k) => bindingShare[o.criticality?.[k] ?? 'critical']),
    v: primaryPerOutput(t),
    substitution: o.substitution ?? new Float64Array(t.n),
    o,
  };
  const direct = demandShortage(t, p);
  const lowerBySector = m.solve(direct.shortage).x.map((x, j) => Math.min(x, t.x[j]) * p.v[j]);
  const upper = bottleneck(t, p, engine);
  const lower = sum(lowerBySector);
  const isKnown = upper.status === 'optimal';
  return {
    status: upper.status,
    lower,
    upper: isKnown ? sum(upper.loss) : Number.NaN,
    isOrdered: isKnown && lower <= sum(upper.loss) * (1 + 1e-9) + 1e-9,
    lowerBySector,
    upperBySector: upper.loss,
    binding: upper.binding,
    missing: direct.missing,
    engine: engine.name,
  };
}

interface Shortage {
  readonly cut: Float64Array;
  readonly weight: Float64Array;
  readonly v: Float64Array;
  readonly substitution: Float64Array;
  readonly o: ImportCutOptions;
}

/** What every sector cannot make for lack of the input, in value of the input, and the imports that nobody gets. */
function demandShortage(t: IoTable, p: Shortage): { shortage: Float64Array; missing: number } {
  const { n } = t;
  const imports = t.imports as Float64Array;
  const shortage = new Float64Array(n);
  let missing = 0;
  for (let i = 0; i < n; i++) {
    if (p.cut[i] === 0) continue;
    let [all, essential] = [0, 0];
    for (let k = i * n; k < (i + 1) * n; k++) {
      all += imports[k];
      if (p.weight[k] > 0) essential += imports[k];
    }
    const lacking = Math.max(0, p.cut[i] * all - p.substitution[i]);
    missing += lacking;
    const short = essential > 0 ? Math.max(0, lacking - (all - essential)) / essential : 0;
    for (let j = 0; j < n; j++) shortage[j] += short * p.weight[i * n + j] * imports[i * n + j];
  }
  return { shortage, missing };
}

const sum = (v: Float64Array): number => v.reduce((a, b) => a + b, 0);

/** Sets: sectors. Variables: output as a share of the present, `y_j`, and shares of imports that plants get, `s_ij`. */
function bottleneck(
  t: IoTable,
  p: Shortage,
  engine: MilpEngine,
): { status: 'optimal' | 'infeasible'; loss: Float64Array; binding: BindingInput[] } {
  const { n } = t;
  const va = p.v.map((share, j) => share * t.x[j]);
  const model = new Model('bottleneck', 'maximise');
  const upper = Float64Array.from({ length: n }, (_, j) => 1 + (p.o.spare?.[j] ?? 0));
  const y = model.addVariables('output', n, { upper, cost: va }).first;
  addDemandRows(model, t, { y, least: p.o.leastDemand ?? 0 });
  for (let i = 0; i < n; i++) if (p.cut[i] > 0) addImportRows(model, t, { ...p, y, i });
  const got = engine.solve(model.compile(), { method: 'simplex' });
  if (got.status !== 'optimal' || !got.x || !got.duals)
    return { status: 'infeasible', loss: new Float64Array(n).fill(Number.NaN), binding: [] };
  const { x, duals } = got;
  const binding: BindingInput[] = [];
  const small = 1e-9;
  for (const kind of ['import', 'leastDemand'] as const)
    for (const r of model.rowsOf(kind))
      // More import is worth something, a lower least demand too; the wish of buyers (f ≤ f⁰) is no scarcity.
      if (kind === 'import' ? duals.rowDual[r] > small : duals.rowDual[r] < -small)
        binding.push({ kind, sector: sectorOf(t, model.rowName(r)), price: Math.abs(duals.rowDual[r]) });
  for (let j = 0; j < n; j++)
    if (t.x[j] > 0 && duals.colDual[j] > small * t.x[j])
      binding.push({ kind: 'capacity', sector: j, price: duals.colDual[j] / t.x[j] });
  const order = { import: 0, leastDemand: 1, capacity: 2 } as const;
  binding.sort((a, b) => order[a.kind] - order[b.kind] || b.price - a.price);
  return { status: 'optimal', loss: va.map((full, j) => full * (1 - x[j])), binding };
}

const sectorOf = (t: IoTable, rowName: string): number => t.code.indexOf(rowName.slice(rowName.indexOf('[') + 1, -1));

/** `leastDemand·f⁰ ≤ x − A x ≤ f⁰`; where stocks were run down (f⁰ < 0) they are run down as much or less. */
function addDemandRows(model: Model, t: IoTable, p: { readonly y: number; readonly least: number }): void {
  const { n } = t;
  const use = rowSums(t.z, n);
  for (let i = 0; i < n; i++) {
    const columns = [...Array(n).keys()].filter((j) => i === j || t.z[i * n + j] !== 0);
    const f = t.x[i] - use[i];
    model.addConstraint('leastDemand', {
      columns: columns.map((j) => p.y + j),
      coefficients: columns.map((j) => (i === j ? t.x[i] : 0) - t.z[i * n + j]),
      lower: f >= 0 ? f * p.least : f,
      upper: Math.max(f, 0),
      label: t.code[i],
    });
  }
}

/** `Σ_j m_ij s_ij ≤ (1 − κ_i) M_i + substitution_i` and, for plants that need it, `s_ij ≥ (y_j − 1 + w_ij) / w_ij`. */
function addImportRows(model: Model, t: IoTable, p: Shortage & { readonly y: number; readonly i: number }): void {
  const { n } = t;
  const { i } = p;
  const imports = (t.imports as Float64Array).subarray(i * n, (i + 1) * n);
  const users = [...imports.keys()].filter((j) => imports[j] > 0 && p.weight[i * n + j] > 0);
  if (users.length === 0) return;
  const s = model.addVariables(`received ${t.code[i]}`, users.length).first;
  const all = imports.reduce((a, b) => a + b, 0);
  model.addConstraint('import', {
    columns: users.map((_, k) => s + k),
    coefficients: users.map((j) => imports[j]),
    upper: (1 - p.cut[i]) * all + p.substitution[i],
    label: t.code[i],
  });
  users.forEach((j, k) => {
    const w = p.weight[i * n + j];
    model.addConstraint('need', { columns: [s + k, p.y + j], coefficients: [w, -1], lower: w - 1 });
  });
}

/** Import share of each product: imports used by producers over all of the product that they use. NaN where none is used. */
export function importShares(t: IoTable): Float64Array {
  if (!t.imports) throw new QipanError('SUPPRESSED_USED', 'the table has no import rows', { expected: 'import rows' });
  const bought = rowSums(t.imports, t.n);
  return rowSums(t.z, t.n).map((d, i) => (d + bought[i] > 0 ? bought[i] / (d + bought[i]) : Number.NaN));
}

/** Import technology `M x̂⁻¹`, and imports of all products by sector. */
export function importTechnology(t: IoTable): { readonly coefficients: Float64Array; readonly bySector: Float64Array } {
  if (!t.imports) throw new QipanError('SUPPRESSED_USED', 'the table has no import rows', { expected: 'import rows' });
  return { coefficients: technology(t, t.imports), bySector: colSums(t.imports, t.n) };
}
