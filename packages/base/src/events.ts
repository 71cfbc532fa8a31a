/**
 * The vocabulary of the one event log. Words are OCPP 2.x words; a codec of any version ends here.
 * Every accepted message becomes at least one event; events alone rebuild all state (operate).
 */

export type ConnectorStatus = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';
export type ChargingState = 'Charging' | 'EVConnected' | 'SuspendedEV' | 'SuspendedEVSE' | 'Idle';

export interface IdToken {
  readonly idToken: string;
  /** OCPP 2.x IdTokenEnum; 1.6 tags are `ISO14443` by default. */
  readonly type: string;
}

/** One sampled value in base units; what cannot be read keeps its text and is never 0. */
export type Reading =
  | {
      readonly measurand: string;
      /** Base unit: mWh (milliwatt-hour, an integer) for energy registers and intervals, W, A, V, Percent, Celsius, … */
      readonly value: number;
      readonly unit: string;
      readonly phase?: string;
      readonly location?: string;
      readonly context?: string;
      readonly atMs: number | null;
      /** The signed container as the station sent it, when there was one. */
      readonly signedData?: string;
    }
  | { readonly measurand: string; readonly unreadable: true; readonly text: string; readonly atMs: number | null };

export type OcppVersion = '1.6' | '2.0.1' | '2.1';

/** What every payload may carry about the message it came in. */
export interface Wire {
  readonly version?: OcppVersion;
  readonly messageId?: string;
  /** The station says it sent this from its queue. */
  readonly offline?: boolean;
  /** `customData` of a 2.x message: kept, not understood. */
  readonly customData?: unknown;
}

export type AnomalyCode =
  | 'registerBackward'
  | 'registerJump'
  | 'registerReset'
  | 'conflictingStop'
  | 'conflictingEvent'
  | 'conflictingStart'
  | 'unknownTransaction'
  | 'sequenceGap'
  | 'clock'
  | 'profileIgnored'
  | 'schema'
  | 'duplicateIdentity'
  | 'messageIdReused'
  | 'reservedWithoutReservation'
  | 'offlineRisk'
  | 'flood'
  | 'unreadable'
  | 'transactionLost';

export interface EventPayloads {
  readonly booted: Wire & {
    readonly reason: string | null;
    readonly vendorName: string;
    readonly model: string;
    readonly serialNumber: string | null;
    readonly firmwareVersion: string | null;
    readonly iccid: string | null;
    readonly registration: 'Accepted' | 'Pending' | 'Rejected';
  };
  readonly connected: Wire & { readonly remoteAddress: string; readonly securityProfile: number };
  readonly disconnected: Wire & { readonly code: number; readonly reason: string };
  readonly statusChanged: Wire & {
    readonly status: ConnectorStatus;
    readonly detail: string | null;
    readonly errorCode: string | null;
    readonly info: string | null;
  };
  readonly heartbeat: Wire;
  readonly authorized: Wire & { readonly idToken: IdToken; readonly status: string };
  readonly transactionStarted: Wire & TransactionPayload;
  readonly transactionUpdated: Wire & TransactionPayload;
  readonly transactionEnded: Wire & TransactionPayload;
  readonly metered: Wire & { readonly transactionId: string | null; readonly readings: readonly Reading[] };
  readonly profileChanged: Wire & { readonly profile: unknown };
  readonly limitNotified: Wire & { readonly source: string; readonly limit: unknown };
  readonly reservationChanged: Wire & { readonly reservationId: number; readonly status: string };
  readonly firmwareChanged: Wire & { readonly status: string; readonly requestId: number | null };
  readonly logChanged: Wire & { readonly status: string; readonly requestId: number | null };
  readonly reportPart: Wire & {
    readonly requestId: number;
    readonly seqNo: number;
    readonly tbc: boolean;
    readonly variables: readonly VariableReport[];
    /** Monitoring and customer reports: the part as it came. */
    readonly data?: unknown;
  };
  readonly variableChanged: Wire & { readonly variables: readonly VariableReport[] };
  readonly monitorFired: Wire & { readonly data: unknown };
  readonly certificateRequested: Wire & { readonly csr: string; readonly certificateType: string | null };
  readonly securityEvent: Wire & { readonly type: string; readonly techInfo: string | null };
  readonly displayMessage: Wire & { readonly data: unknown };
  readonly costReported: Wire & { readonly data: unknown };
  readonly batterySwapped: Wire & { readonly data: unknown };
  readonly derReported: Wire & { readonly data: unknown };
  readonly dataTransferred: Wire & {
    readonly vendorId: string;
    readonly messageIdOfVendor: string | null;
    readonly data: unknown;
  };
  readonly commandSent: Wire & {
    readonly commandId: string;
    readonly action: string;
    readonly payload: unknown;
    readonly by: string;
  };
  readonly commandAnswered: Wire & {
    readonly commandId: string;
    readonly action: string;
    readonly outcome: CommandOutcome;
    readonly answer: unknown;
  };
  readonly configured: Wire & { readonly what: string; readonly value: unknown; readonly by: string };
  readonly anomaly: Wire & { readonly code: AnomalyCode; readonly detail: string; readonly transactionId?: string };
}

export type CommandOutcome = 'answered' | 'error' | 'timeout' | 'offline' | 'expired' | 'superseded' | 'connectionLost';

export interface VariableReport {
  readonly component: string;
  readonly componentInstance?: string;
  readonly variable: string;
  readonly variableInstance?: string;
  readonly evseId?: number;
  readonly connectorId?: number;
  readonly attribute: string;
  readonly value: string | null;
  readonly mutability?: string;
  readonly status?: string;
}

export interface TransactionPayload {
  /** 1.6: our integer as text (given at start); 2.x: the station's id. */
  readonly transactionId: string;
  readonly seqNo: number | null;
  readonly triggerReason: string | null;
  readonly idToken: IdToken | null;
  readonly chargingState: ChargingState | null;
  /** Energy register carried by the message itself (meterStart, meterStop), milliWh. */
  readonly registerMilliWh: number | null;
  readonly readings: readonly Reading[];
  readonly stoppedReason: string | null;
  readonly remoteStartId: number | null;
  readonly reservationId: number | null;
}

export type EventKind = keyof EventPayloads;

/** Before it is stored: the log gives `seq`. */
export interface NewEvent<K extends EventKind = EventKind> {
  readonly stationId: string;
  readonly kind: K;
  /** The station's clock; null when the message carries no time. */
  readonly atMs: number | null;
  /** Our clock. */
  readonly receivedAtMs: number;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly payload: EventPayloads[K];
}

export interface StoredEvent<K extends EventKind = EventKind> extends NewEvent<K> {
  readonly seq: number;
}

/** An event of any kind whose payload follows its `kind`. */
export type AnyEvent = { [K in EventKind]: NewEvent<K> }[EventKind];
export type AnyStoredEvent = { [K in EventKind]: StoredEvent<K> }[EventKind];
