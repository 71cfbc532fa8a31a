/**
 * The HTTP contract: what `web` and any other client may rely on. Imports `base` alone.
 * Paths are relative to `/api/v1`. Errors have the body of `errorBody` in base and the status of the error table.
 */
import type {
  AnyStoredEvent,
  Bilingual,
  CommandOutcome,
  ConnectorStatus,
  DataLevel,
  IdToken,
  Provenance,
  RunStatus,
} from '@qipan/base';

export type Role = 'viewer' | 'operator' | 'admin';

/** `GET /info` */
export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  /** `speed` 1 is real time; virtual time now = epochVirtualMs + (real now − epochRealMs) · speed. Real stations always get real time. */
  readonly clock: {
    readonly speed: number;
    readonly nowMs: number;
    readonly epochRealMs: number;
    readonly epochVirtualMs: number;
  };
  /** True when a simulated fleet belongs to this server: the pages say so wherever it shows. */
  readonly simulated: boolean;
  readonly auth: { readonly required: boolean; readonly user: string | null; readonly role: Role | null };
  readonly database: { readonly engine: 'embedded' | 'outside'; readonly version: string; readonly healthy: boolean };
  readonly defaultBoard: string | null;
  readonly ocppUrl: string;
}

/** `GET /boards` → BoardSummary[]; `GET /boards/{id}` → BoardView. */
export interface BoardSummary {
  readonly id: string;
  readonly name: Bilingual;
  readonly places: number;
  readonly regions: number;
  readonly population: number;
  readonly attribution: readonly string[];
}

/** Columns under dense indices; `null` is unknown, never 0. */
export interface BoardView extends BoardSummary {
  readonly region: {
    readonly id: readonly string[];
    readonly name: readonly string[];
    readonly level: readonly string[];
    readonly parent: readonly number[];
  };
  readonly place: {
    readonly id: readonly string[];
    readonly name: readonly string[];
    readonly kind: readonly string[];
    /** Index into `region`. */
    readonly region: readonly number[];
    readonly lon: readonly number[];
    readonly lat: readonly number[];
    readonly population: readonly (number | null)[];
    readonly positionQuality: readonly ('surveyed' | 'seat' | 'synthetic')[];
    readonly dataLevel: readonly DataLevel[];
  };
  /** GeoJSON geometry for drawing; asserts no border. */
  readonly outline: unknown;
  readonly warnings: readonly Bilingual[];
}

/** `GET /scenarios`, `POST /scenarios` (ScenarioInput), `GET /scenarios/{id}`. */
export interface ScenarioInput {
  readonly kind: string;
  readonly name: string;
  readonly board: string;
  /** For `plan`: PlanParameters; absent fields take the defaults of `GET /defaults/plan`. */
  readonly parameters: unknown;
  readonly seed?: number;
}
export interface ScenarioView extends ScenarioInput {
  readonly id: string;
  readonly createdAtMs: number;
  readonly lastRun: RunView | null;
}

/** A number that stands in a declared table of defaults, replaceable by the user. */
export interface DefaultValue {
  readonly path: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly dataLevel: DataLevel;
  readonly source: string;
  readonly description: Bilingual;
}

/** `POST /scenarios/{id}/runs` → RunView (202); `GET /runs`, `GET /runs/{id}`; `POST /runs/{id}/stop`. */
export interface RunView {
  readonly id: string;
  readonly scenarioId: string;
  readonly kind: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Incumbent and proven bound so far; null before the first. */
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly phase: string | null;
  /** Incumbent and bound over time, for the drawing. */
  readonly progress: readonly { readonly atMs: number; readonly value: number | null; readonly bound: number | null }[];
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly error: unknown;
}

