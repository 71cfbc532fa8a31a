import type { Bilingual, DataLevel } from '@qipan/base';

/**
 * A charging plan to be found, as flat columns. Sizes: I demand points, J sites, T years, K module types, V layouts,
 * P peaks, W townships, C counties, G hosting groups. Two-dimensional columns are row-major in the order their comment names.
 */
export interface PlanProblem {
  readonly format: 'qipan.planProblem/1';
  readonly years: readonly number[];
  readonly currency: string;
  readonly priceYear: number;
  readonly demandPoints: DemandPointColumns;
  readonly sites: SiteColumns;
  readonly townships: RegionColumns;
  readonly counties: RegionColumns;
  readonly moduleTypes: readonly ModuleType[];
  /** Module counts of each layout, [V, K]; layout 0 is nothing. A site's layout may only grow, count by count. */
  readonly layoutCounts: Int32Array;
  /** Points within reach of each site: point numbers ascending. */
  readonly access: AccessLists;
  readonly capture: { readonly fullCaptureMin: number; readonly decayMin: number; readonly maxMin: number };
  /** Yearly mean of a day, [I, T], kWh. */
  readonly energyKwhPerDay: Float64Array;
  readonly peaks: readonly Peak[];
  /** Demand arriving in the hour of each peak, [T, P, I], kWh per hour. */
  readonly peakKwhPerHour: Float64Array;
  readonly queue: { readonly arrivalScv: number; readonly serviceScv: number };
  readonly cost: CostRates;
  readonly budget: { readonly byYear: readonly number[]; readonly carryOver: boolean } | null;
  readonly rules: PlanRules;
  readonly hosting: { readonly name: readonly string[]; readonly spareKw: Float64Array } | null;
  /** Rows of networks that are known line by line; absent where none is. */
  readonly gridRows?: GridRows;
  readonly travel: TravelBasis;
  readonly facts: ProblemFacts;
}

export interface DemandPointColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  /** Index into the board's places. */
  readonly place: Int32Array;
  readonly township: Int32Array;
  readonly population: Float64Array;
}

export interface SiteColumns {
  readonly id: readonly string[];
  readonly name: readonly Bilingual[];
  /** Index into the board's places, −1 for none. */
  readonly place: Int32Array;
  readonly township: Int32Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  /** Upper limit of guns. */
  readonly slots: Int32Array;
  readonly openingCost: Float64Array;
  /** Layout that stands already, 0 for none. */
  readonly existing: Int32Array;
  /** Hosting group, −1 for none. */
  readonly hostingGroup: Int32Array;
}

export interface RegionColumns {
  readonly id: readonly string[];
  readonly name: readonly string[];
  /** County of a township; empty for counties. */
  readonly county: Int32Array;
  /** 1 = suitable for EV use: the rules hold. */
  readonly suitable: Uint8Array;
}

export interface ModuleType {
  readonly id: string;
  readonly name: Bilingual;
  readonly powerKw: number;
  readonly current: 'AC' | 'DC';
  readonly guns: number;
  /** Installed cost of one module, civil works and connection included. */
  readonly capex: number;
  readonly opexPerYear: number;
  readonly lifeYears: number;
  readonly plugMin: number;
  readonly sessionKwh: number;
}

export interface AccessLists {
  /** [J + 1] */
  readonly start: Int32Array;
  readonly point: Int32Array;
  readonly travelMin: Float64Array;
}

export interface Peak {
  readonly scenarioDay: string;
  readonly dayName: Bilingual;
  /** First hour of the block, 0…23, and its length. */
  readonly startHour: number;
  readonly hours: number;
  readonly waitMin: number;
  readonly alpha: number;
}

export interface CostRates {
  readonly siteLifeYears: number;
  readonly siteOpexPerYear: number;
  readonly discountRate: number;
  readonly timeValuePerHour: number;
  readonly unservedPerKwh: number;
  /** Energy of a trip to charge, kWh: turns energy into trips. */
  readonly tripKwh: number;
  readonly daysPerYear: number;
}

/** Rules with priced slack; null = the rule is off. Arrays are by year. */
export interface PlanRules {
  readonly townshipPile: { readonly guns: readonly number[]; readonly pricePerGun: number } | null;
  readonly countyStation: { readonly kw: readonly number[]; readonly pricePerCounty: number } | null;
  readonly coverage: {
    readonly share: readonly number[];
    readonly withinMin: number;
    readonly pricePerPerson: number;
  } | null;
}

/**
 * Linear rows of networks, held in every year: `Σ coefficient · powerKw(site) ≤ room`. One row says what may be drawn through an
 * element, or how far the voltage of a node may fall, around a base load.
 */
export interface GridRows {
  /** What is limited, as people know it: transformer, line or node. */
  readonly name: readonly string[];
  /** [R + 1] */
  readonly start: Int32Array;
  readonly site: Int32Array;
  /** Part of the rating, or per-unit voltage, a kW. */
  readonly coefficient: Float64Array;
  readonly room: Float64Array;
}

export interface TravelBasis {
  readonly method: 'road' | 'crowFly';
  readonly factor: number | null;
  readonly speedKmh: number | null;
}

/** What the reports say about the inputs; no effect on the optimum. */
export interface ProblemFacts {
  readonly board: string;
  readonly coverageMin: number;
  /** [I, T] */
  readonly evCount: Float64Array;
  readonly demandLevel: DataLevel;
  readonly sources: readonly string[];
  readonly warnings: readonly Bilingual[];
}
