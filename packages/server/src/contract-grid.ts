/** The part of the contract that is about transformers and their limits. Paths are relative to `/api/v1`. */
import type { Bilingual, DataLevel } from '@qipan/base';

export type GridLevel = 'L0' | 'L1' | 'L2';

/** `PUT /load-groups/{transformer}`: the stations of one transformer are held below its limit from now on. */
export interface LoadGroupInput {
  readonly name: Bilingual;
  /** kW for charging, one value a quarter hour of the local day from midnight (96), or one for all of it. */
  readonly limitKw: readonly number[];
  /** How the limit came about. */
  readonly level: GridLevel;
  readonly dataLevel: DataLevel;
  readonly feeders?: readonly { readonly id: string; readonly limitKw: number }[];
  readonly stations: readonly { readonly stationId: string; readonly feeder?: string }[];
}

/** Why a station has what it has. */
export type LoadReason =
  | 'idle'
  | 'free'
  | 'curtailed'
  /** An order is on its way. */
  | 'changing'
  /** Out of reach: its lease runs out, then its fail-safe limit holds. */
  | 'offline'
  /** No fail-safe limit was ever confirmed: it counts at its nameplate. */
  | 'uncontrolled'
  | 'ignoring';

export interface LoadStationView {
  readonly stationId: string;
  readonly name: Bilingual;
  readonly feeder: string | null;
  readonly nameplateKw: number;
  readonly isConnected: boolean;
  readonly guns: number;
  readonly wantKw: number;
  readonly failSafeKw: number | null;
  /** The limit that is confirmed to hold now, and until when; null without an end. */
  readonly heldKw: number | null;
  readonly untilMs: number | null;
  /** What counts against the limit: the most that it may draw. */
  readonly mayDrawKw: number;
  /** Sum of the last readings; null when one is missing. */
  readonly measuredKw: number | null;
  readonly pending: { readonly profile: 'failSafe' | 'lease'; readonly kw: number } | null;
  readonly refusal: string | null;
  readonly reason: LoadReason;
}

/** `GET /load-groups`; `GET`, `PUT`, `DELETE /load-groups/{transformer}`. */
export interface LoadGroupView {
  readonly id: string;
  readonly name: Bilingual;
  readonly level: GridLevel;
  readonly dataLevel: DataLevel;
  readonly limitKw: readonly number[];
  readonly feeders: readonly { readonly id: string; readonly limitKw: number }[];
  readonly nowMs: number;
  readonly limitNowKw: number;
  readonly mayDrawKw: number;
  /** Null when a reading is missing. */
  readonly measuredKw: number | null;
  /** What may be drawn is more than the limit: stations that nothing holds, or a limit that was lowered. */
  readonly isOver: boolean;
  readonly simulated: boolean;
  readonly stations: readonly LoadStationView[];
  /** The last hours, a point a minute. */
  readonly history: readonly {
    readonly atMs: number;
    readonly limitKw: number;
    readonly mayDrawKw: number;
    readonly measuredKw: number | null;
  }[];
}

/** `GET /stations/{id}/load`: both null when no transformer's limit holds the station. */
export interface StationLoadView {
  readonly transformer: { readonly id: string; readonly name: Bilingual } | null;
  readonly station: LoadStationView | null;
}

/** Rules by their names: `onArrival`, `tariffStep`, `staggeredValley`, `dynamicLimit`. */
export type RuleName = 'onArrival' | 'tariffStep' | 'staggeredValley' | 'dynamicLimit';

/** Cars that a transformer carries under one rule. */
export interface HeadroomFigure {
  readonly rule: RuleName;
  readonly cars: number;
  readonly atLeast: boolean;
  readonly interval: readonly [number, number] | null;
  /** What stops the next car, by name; null when nothing did. */
  readonly limiting: { readonly kind: string; readonly id: string } | null;
}

/** One transformer on the map of headroom. */
export interface GridTransformerRow {
  readonly id: string;
  readonly name: string | null;
  /** Index into the board's places; null = not known to which village it belongs. */
  readonly place: number | null;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly level: GridLevel;
  readonly dataLevel: DataLevel;
  readonly ratedKva: number;
  readonly customers: number;
  /** Evening peak of the households; null = neither measured nor assumed. */
  readonly basePeakKw: number | null;
  /** kW that charging may take in the worst quarter hour; null without a base load. */
  readonly headroomKw: number | null;
  /** `estimate`: the ledger's thermal estimate (L0). `study`: at the transformer's own level, by a run. */
  readonly from: 'estimate' | 'study';
  readonly figures: readonly HeadroomFigure[];
  /** Stations that stand in its village. */
  readonly stations: number;
  readonly isLimited: boolean;
}