/** `GET /runs/{id}/result` for kind `plan`; also `result.geojson`, `result.xlsx`, `result.csv`, `certificate.json`. */
export interface PlanView {
  readonly runId: string;
  readonly boardId: string;
  readonly status: RunStatus;
  readonly value: number;
  readonly bound: number;
  readonly gap: number;
  /** Unit of value and bound, e.g. `CNY/2025`. */
  readonly unit: string;
  readonly years: readonly number[];
  readonly currency: string;
  readonly travel: {
    readonly method: 'road' | 'crowFly';
    readonly factor: number | null;
    readonly speedKmh: number | null;
  };
  /** The independent verifier's word on the stored plan and certificate. */
  readonly verified: { readonly ok: boolean; readonly checks: number; readonly failures: readonly string[] };
  readonly costByYear: readonly {
    readonly year: number;
    readonly capex: number;
    readonly opex: number;
    readonly budget: number | null;
    readonly sites: number;
    readonly guns: number;
    readonly powerKw: number;
    /** Share of population within reach of an open site. */
    readonly coveredShare: number;
    readonly energyKwhPerDay: number;
    readonly servedShare: number;
  }[];
  /** Terms of the objective by name, discounted, adding up to `value`. */
  readonly objectiveTerms: readonly { readonly name: string; readonly label: Bilingual; readonly amount: number }[];
  readonly sites: readonly PlanSiteView[];
  readonly villages: readonly PlanVillageView[];
  /** Rules that had to be broken, with how much and at what price. Empty when none. */
  readonly slacks: readonly {
    readonly constraint: string;
    readonly where: string;
    readonly year: number | null;
    readonly amount: number;
    readonly cost: number;
  }[];
  readonly provenance: Provenance;
}

export interface PlanSiteView {
  readonly id: string;
  readonly place: number | null;
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly openYear: number;
  readonly existing: boolean;
  /** Guns by module type and year, non-decreasing unless retired. */
  readonly modules: readonly {
    readonly moduleType: string;
    readonly powerKw: number;
    readonly current: 'AC' | 'DC';
    readonly gunsByYear: readonly number[];
  }[];
  readonly powerKwByYear: readonly number[];
  readonly capex: number;
  readonly energyKwhPerDay: number;
  /** Share of the busiest hour's capacity that is used, last year. */
  readonly peakUse: number;
  readonly villages: number;
  readonly population: number;
  readonly reasonSize: Bilingual;
  readonly reasonYear: Bilingual;
}

export type VillageReasonCode =
  'served' | 'noCandidateInRadius' | 'gridLimit' | 'budget' | 'betterUseElsewhere' | 'ruleSlack';

export interface PlanVillageView {
  /** Index into the board's places. */
  readonly place: number;
  /** First year with an open site within the service limit; null = not within the horizon. */
  readonly coveredYear: number | null;
  readonly reason: VillageReasonCode;
  /** Nearest open site of the last year (index into `sites`) and its travel time. */
  readonly nearestSite: number | null;
  readonly travelMin: number | null;
  readonly servedShareByYear: readonly number[];
}

/** `GET /runs/{id}/villages/{placeId}/why` */
export interface VillageWhy {
  readonly place: number;
  readonly placeId: string;
  readonly name: string;
  readonly reason: VillageReasonCode;
  /** The sentence, with the numbers of the binding constraint. */
  readonly sentence: Bilingual;
  readonly servingSites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly share: number;
    readonly travelMin: number;
    readonly year: number;
  }[];
  /** Binding constraints with their numbers: what is needed, what there is, multiplier. */
  readonly binding: readonly {
    readonly constraint: string;
    readonly where: string;
    readonly year: number;
    readonly needed: number;
    readonly available: number;
    readonly unit: string;
    readonly price: number | null;
  }[];
  readonly costToCover: { readonly atLeast: number; readonly unit: string } | null;
  readonly population: number | null;
  readonly evCountByYear: readonly number[];
  readonly energyKwhPerDayByYear: readonly number[];
  readonly dataLevel: DataLevel;
}

export type Liveness = 'connected' | 'quiet' | 'offline' | 'never';

/** `GET /stations` (filters `site`, `state`, `origin`), and in live events. */
export interface StationView {
  readonly id: string;
  /** Wire identity: what stands behind `/ocpp/`. */
  readonly identity: string;
  readonly name: Bilingual;
  readonly origin: 'simulated' | 'real';
  readonly ocppVersion: string | null;
  readonly siteId: string | null;
  readonly place: number | null;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly moduleType: string | null;
  readonly powerKw: number | null;
  readonly vendorName: string | null;
  readonly model: string | null;
  readonly firmwareVersion: string | null;
  readonly registration: 'Accepted' | 'Pending' | 'Rejected' | null;
  readonly liveness: Liveness;
  /** Time of the last frame on the clock of this station's origin; null = never seen. */
  readonly lastSeenMs: number | null;
  readonly evses: readonly EvseView[];
}

export interface EvseView {
  readonly evseId: number;
  readonly connectorId: number | null;
  readonly status: ConnectorStatus | null;
  /** 1.6 detail such as SuspendedEV, or the 2.x charging state. */
  readonly detail: string | null;
  /** When the station said so, by our clock. */
  readonly statusSinceMs: number | null;
  readonly errorCode: string | null;
  /** Last measured power of the running transaction; null = not measured, never 0 for unknown. */
  readonly powerW: number | null;
  readonly powerAtMs: number | null;
  readonly transactionId: string | null;
  readonly energyWh: number | null;
}

