import type { EvseConfig, StationFault } from '@qipan/ocpp';
import type { OcppVersion } from '@qipan/base';
import type { ClockSetting } from './clock.js';

/** One simulated station of a fleet; plain values, so that it can be handed to a thread. */
export interface FleetStationSpec {
  readonly identity: string;
  readonly password: string | null;
  readonly version: OcppVersion;
  readonly model: string;
  readonly evses: readonly EvseConfig[];
  /** Visitors a week at each evse; null takes what was measured for its kind of socket. */
  readonly visitsPerWeek: number | null;
  readonly faults: readonly StationFault[];
  /** A station that stands there only for a while, virtual time. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface FleetSpec {
  /** The CSMS up to the identity, such as `ws://127.0.0.1:4650/ocpp`. */
  readonly url: string;
  readonly seed: number;
  readonly clock: ClockSetting;
  readonly utcOffsetMin: number;
  readonly stations: readonly FleetStationSpec[];
  /** How many tokens the drivers have between them. */
  readonly tokens: number;
  /** Sampled meter values of a transaction, s. */
  readonly sampledS: number;
  /** Real seconds a station waits for an answer, and before it opens a lost link again. */
  readonly callTimeoutS: number;
  readonly reconnectS: number;
  /** Real seconds over which the stations come up. */
  readonly rampS: number;
  /** Cars that stand there when the fleet comes up. */
  readonly warmStart: boolean;
  /** Where the stations' memory is kept between runs, and where injected faults are written down; null = nowhere. */
  readonly memoryFile: string | null;
  readonly labelFile: string | null;
}

/** China Standard Time, all year. */
const chinaOffsetMin = 480;

export function fleetSpec(own: Pick<FleetSpec, 'url' | 'stations' | 'clock'> & Partial<FleetSpec>): FleetSpec {
  return {
    seed: 1,
    utcOffsetMin: chinaOffsetMin,
    tokens: 50_000,
    sampledS: 60,
    callTimeoutS: 30,
    reconnectS: 2,
    rampS: Math.min(30, own.stations.length / 100),
    warmStart: true,
    memoryFile: null,
    labelFile: null,
    ...own,
  };
}

/** A token that says what it is. */
export const simulatedToken = (n: number): string => `SIM${String(n + 1).padStart(6, '0')}`;
