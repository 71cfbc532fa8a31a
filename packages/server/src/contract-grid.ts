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