/** Why the OCPP door sent a known station away; counted since it was last let in or the server started. */
export interface RefusedKnocks {
  readonly reason: 'password' | 'version';
  readonly count: number;
  /** Of the last one. */
  readonly atMs: number;
  readonly remoteAddress: string;
}

/** `GET /stations/{id}` */
export interface StationDetail extends StationView {
  readonly securityProfile: number;
  readonly serialNumber: string | null;
  readonly counters: {
    readonly framesIn: number;
    readonly framesOut: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
    readonly reconnects: number;
    readonly violations: readonly { readonly rule: string; readonly action: string; readonly count: number }[];
  };
  readonly refused: RefusedKnocks | null;
  readonly openTransactions: readonly TransactionView[];
  /** Actions that may be sent to this station, by vocabulary name. */
  readonly commands: readonly string[];
}

/** `GET /stations/{id}/events?limit&beforeSeq` → newest first. */
export type StationEventsView = readonly AnyStoredEvent[];

/** `GET /stations/{id}/power?sinceMs` → one series an evse. */
export interface PowerSeries {
  readonly evseId: number;
  readonly atMs: readonly number[];
  readonly powerW: readonly number[];
}

/** `GET /transactions?stationId&limit`, `GET /transactions/{stationId}/{transactionId}`. */
export interface TransactionView {
  readonly stationId: string;
  readonly stationName: Bilingual;
  readonly transactionId: string;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly state: 'open' | 'ended' | 'lost' | 'orphan';
  readonly idToken: IdToken | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly energyWh: number | null;
  readonly stoppedReason: string | null;
  readonly quality: readonly string[];
  readonly simulated: boolean;
}

/** `GET /sessions?fromMs&toMs&state`; also `sessions.csv` and `sessions.xlsx`. */
export interface SessionsView {
  /** The newest of the span; the sums below are of all. */
  readonly sessions: readonly TransactionView[];
  readonly total: { readonly sessions: number; readonly unknown: number; readonly energyKwh: number };
  readonly days: readonly SessionDay[];
}

/** Sessions that began on one day, in the zone of the server, at one site. */
export interface SessionDay {
  readonly day: string;
  /** Id of the site, or the identity of a station without one. */
  readonly site: string;
  readonly siteId: string | null;
  /** True when all of them are. */
  readonly simulated: boolean;
  readonly sessions: number;
  /** Sessions whose energy nobody could tell; they are not in the sum. */
  readonly unknown: number;
  readonly energyKwh: number;
}

/** `POST /stations/{id}/commands?waitS=30` (CommandInput) → CommandView; `GET /commands/{id}`; `GET /stations/{id}/commands`. */
export interface CommandInput {
  /**
   * Vocabulary name: RequestStartTransaction {evseId, idToken}, RequestStopTransaction {transactionId}, Reset {type: 'OnIdle'|'Immediate'},
   * UnlockConnector {evseId, connectorId}, ChangeAvailability {evseId?, operational}, TriggerMessage {requestedMessage, evseId?},
   * GetVariables {keys?}, SetVariables {key, value}, ClearCache {}, or `raw` {action, payload}.
   */
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}
export interface CommandView {
  readonly commandId: string;
  readonly stationId: string;
  readonly action: string;
  readonly payload: unknown;
  /** null while waiting for the station. */
  readonly outcome: CommandOutcome | null;
  /** The station's own answer, wire names. */
  readonly answer: unknown;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly createdAtMs: number;
  readonly answeredAtMs: number | null;
  /** The transaction that a remote start caused, as soon as it is known. */
  readonly transactionId: string | null;
}

/** `GET /unknown-stations`; `POST /unknown-stations/{identity}/approve` (ApproveInput) → ApproveView; `DELETE /unknown-stations/{identity}`. */
export interface UnknownStationView {
  readonly identity: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly remoteAddress: string;
  readonly ocppVersion: string | null;
  readonly vendorName: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly attempts: number;
  readonly connected: boolean;
}
export interface ApproveInput {
  readonly name?: Bilingual;
  readonly siteId?: string | null;
  readonly place?: number | null;
}
export interface ApproveView {
  readonly station: StationView;
  /** Shown once: the Basic password to type into the charger. */
  readonly password: string;
  readonly url: string;
}

