import type { DataLevel } from '@qipan/base';

/** Regions of a chessboard, one entry each under a dense number. */
export interface ChessRegions {
  readonly code: readonly string[];
  readonly name: readonly string[];
  /** Chinese names, null where there is none. */
  readonly nameZh?: readonly (string | null)[];
  /** Number of the hazard or geographic zone, −1 for none. */
  readonly zone: Int32Array;
  /** Number of the province, −1 for none. */
  readonly province: Int32Array;
  readonly isLagging: Uint8Array;
  /** Focus slots K_r: at most so many industries are supported; ≥ `minSlots`. */
  readonly slots: Float64Array;
  readonly minSlots: Float64Array;
  /** Floor φ_r on expected value, in the unit of v; 0 = none. */
  readonly valueFloor: Float64Array;
  /** Limit on Σ footprint of the region; Infinity = none. */
  readonly footprintLimit: Float64Array;
  /** WGS-84, degrees; NaN = unknown. */
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

export interface ChessIndustries {
  readonly code: readonly string[];
  readonly name: readonly string[];
  readonly nameZh?: readonly (string | null)[];
  /** Critical chain link of the industry, −1 for none. */
  readonly link: Int32Array;
  /** Room in the market, in plants of minimum efficient scale; Infinity = not limited. */
  readonly marketRoom: Float64Array;
}

/** The pairs (region, industry) on the board, sorted by region, then industry. */
export interface ChessPairs {
  readonly region: Int32Array;
  readonly industry: Int32Array;
  /** Probability p of success within the horizon, 0–1. */
  readonly probability: Float64Array;
  /** Value v if it succeeds, ≥ 0, in the unit of the scenario. */
  readonly value: Float64Array;
  /** Public cost k, ≥ 0, currency. */
  readonly cost: Float64Array;
  /** Use e of land, energy or carbon, ≥ 0. */
  readonly footprint: Float64Array;
  /** Size μ in plants of minimum efficient scale, > 0. */
  readonly size: Float64Array;
  readonly isPresent: Uint8Array;
  /** 1 where a plan asks for it: every wish is answered with focus or abstain. */
  readonly isWish: Uint8Array;
  /** Capacity that the plan writes down, in plants of minimum efficient scale; NaN where no plan or not stated. */
  readonly plannedCapacity: Float64Array;
  /** Relatedness density of the pair, for the baselines of the literature; NaN = unknown. */
  readonly relatedness: Float64Array;
}

export interface ChessLinks {
  readonly code: readonly string[];
  readonly name: readonly string[];
  /** Needed expected capacity N_c (plants of minimum efficient scale), number of zones Z_c, largest share σ_c of one zone. */
  readonly need: Float64Array;
  readonly zones: Float64Array;
  readonly maxZoneShare: Float64Array;
  /** Capacity that stands already, `[links × zones]`. */
  readonly existing: Float64Array;
}

/** An industry that is not started without one of the others in place. */
export interface Prerequisite {
  readonly industry: number;
  readonly needs: readonly number[];
}

/** A gain when two industries are started in one region. */
export interface Colocation {
  readonly region: number;
  readonly first: number;
  readonly second: number;
  /** In the unit of v, ≥ 0. */
  readonly bonus: number;
}

export interface ChessStage {
  /** Share of the value that a focus earns when it has begun by this stage; the shares sum to 1. */
  readonly share: number;
  /** Public money of the stage; null = not limited. */
  readonly budget: number | null;
}

export interface ChessRules {
  /** Public money of the nation; null = not limited. */
  readonly nationBudget: number | null;
  /** Least share θ of all expected value that falls to lagging regions, 0–1. */
  readonly equityShare: number;
  /** Limit on the footprint of all; null = none. */
  readonly footprintLimit: number | null;
  /** A prerequisite counts as met by a standing supplier within this distance, km; 0 = in the region itself only. */
  readonly supplierKm: number;
  /** One entry when there are no stages. */
  readonly stages: readonly ChessStage[];
}

/**
 * What breaking a soft rule costs, in the unit of v. Political numbers: set by the user, printed in every report.
 * `Infinity` makes a rule hard.
 */
export interface ChessWeights {
  /** λo, per plant of minimum efficient scale above the market room. */
  readonly overflow: number;
  /** λu, per plant of expected capacity missing in a critical link. */
  readonly shortfall: number;
  /** λq, per zone missing in a critical link. */
  readonly zoneGap: number;
  /** λd, per unit of expected value below a region's floor. */
  readonly floorGap: number;
  /** g as a share of p·v of a wish that is refused. */
  readonly refusal: number;
}

/** One national board with everything that is asked of it. */
export interface ChessData {
  readonly name: string;
  /** Unit of v, such as `complexity points` or `CNY/year`. */
  readonly unit: string;
  readonly currency: string;
  readonly dataLevel: DataLevel;
  readonly sources: readonly string[];
  readonly regions: ChessRegions;
  readonly industries: ChessIndustries;
  readonly pairs: ChessPairs;
  readonly links: ChessLinks;
  readonly zones: readonly string[];
  readonly provinces: { readonly code: readonly string[]; readonly budget: Float64Array };
  readonly prerequisites: readonly Prerequisite[];
  readonly colocations: readonly Colocation[];
  readonly rules: ChessRules;
  readonly weights: ChessWeights;
}

/** Weights that are used where a scenario names none. Not a recommendation: they are printed with every result. */
export const defaultChessWeights: ChessWeights = {
  overflow: 3,
  shortfall: 4,
  zoneGap: 4,
  floorGap: 1,
  refusal: 0,
};

/** Rules that bind nothing. */
export const defaultChessRules: ChessRules = {
  nationBudget: null,
  equityShare: 0,
  footprintLimit: null,
  supplierKm: 0,
  stages: [{ share: 1, budget: null }],
};

/** First pair of each region and one past the last: regions + 1 entries. */
export function pairStarts(data: ChessData): Int32Array {
  const start = new Int32Array(data.regions.code.length + 1);
  for (const r of data.pairs.region) start[r + 1]++;
  for (let r = 0; r < data.regions.code.length; r++) start[r + 1] += start[r];
  return start;
}

/** Number of the pair, or −1 when it is not on the board. */
export function pairAt(data: ChessData, start: Int32Array, region: number, industry: number): number {
  let low = start[region];
  let high = start[region + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const i = data.pairs.industry[middle];
    if (i === industry) return middle;
    if (i < industry) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
