import { cooccurrence } from '@qipan/numeric';
import { locationQuotient, type Measure } from './advantage.js';
import { presence, presenceText, type Presence, type PresenceEvidence, type PresenceRule } from './presence.js';
import { proximity, type ProximityKind } from './proximity.js';
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
export function columnSums(table: Table, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < n; j++, k++) out[j] += table[k];
  return out;
}

/** Proximity as a density needs it: an industry that co-occurs with nothing is near to nothing. */
function nearness(kept: Presence, panel: Measure, lq: Float64Array, o: ComplexityOptions): Float64Array {
  const row = presetTable[o.preset];
  const kind = o.proximity ?? row.proximity;
  const phi = proximity(kept, {
    kind,
    diagonal: row.diagonal,
    ...(kind === 'correlation' ? { lq, industries: panel.industries } : { counts: cooccurrence(kept) }),
  });
  if (kind !== 'minimum' && kind !== 'conditional')
    for (let k = 0; k < phi.length; k++) if (phi[k] !== phi[k]) phi[k] = 0;
  return phi;
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
  const { lq, undefinedMask } = locationQuotient(panel, options.benchmark ? { benchmark: options.benchmark } : {});
  const kept = presence(lq, panel, options.presence ?? {}, { ...options.evidence, value: panel.value });
  const spectral = secondDirection(kept);
  const exact = nearness(kept, panel, lq, options);
  const phi = options.precision === 'f32' ? Float32Array.from(exact) : exact;
  const sums = columnSums(phi, kept.cols);
  return {
    status: spectral.status,
    preset: options.preset,
    recipe: recipeOf(panel.year ?? null, options),
    kept,
    lq,
    undefinedMask,
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
