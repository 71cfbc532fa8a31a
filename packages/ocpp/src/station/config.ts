import type { OcppVersion } from '@qipan/base';
import type { Fault } from './faults.js';

/** What kind of current an outlet gives; it decides the charging curve and what can be measured. */
export type OutletCurrent = 'AC' | 'DC';

/** One EVSE with one connector. In OCPP 1.6 it is the connector of the same number. */
export interface EvseConfig {
  readonly powerKw: number;
  readonly current: OutletCurrent;
  /** Phases of an AC outlet; a DC outlet reports none. */
  readonly phases: 1 | 3;
}

/** The nameplate and habits of one simulated charging station. */
export interface StationConfig {
  /** Wire identity: what stands behind `/ocpp/`. */
  readonly identity: string;
  readonly version: OcppVersion;
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
  readonly evses: readonly EvseConfig[];
  /** Sampled meter values of a transaction, seconds; clock-aligned ones, 0 = none. */
  readonly sampledS: number;
  readonly alignedS: number;
  /** How long an answer is waited for, and the first wait before the link is opened again. Scaled by the caller under a fast clock. */
  readonly callTimeoutS: number;
  readonly reconnectS: number;
  /** From power-up to the first frame. */
  readonly rebootS: number;
  /** Some stations repeat an unanswered message under its old id, some under a new one. */
  readonly renewsMessageId: boolean;
  /** A share of drivers is let in while the link is down (LocalAuthorizeOffline). */
  readonly authorizesOffline: boolean;
  readonly faults: readonly Fault[];
}

/** The car and its driver, drawn by the caller. */
export interface Visit {
  /** Token the driver shows; empty when none is shown and the start comes from outside. */
  readonly idToken: string;
  readonly idTokenType: string;
  /** Energy after which the car takes no more, Wh. */
  readonly energyWh: number;
  /** From plug-in to leaving. */
  readonly stayMs: number;
  /** From plug-in to showing the token. */
  readonly presentAfterMs: number;
  /** How the driver ends it: by the token at the station, or by pulling the plug. */
  readonly endsBy: 'token' | 'unplug';
  readonly capacityWh: number;
  /** State of charge at plug-in, 0…1. */
  readonly stateOfCharge: number;
  /** The car's own limit, W. */
  readonly acceptsW: number;
}

/** A station of usual habits; the caller names what differs. */
export function stationConfig(
  own: Pick<StationConfig, 'identity' | 'version' | 'evses'> & Partial<StationConfig>,
): StationConfig {
  return {
    vendorName: 'Qipan Simulator',
    model: 'Simulated',
    serialNumber: own.identity.slice(0, 25),
    firmwareVersion: '1.0',
    sampledS: 60,
    alignedS: 0,
    callTimeoutS: 30,
    reconnectS: 5,
    rebootS: 20,
    renewsMessageId: false,
    authorizesOffline: true,
    faults: [],
    ...own,
  };
}
