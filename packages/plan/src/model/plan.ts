import type { Bilingual, DataLevel, Provenance, RunControl, RunStatus } from '@qipan/base';
import type { GridReport } from './plan-grid.js';
import type { TravelBasis } from './problem.js';

/** The decisions, and nothing that follows from other things but the money: what the verifier is handed. Plain JSON. */
export interface Plan {
  readonly format: 'qipan.plan/1';
  /** Open sites only. */
  readonly sites: readonly PlannedSite[];
  /** Shares of demand served: one entry for each point, site and year with share > 0. */
  readonly assignment: {
    readonly year: readonly number[];
    readonly point: readonly number[];
    /** Index into the problem's sites. */
    readonly site: readonly number[];
    readonly share: readonly number[];
  };
  /** How a site's demand is divided over its module types, by year: entries add up to 1. */
  readonly typeShare: readonly TypeShare[];
  /** [I, T] */
  readonly unserved: readonly number[];
  readonly slacks: readonly PlanSlack[];
  readonly objectiveTerms: readonly ObjectiveTerm[];
  /** Installed cost spent in each year, undiscounted. */
  readonly capexByYear: readonly number[];
  readonly value: number;
}

export interface PlannedSite {
  /** Index into the problem's sites. */
  readonly site: number;
  /** First year open; the first year of the horizon for an existing one. */
  readonly openYear: number;
  /** Module counts, by year then module type. */
  readonly counts: readonly (readonly number[])[];
}

export interface TypeShare {
  readonly site: number;
  readonly year: number;
  readonly share: readonly number[];
}

export interface PlanSlack {
  readonly constraint: string;
  /** Id of the township or county: two places may have one name. */
  readonly whereId: string;
  readonly where: string;
  readonly year: number;
  readonly amount: number;
  readonly unit: string;
  /** Discounted, as it stands in the objective. */
  readonly cost: number;
}

export type ObjectiveTermName = 'opening' | 'modules' | 'operation' | 'travel' | 'unserved' | 'ruleSlack' | 'salvage';

export interface ObjectiveTerm {
  readonly name: ObjectiveTermName;
  readonly amount: number;
}

/**
 * Proof of the bound: multipliers as integers, in units of 1/scale. Weak duality makes the bound valid whatever produced them.
 */
export interface Certificate {
  readonly format: 'qipan.planCertificate/1';
  /** SHA-256 of the problem's canonical text. */
  readonly inputHash: string;
  /** 2²⁰; a smaller power of two where money has so many digits that multipliers would pass 2⁵³. */
  readonly scale: number;
  /** Price of a served point, [I, T]. */
  readonly serve: readonly number[];
  /** Prices of the linking rows by family, in the order in which the family lists its rows. */
  readonly rows: Readonly<Record<string, readonly number[]>>;
  /** The value that the multipliers prove: no plan costs less. */
  readonly bound: number;
}

export interface PlanOptions extends RunControl {
  readonly seed: number;
  /** Stop when (value − bound)/|value| is at most this. */
  readonly gap: number;
  /** Work allowed, 1 = the default number of rounds. */
  readonly effort?: number;
}

export type VillageReasonCode =
  'served' | 'noCandidateInRadius' | 'gridLimit' | 'budget' | 'betterUseElsewhere' | 'ruleSlack';

/** A constraint that decided something, with its numbers. */
export interface BindingConstraint {
  readonly constraint: string;
  readonly where: string;
  readonly year: number;
  readonly needed: number;
  readonly available: number;
  readonly unit: string;
  readonly price: number | null;
}

export interface PlanSiteResult {
  /** Index into the problem's sites. */
  readonly site: number;
  readonly id: string;
  readonly place: number | null;
  readonly name: Bilingual;
  readonly lon: number;
  readonly lat: number;
  readonly township: string;
  readonly openYear: number;
  readonly existing: boolean;
  readonly modules: readonly {
    readonly moduleType: string;
    readonly name: Bilingual;
    readonly powerKw: number;
    readonly current: 'AC' | 'DC';
    readonly gunsPerModule: number;
    readonly modulesByYear: readonly number[];
    readonly gunsByYear: readonly number[];
  }[];
  readonly powerKwByYear: readonly number[];
  readonly capexByYear: readonly number[];
  readonly capex: number;
  readonly energyKwhPerDayByYear: readonly number[];
  readonly peakUseByYear: readonly number[];
  /** Villages and people for which it is the nearest open site within the coverage time, last year. */
  readonly villages: number;
  readonly population: number;
  readonly reasonSize: Bilingual;
  readonly reasonYear: Bilingual;
}