/** `GET /summary`: the figures above the map. */
export interface SummaryView {
  readonly stations: number;
  readonly byLiveness: Readonly<Record<Liveness, number>>;
  readonly connectorsByStatus: Readonly<Record<string, number>>;
  readonly openTransactions: number;
  readonly powerKw: number;
  readonly energyTodayKwh: number;
  readonly sessionsToday: number;
  readonly simulated: boolean;
  readonly lastSeq: number;
}

/** `GET /live` (server-sent events, `event:` = `type`, `data:` = the object, `id:` = log seq where there is one; resumable by Last-Event-ID). */
export type LiveEvent =
  | { readonly type: 'station'; readonly station: StationView }
  | { readonly type: 'event'; readonly event: AnyStoredEvent }
  | { readonly type: 'transaction'; readonly transaction: TransactionView }
  | { readonly type: 'run'; readonly run: RunView }
  | { readonly type: 'command'; readonly command: CommandView }
  | { readonly type: 'unknownStation'; readonly unknownStation: UnknownStationView }
  | { readonly type: 'summary'; readonly summary: SummaryView };

/** `POST /login` {user, password} → sets the session cookie; `POST /logout`. */
export interface LoginInput {
  readonly user: string;
  readonly password: string;
}

/** `POST /boards/import` (BoardImportInput) → BoardSummary. All files are checked before anything is stored. */
export interface BoardImportInput {
  readonly name: Bilingual;
  readonly years: readonly number[];
  readonly populationYear: number;
  /** Coordinate system of the files; default `wgs84`. */
  readonly crs?: string;
  /** The line of attribution to print wherever the data are shown. */
  readonly attribution: string;
  readonly files: readonly {
    /** `regions` and `places` are required; `outline` is GeoJSON, the others CSV or XLSX. */
    readonly role: 'regions' | 'places' | 'sites' | 'stations' | 'outline';
    readonly name: string;
    /** Bytes in base64. */
    readonly content: string;
  }[];
}

/** In `GET /live`: events that this client was not sent because there were too many; read them by `/stations/{id}/events`. */
export interface LiveGap {
  readonly type: 'gap';
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

/** `POST /stations` (StationInput, role admin) → ApproveView: a station that has never called. */
export interface StationInput extends ApproveInput {
  readonly identity: string;
}

/** `GET /users` (role admin); `PUT /users/{user}` {password, role}; `DELETE /users/{user}`. */
export interface UserView {
  readonly user: string;
  readonly role: Role;
  readonly createdAtMs: number;
}

export type {
  CodeLabel,
  DatasetCheck,
  DatasetFile,
  DatasetInput,
  DatasetKind,
  DatasetKindView,
  DatasetReport,
  DatasetSummary,
  DatasetView,
  FilePreview,
  NetworkView,
} from './contract-clusters.js';

export type {
  ChargingProductView,
  DemandLineInput,
  DemandParameters,
  PanelPairing,
  DemandTotals,
  DemandView,
  FailureView,
  PairLabel,
  RegionStressView,
  SectorLabel,
  StressParameters,
  StressView,
  SupplyNetworkView,
} from './contract-stress.js';

export type {
  DaySeriesView,
  GridImportInput,
  GridIssue,
  GridLevel,
  GridStudyInput,
  GridTransformerRow,
  GridTransformerView,
  GridView,
  GridVillageStudy,
  HeadroomFigure,
  LoadGroupInput,
  LoadGroupView,
  LoadReason,
  LoadStationView,
  RuleName,
  StationLoadView,
} from './contract-grid.js';

export type {
  BacktestView,
  CriterionOutcome,
  EvidenceRowView,
  EventKindName,
  Forecaster,
  ForecasterView,
  IntervalView,
  OutcomeName,
  RegionIndicesView,
  RegionUpgradeView,
  RegisterAppended,
  RegisterLine,
  RegisterView,
  RuleAnswer,
  RuleCriterionView,
  RulePackView,
  RuleQuestion,
  StarCell,
  UpgradePathView,
} from './contract-cluster-rules.js';

export type {
  ChessCell,
  ChessExplanation,
  ChessFlip,
  ChessJudgement,
  ChessLabel,
  ChessMove,
  ChessMoveRow,
  ChessParameters,
  ChessView,
} from './contract-chess.js';

export type {
  IndustryList,
  IndustryView,
  MeasureRecipe,
  QuotientView,
  RankView,
  RegionList,
  RegionView,
} from './contract-measures.js';
