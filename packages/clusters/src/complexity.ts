import { cooccurrence } from '@qipan/numeric';
import { locationQuotient, quotients, type Measure } from './advantage.js';
import {
  presence,
  presenceText,
  presenceWhere,
  type Presence,
  type PresenceEvidence,
  type PresenceRule,
} from './presence.js';
import { overUbiquity, proximity, type ProximityKind } from './proximity.js';
import { presetTable, type Preset, type Recipe } from './recipe.js';
import { scores, type Table } from './scores.js';
import { secondDirection, type SpectralResult } from './spectral.js';

export interface ComplexityOptions {
  readonly preset: Preset;
  readonly presence?: PresenceRule;
  /** What the rule looks at beside quotient and value. */
  readonly evidence?: Omit<PresenceEvidence, 'value'>;
  /** Industry totals to compare with, and what they are called; default the sum over the regions given. */
  readonly benchmark?: Float64Array;
  readonly benchmarkName?: string;
  /** Instead of the preset's own proximity; the recipe says so. */
  readonly proximity?: ProximityKind;
  /** `f32` halves memory and time of density, COI and COG and keeps about 6 digits: for screening, never for print. */
  readonly precision?: 'f64' | 'f32';
  /** Content hash of the panel, for the recipe. */
  readonly board?: string;
}

/**
 * Complexity of one panel. Rows and columns are those of `kept` (see `Presence.region`, `Presence.industry`).
 * With status `ambiguous` the spectral figures are NaN: there is no second direction to speak of. COI of `econgeo` and `oec`
 * and COG of `econgeo` are NaN: these programs have none.
 */
export interface ComplexityResult {
  readonly status: SpectralResult['status'];
  readonly preset: Preset;
  readonly recipe: Recipe;
  readonly kept: Presence;
  /** Quotients of the whole panel, worked out from it when first read. */
  readonly lq: Float64Array;
  readonly undefinedMask: Uint8Array;
  readonly eci: Float64Array;
  readonly pci: Float64Array;
  /** Relatedness density and complexity outlook gain, `[kept regions × kept industries]`. */
  readonly density: Table;
  readonly cog: Table;
  readonly coi: Float64Array;
  readonly proximity: Table;
  readonly lambda2: number;
  readonly lambda3: number;
  readonly components: number;
}

/** Column sums of a square table. */
function columnSums(table: Table, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[j] += table[k];
  return out;
}

/** Proximity as a density needs it: an industry that co-occurs with nothing is near to nothing. */
function nearness(kept: Presence, panel: Measure, lq: () => Float64Array, o: ComplexityOptions): Table {
  const { diagonal, ...row } = presetTable[o.preset];
  const kind = o.proximity ?? row.proximity;
  if (kind === 'minimum' || kind === 'conditional') {
    const phi = new (o.precision === 'f32' ? Float32Array : Float64Array)(kept.cols * kept.cols);
    return overUbiquity<Table>(phi, kept, { kind, diagonal, counts: cooccurrence(kept) });
  }
  const given = kind === 'correlation' ? { lq: lq(), industries: panel.industries } : { counts: cooccurrence(kept) };
  const phi = proximity(kept, { kind, diagonal, ...given });
  for (let k = 0; k < phi.length; k++) if (phi[k] !== phi[k]) phi[k] = 0;
  return o.precision === 'f32' ? new Float32Array(phi) : phi;
}

/** The quotients as tables, made when they are first asked for: most runs never look, and they are 38 MB at 3,000 × 1,400. */
function tablesOf(panel: Measure, benchmark?: Float64Array): () => ReturnType<typeof locationQuotient> {
  let made: ReturnType<typeof locationQuotient> | null = null;
  return () => (made ??= locationQuotient(panel, benchmark ? { benchmark } : {}));
}

/** Presence by the rule; a plain one looks at each quotient once and writes none down. */
function presenceOf(panel: Measure, lq: () => Float64Array, o: ComplexityOptions): Presence {
  const rule = o.presence ?? {};
  if (rule.hysteresis || rule.lowerBound === true || rule.comparison === '>' || rule.floor !== undefined)
    return presence(lq(), panel, rule, { ...o.evidence, value: panel.value });
  const { at } = quotients(panel, o.benchmark);
  const threshold = rule.threshold ?? 1;
  return presenceWhere(panel, (k, r, i) => at(k, r, i) >= threshold);
}

/**
 * Advantage → presence → proximity → density → complexity of one panel, by a named recipe (see `presetTable`).
 *
 * `harvard`: ECI = (k_c − mean)/SD, PCI with the mean and SD of k_c, COI of uncentred k_p standardised, SD with ddof 0.
 * `r`: ECI and PCI each with their own mean and SD (ddof 1), COI = Σ w(1−M)·PCI, not standardised.
 * `econgeo`: KCI and TCI of the matrices rounded to 4 decimals; density without the industry itself.
 * `oec`: reflections (18 and 19 steps), ddof 1; relatedness without the industry itself; COG is its opportunity gain.
 * The panel is not changed.
 * @throws what `locationQuotient` and `presence` throw
 */
export function complexity(
  panel: Measure & { readonly year?: number | null },
  options: ComplexityOptions,
): ComplexityResult {
  const tables = tablesOf(panel, options.benchmark);
  const kept = presenceOf(panel, () => tables().lq, options);
  const spectral = secondDirection(kept);
  const phi = nearness(kept, panel, () => tables().lq, options);
  const sums = columnSums(phi, kept.cols);
  return {
    status: spectral.status,
    preset: options.preset,
    recipe: recipeOf(panel.year ?? null, options),
    kept,
    get lq() {
      return tables().lq;
    },
    get undefinedMask() {
      return tables().undefinedMask;
    },
    ...scores(options.preset, { m: kept, spectral, phi, sums }),
    proximity: phi,
    lambda2: spectral.lambda2,
    lambda3: spectral.lambda3,
    components: spectral.components,
  };
}

function recipeOf(year: number | null, o: ComplexityOptions): Recipe {
  const row = presetTable[o.preset];
  return {
    preset: o.preset,
    presence: presenceText(o.presence),
    proximity: o.proximity ?? row.proximity,
    diagonal: row.diagonal,
    ddof: row.ddof,
    benchmark: o.benchmarkName ?? (o.benchmark ? 'given' : 'sum of the regions given'),
    year,
    board: o.board ?? null,
  };
}
