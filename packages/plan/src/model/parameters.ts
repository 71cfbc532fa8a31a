import type { DataLevel } from '@qipan/base';
import type { CountySheets } from '@qipan/grid';

/** Numbers keyed by calendar year; a year that is not named takes the last one before it. */
export type ByYear = Readonly<Record<string, number>>;

export type DemandLayer = 'residents' | 'throughTraffic' | 'tourism' | 'fleets';

/** A kind of day of the year, with the multiplier of each layer on an average day. */
export interface ScenarioDayInput {
  readonly en: string;
  readonly zh: string;
  /** Days of this kind a year; all of them together must be 365. */
  readonly daysPerYear: number;
  readonly multiplier: Readonly<Record<DemandLayer, number>>;
  /** Which service level holds on it. */
  readonly serviceLevel: 'ordinary' | 'festival';
}

/** A charging module that can be bought; costs in the plan's currency per module. */
export interface ModuleTypeInput {
  readonly en: string;
  readonly zh: string;
  readonly powerKw: number;
  readonly current: 'AC' | 'DC';
  /** Guns (EVSEs) of one module. */
  readonly guns: number;
  readonly capex: number;
  readonly lifeYears: number;
  /** Mean time a vehicle is plugged in, minutes: the mean, never the median. */
  readonly plugMin: number;
  /** Mean energy of a session, kWh. */
  readonly sessionKwh: number;
}

/** `P(wait > waitMin) ≤ alpha` in the busiest hour. */
export interface ServiceLevelInput {
  readonly waitMin: number;
  readonly alpha: number;
}

/** Vehicles passing a place that may stop to charge. */
export interface ThroughTrafficFlow {
  readonly place: string;
  /** Annual average daily traffic, vehicles a day. */
  readonly aadt: number;
  readonly evShareByYear: ByYear;
  readonly stopProbability: number;
  readonly kwhPerStop: number;
}

export interface TourismAttractor {
  readonly place: string;
  readonly visitorDaysPerYear: number;
  /** Share of visitor days that come with an EV, by year. */
  readonly evShareByYear: ByYear;
  readonly kwhPerVisit: number;
  readonly publicShare: number;
}

export interface Fleet {
  readonly place: string;
  readonly kind: string;
  readonly vehicles: number;
  readonly kmPerDay: number;
  readonly daysPerYear: number;
  readonly kwhPerKm: number;
  /** Share charged at the fleet's own depot. */
  readonly depotShare: number;
}

/** A station that stands already. Unknown status counts as not working and is not planned with. */
export interface ExistingStationInput {
  /** Id of the candidate site or place at which it stands. */
  readonly site: string;
  readonly modules: Readonly<Record<string, number>>;
  readonly status: 'working' | 'faulty' | 'unknown';
}

/** Room under a transformer for charging, kW by year; `sites` are ids of candidate sites or places. Data level L0: a figure handed in, no power flow. */
export interface HostingGroupInput {
  readonly name: string;
  readonly sites: readonly string[];
  readonly spareKwByYear: ByYear;
}

/** Everything a charging plan can be told. All numbers have a row in the table of defaults. */
export interface PlanParameters {
  readonly years: readonly number[];
  readonly currency: string;
  readonly priceYear: number;
  readonly demand: {
    readonly householdSize: number;
    /** Electric cars per household of the country, by year. */
    readonly evPerHousehold: ByYear;
    /** Level of the county against the country. */
    readonly ruralFactor: number;
    readonly kmPerYear: number;
    readonly kwhPerKm: number;
    readonly winterFactor: number;
    readonly homeShare: number;
    readonly localShare: number;
    /** Energy of one trip to a public charger, kWh: turns energy into trips. */
    readonly tripKwh: number;
    /** Coefficient of variation of the demand about its forecast. */
    readonly uncertaintyCv: number;
    /** EV stock by place id and year, when the caller has it: replaces households × rate. */
    readonly evCount: Readonly<Record<string, ByYear>> | null;
    readonly throughTraffic: readonly ThroughTrafficFlow[] | null;
    readonly tourism: readonly TourismAttractor[] | null;
    readonly fleets: readonly Fleet[] | null;
    /** Size stations for the median or the 90th percentile of demand. */
    readonly sizeFor: 'p50' | 'p90';
  };
  readonly scenarioDays: Readonly<Record<string, ScenarioDayInput>>;
  /** 24 shares of a day's session starts by hour, for each layer; null takes the shipped shape. */
  readonly hourShare: Readonly<Record<DemandLayer, readonly number[] | null>>;
  readonly serviceLevel: {
    readonly ordinary: ServiceLevelInput;
    readonly festival: ServiceLevelInput;
    /** Squared coefficients of variation of arrivals and of plug time. */
    readonly arrivalScv: number;
    readonly serviceScv: number;
  };
  readonly access: {
    /** Full capture up to here, minutes. */
    readonly fullCaptureMin: number;
    readonly decayMin: number;
    /** Nobody travels longer, minutes; inclusive. */
    readonly maxMin: number;
    /** A village counts as covered within this time, minutes; inclusive. */
    readonly coverageMin: number;
    readonly detourFactor: number;
    readonly speedKmh: number;
  };
  readonly moduleTypes: Readonly<Record<string, ModuleTypeInput>>;
  readonly ladder: readonly number[];
  readonly cost: {
    readonly civilPerKw: number;
    readonly siteOpening: number;
    readonly siteLifeYears: number;
    readonly siteOpexPerYear: number;
    /** Yearly O&M as a share of the installed cost of a module. */
    readonly opexShare: number;
    readonly discountRate: number;
    readonly timeValuePerHour: number;
    readonly unservedPerKwh: number;
  };
  readonly budget: {
    /** Null: no limit. */
    readonly byYear: ByYear | null;
    readonly carryOver: boolean;
  };
  readonly rules: {
    readonly townshipPile: { readonly gunsByYear: ByYear; readonly pricePerGun: number } | null;
    readonly countyStation: { readonly kwByYear: ByYear; readonly pricePerCounty: number } | null;
    readonly coverage: { readonly shareByYear: ByYear; readonly pricePerPerson: number } | null;
  };
  readonly sites: {
    /** `board`: the candidate sites of the board, or its places where it lists none; or ids of candidate sites. */
    readonly candidates: 'board' | readonly string[];
    /** Guns at most at a place, where the board lists no candidate sites. */
    readonly slotsPlace: number;
    /** Power that a site can have where nothing is known of its transformer, by class of site, kW; null = no limit. */
    readonly spareKwByClass: Readonly<Record<string, number>> | null;
    /** Regions (ids) that are not suitable for EV use: rules on townships leave them out. */
    readonly unsuitableRegions: readonly string[];
  };
  readonly existing: readonly ExistingStationInput[];
  readonly hosting: readonly HostingGroupInput[] | null;
  /** What a power office knows of its transformers, as tables; sites are theirs by the column `transformer` of the board. Null: nothing. */
  readonly grid: GridInput | null;
}

export interface GridInput {
  readonly sheets: CountySheets;
  /** Defaults that may be taken where the tables are silent; each is printed. */
  readonly assume: readonly string[];
}

/** What `POST /scenarios` carries: any part of the parameters, the rest is taken from the defaults. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;
export type PlanParametersInput = DeepPartial<PlanParameters>;

/** A number of the parameters with what is known about it. */
export interface DefaultRow {
  readonly path: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Valid range, inclusive. */
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly dataLevel: DataLevel;
  readonly source: string;
  readonly description: { readonly en: string; readonly zh: string };
}