export interface GridIssue {
  readonly table: string;
  readonly file: string | null;
  readonly row: number | null;
  readonly column: string | null;
  readonly transformer: string | null;
  readonly message: string;
}

/** `GET /grids/{board}`; `POST /grids/{board}/import` (GridImportInput); `POST /grids/{board}/synthetic`. */
export interface GridView {
  readonly boardId: string;
  /** Null: this board has no grid yet. */
  readonly kind: 'synthetic' | 'tables' | null;
  readonly name: Bilingual;
  readonly dataLevel: DataLevel;
  readonly transformers: readonly GridTransformerRow[];
  readonly levels: Readonly<Record<GridLevel, number>>;
  /** Ids of transformers that the tables do not allow to answer for, and every problem of every table. */
  readonly refused: readonly string[];
  readonly issues: readonly GridIssue[];
  readonly assumed: readonly Bilingual[];
  /** The study whose figures stand in the rows, and the one that is under way. */
  readonly studyRun: string | null;
  readonly openRun: string | null;
}

/** Files of a county power office; all of them are checked, and the whole list of problems comes back. */
export interface GridImportInput {
  readonly name: Bilingual;
  /** Defaults that may be used where the tables are silent. */
  readonly assume: readonly string[];
  readonly files: readonly {
    readonly table: 'transformers' | 'sections' | 'nodes' | 'lines' | 'customers';
    readonly name: string;
    /** Bytes in base64; CSV or XLSX. */
    readonly content: string;
  }[];
}

/** `POST /grids/{board}/study` → RunView (202), kind `grid.county`. */
export interface GridStudyInput {
  readonly draws?: number;
  readonly carsPerCustomer?: number;
  readonly rules?: readonly RuleName[];
}

/** Quarter hours of the design day from noon on: the median day, and the one that 95 % of the days do not pass. */
export interface DaySeriesView {
  readonly median: readonly (number | null)[];
  readonly bad: readonly (number | null)[];
}

/** `GET /grids/{board}/transformers/{id}` */
export interface GridTransformerView extends GridTransformerRow {
  readonly boardId: string;
  readonly assumptions: readonly Bilingual[];
  /** kW left for charging by quarter hour from midnight; null without a base load. */
  readonly headroomByQuarterKw: readonly number[] | null;
  /** Parents before children; the first is the busbar. Null below L2. */
  readonly drawing:
    | readonly {
        readonly id: string;
        readonly parent: number;
        readonly ratedA: number | null;
        readonly line: string | null;
        readonly customersKw: number;
      }[]
    | null;
  readonly stationIds: readonly string[];
}

/** `GET /grids/{board}/transformers/{id}/study?draws` : computed in a thread, kept. */
export interface GridVillageStudy {
  readonly id: string;
  readonly level: GridLevel;
  readonly draws: number;
  readonly seed: number;
  readonly risk: number;
  readonly limits: { readonly minPu: number; readonly maxPu: number; readonly transformerLoading: number };
  readonly rules: readonly {
    readonly rule: RuleName;
    readonly cars: number;
    readonly atLeast: boolean;
    readonly interval: readonly [number, number] | null;
    readonly limiting: readonly { readonly kind: string; readonly id: string; readonly share: number | null }[];
    readonly riskCurve: readonly {
      readonly cars: number;
      readonly risk: number;
      readonly low: number;
      readonly high: number;
    }[];
    /** 95th percentile of the group's peak, kW a car, by group size. */
    readonly admd: readonly { readonly cars: number; readonly kw: number }[];
  }[];
  /** The same number of cars under each rule: what on arrival carries. Empty below L2. */
  readonly days: readonly {
    readonly rule: RuleName;
    readonly cars: number;
    readonly loading: DaySeriesView;
    readonly minPu: DaySeriesView;
    readonly weakest: string | null;
    readonly busiest: { readonly id: string; readonly loading: number } | null;
  }[];
  readonly ladder: readonly {
    readonly kind: 'rule' | 'tap' | 'conductor' | 'transformer';
    readonly rule: RuleName | null;
    readonly ratedKva: number | null;
    readonly cars: number;
    readonly gained: number;
    readonly cost: number;
    readonly costPerCar: number | null;
    readonly leadTimeDays: number;
  }[];
  readonly paragraph: Bilingual;
  readonly warnings: readonly string[];
  readonly assumptions: readonly Bilingual[];
}
