export { defaultRules, type Rules } from './rules.js';
export {
  liveness,
  newStation,
  restoreStation,
  stationSnapshot,
  type ConnectorState,
  type EvseState,
  type PendingRemoteStart,
  type StationState,
} from './station.js';
export { newTransaction, type Quality, type Transaction } from './transaction.js';
export { addSeq, emptySeqSet, hasGap, hasSeq, type SeqSet } from './seq-set.js';
export { authorize, tokenKey, type AuthorizationQuery, type Token, type TokenTable } from './authorization.js';
export { latestPower, meterValues, type MeterLimits } from './meter-values.js';
export { type AnomalyEffect, type Effect } from './effects.js';
export { type Folded } from './fold.js';
export { type History } from './transaction-fold.js';
export { applyEvent, lostTransactions, rebuildStation } from './apply-event.js';
export { decide, wantedHistory, type Decision } from './decide.js';
export { type DecideDeps } from './deps.js';
export {
  activeLeases,
  afterRestart,
  applyLoad,
  isIgnoring,
  mayDrawKw,
  newStationLoad,
  type Lease,
  type LoadEvent,
  type LoadOrder,
  type LoadState,
  type StationLoad,
} from './load-limit.js';
export {
  defaultLoadRules,
  failSafeKw,
  heldKw,
  leastLimitKw,
  loadOrders,
  type LoadNode,
  type LoadRules,
} from './load-allocation.js';
