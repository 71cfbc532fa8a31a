/** What an operator may set, for one station or for all. */
export interface Rules {
  /** Heartbeat interval told to an accepted station, seconds. */
  readonly heartbeatIntervalS: number;
  /** How long a pending or rejected station waits before it boots again, seconds. */
  readonly retryIntervalS: number;
  /** Tokens that nobody knows may charge. */
  readonly acceptUnknown: boolean;
  /** One open transaction a token. */
  readonly refuseConcurrent: boolean;
  /** Highest power of one evse by its nameplate, watts: bounds how fast its register may rise. */
  readonly nameplateW: number;
  /** Beyond this the station's clock is not believed, ms. */
  readonly clockToleranceMs: number;
  /** A connector that has been Available for so long has no transaction, ms. */
  readonly lostAfterAvailableMs: number;
  /** How long after a remote start a 1.6 transaction may be its consequence, ms. */
  readonly remoteStartWindowMs: number;
  /** Closed transactions kept in the station's state for repeats; older ones come from `history`. */
  readonly recentTransactions: number;
  /** Connectors a station may name before it is not believed. */
  readonly maxConnectors: number;
}

export const defaultRules: Rules = {
  heartbeatIntervalS: 300,
  retryIntervalS: 300,
  acceptUnknown: true,
  refuseConcurrent: true,
  // the largest chargers sold for cars; a station's own nameplate is tighter
  nameplateW: 720_000,
  clockToleranceMs: 5 * 60_000,
  lostAfterAvailableMs: 10 * 60_000,
  remoteStartWindowMs: 2 * 60_000,
  recentTransactions: 16,
  maxConnectors: 500,
};

/** Before this no station of ours was built: its clock has lost its battery. */
export const earliestClockMs = Date.UTC(2015, 0, 1);