export interface PlanVillageResult {
  /** Index into the board's places. */
  readonly place: number;
  readonly id: string;
  readonly name: string;
  readonly township: string;
  readonly coveredYear: number | null;
  readonly reason: VillageReasonCode;
  /** Index into `sites` of the result. */
  readonly nearestSite: number | null;
  readonly travelMin: number | null;
  readonly servedShareByYear: readonly number[];
  readonly population: number | null;
  readonly evCountByYear: readonly number[];
  readonly energyKwhPerDayByYear: readonly number[];
  readonly serving: readonly {
    readonly site: number;
    readonly share: number;
    readonly travelMin: number;
    readonly year: number;
  }[];
  readonly binding: readonly BindingConstraint[];
  /** Proven least extra cost of any plan that covers this village; null when it is covered, or when nothing is proven. */
  readonly costToCover: number | null;
  /** Loss at the prices of the bound when the cheapest site for it is opened, and that site's id and name. */
  readonly cheapestCover: {
    readonly site: string;
    readonly name: Bilingual;
    readonly loss: number;
    readonly travelMin: number;
  } | null;
}

export interface YearSummary {
  readonly year: number;
  readonly capex: number;
  readonly opex: number;
  readonly budget: number | null;
  readonly sites: number;
  readonly guns: number;
  readonly powerKw: number;
  readonly coveredShare: number;
  readonly energyKwhPerDay: number;
  readonly servedShare: number;
}

/** The plan with its proof and everything the pages show. Plain JSON: can be stored and compared as it is. */
export interface PlanResult {
  readonly format: 'qipan.planResult/1';
  readonly status: Extract<RunStatus, 'optimal' | 'gapReached' | 'stopped'>;
  readonly value: number;
  readonly bound: number;
  readonly gap: number;
  readonly unit: string;
  readonly currency: string;
  readonly years: readonly number[];
  readonly travel: TravelBasis;
  readonly costByYear: readonly YearSummary[];
  readonly objectiveTerms: readonly { readonly name: string; readonly label: Bilingual; readonly amount: number }[];
  readonly sites: readonly PlanSiteResult[];
  readonly villages: readonly PlanVillageResult[];
  readonly slacks: readonly PlanSlack[];
  readonly plan: Plan;
  readonly certificate: Certificate;
  /** What the full flow said, where networks are known. */
  readonly grid?: GridReport;
  readonly demandLevel: DataLevel;
  readonly coverageMin: number;
  readonly provenance: Provenance;
  readonly stats: { readonly lagrangianRounds: number; readonly searchRounds: number; readonly incumbents: number };
}

/** Per village: why it is answered as it is, in sentences built from the numbers. */
export interface VillageReason {
  readonly place: number;
  readonly placeId: string;
  readonly name: string;
  readonly reason: VillageReasonCode;
  readonly sentence: Bilingual;
  readonly servingSites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly share: number;
    readonly travelMin: number;
    readonly year: number;
  }[];
  readonly binding: readonly BindingConstraint[];
  readonly costToCover: { readonly atLeast: number; readonly unit: string } | null;
  readonly population: number | null;
  readonly evCountByYear: readonly number[];
  readonly energyKwhPerDayByYear: readonly number[];
  readonly dataLevel: DataLevel;
}

/** A charging station to bring up, for the fleet and the station list. */
export interface PlannedStation {
  readonly id: string;
  readonly name: Bilingual;
  readonly siteId: string;
  readonly place: number | null;
  readonly lon: number;
  readonly lat: number;
  readonly moduleType: string;
  readonly powerKw: number;
  readonly current: 'AC' | 'DC';
  /** EVSEs of the station: the guns of its modules. */
  readonly evses: number;
}

export interface VerifyVerdict {
  readonly ok: boolean;
  readonly checks: number;
  readonly failures: readonly string[];
  /** What the multipliers prove by the verifier's own computation. */
  readonly bound: number;
}
