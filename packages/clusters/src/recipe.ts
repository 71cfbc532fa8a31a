import { QipanError } from '@qipan/base';
import type { ProximityKind } from './proximity.js';

/**
 * Recipes that reproduce published programs: py-ecomplexity d22c0f7, R economiccomplexity 2.0.0, R EconGeo 1.3 and
 * Datawheel py-economic-complexity 782f6a6 (the Observatory of Economic Complexity).
 */
export type Preset = 'harvard' | 'r' | 'econgeo' | 'oec';

/** What a preset stands for. */
export interface PresetRow {
  readonly program: string;
  readonly proximity: ProximityKind;
  /** What the proximity of an industry to itself counts as. */
  readonly diagonal: 0 | 1;
  /** Degrees of freedom taken off the standard deviation; null = the figures are not standardised. */
  readonly ddof: 0 | 1 | null;
  readonly method: 'eigenvector' | 'eigenvector of the matrix rounded to 4 decimals' | '18 and 19 reflections';
}

/** The four recipes; their outputs differ by more than rounding and never stand in one table. */
export const presetTable: Readonly<Record<Preset, PresetRow>> = {
  harvard: { program: 'py-ecomplexity d22c0f7', proximity: 'minimum', diagonal: 1, ddof: 0, method: 'eigenvector' },
  r: { program: 'R economiccomplexity 2.0.0', proximity: 'minimum', diagonal: 1, ddof: 1, method: 'eigenvector' },
  econgeo: {
    program: 'R EconGeo 1.3',
    proximity: 'probability',
    diagonal: 0,
    ddof: null,
    method: 'eigenvector of the matrix rounded to 4 decimals',
  },
  oec: {
    program: 'Datawheel py-economic-complexity 782f6a6',
    proximity: 'minimum',
    diagonal: 0,
    ddof: 1,
    method: '18 and 19 reflections',
  },
};

/** What every figure carries, so that it can be computed again to the same bits. */
export interface Recipe {
  readonly preset: Preset;
  /** The rule of presence in words, such as `LQ >= 1`. */
  readonly presence: string;
  readonly proximity: ProximityKind;
  readonly diagonal: 0 | 1;
  readonly ddof: 0 | 1 | null;
  /** What the quotient compares with, by name. */
  readonly benchmark: string;
  readonly year: number | null;
  /** Content hash of the panel; null when the caller gave none. */
  readonly board: string | null;
}

const mustAgree = ['preset', 'presence', 'proximity', 'diagonal', 'ddof', 'benchmark'] as const;

/**
 * The one recipe of figures that are to stand in one table; years and boards may differ.
 * @throws PRESET_MIXED naming what differs; DEGENERATE_INPUT when there is none
 */
export function oneRecipe(recipes: readonly Recipe[], table = 'table'): Recipe {
  const first = recipes[0];
  if (!first) throw new QipanError('DEGENERATE_INPUT', `${table}: no recipe`, { table, expected: 'at least one' });
  for (const r of recipes) {
    for (const key of mustAgree) {
      if (r[key] !== first[key])
        throw new QipanError('PRESET_MIXED', `${table}: ${key} ${r[key]} beside ${first[key]}`, {
          table,
          field: key,
          got: [first[key], r[key]],
          expected: 'one recipe in one table',
        });
    }
  }
  return first;
}
