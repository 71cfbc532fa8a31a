import type { ChargingState, NewEvent } from '@qipan/base';
import { anomaly, type Effect } from './effects.js';
import type { Rules } from './rules.js';
import { connectorCount, mapWith, withEvse, type ConnectorState, type StationState } from './station.js';
import type { Transaction } from './transaction.js';

/** 1.6 has no charging state of its own: the status of the connector tells it. */
const chargingStates: Readonly<Record<string, ChargingState>> = {
  Preparing: 'EVConnected',
  Charging: 'Charging',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
  Finishing: 'EVConnected',
};

export interface Folded {
  readonly state: StationState;
  readonly effects: readonly Effect[];
  /** Transactions that changed. */
  readonly transactions: readonly Transaction[];
}

export const nothing: readonly never[] = [];

/**
 * Status of the station (no evse), of a whole evse (no connector: all its known connectors) or of one connector.
 * The last to arrive is what stands.
 */
export function statusChanged(state: StationState, event: NewEvent<'statusChanged'>, rules: Rules): Folded {
  const { evseId, connectorId, payload } = event;
  const after = (before: ConnectorState | null | undefined): ConnectorState => ({
    status: payload.status,
    detail: payload.detail,
    errorCode: payload.errorCode,
    info: payload.info,
    atMs: event.atMs,
    receivedAtMs: event.receivedAtMs,
    sinceMs: before?.status === payload.status ? before.sinceMs : event.receivedAtMs,
  });
  if (evseId === null) return { state: { ...state, own: after(state.own) }, effects: nothing, transactions: nothing };
  const known = state.evses.get(evseId);
  const isNew = known === undefined || (connectorId !== null && !known.connectors.has(connectorId));
  if (isNew && connectorCount(state) >= rules.maxConnectors) {
    const detail = `connector ${evseId}/${connectorId ?? '-'} is beyond the ${rules.maxConnectors} that are kept`;
    return { state, effects: [anomaly('flood', detail)], transactions: nothing };
  }
  const next = withEvse(state, evseId, (evse) => {
    const connectors = new Map(evse.connectors);
    const ids = connectorId !== null ? [connectorId] : connectors.size === 0 ? [1] : [...connectors.keys()];
    for (const id of ids) connectors.set(id, after(connectors.get(id)));
    return { connectors };
  });
  return withChargingState(next, evseId, payload.detail);
}

function withChargingState(state: StationState, evseId: number, detail: string | null): Folded {
  const chargingState = detail === null ? undefined : chargingStates[detail];
  const transactionId = state.evses.get(evseId)?.transactionId ?? null;
  const transaction = transactionId === null ? undefined : state.open.get(transactionId);
  if (chargingState === undefined || transaction === undefined || transaction.chargingState === chargingState) {
    return { state, effects: nothing, transactions: nothing };
  }
  const changed = { ...transaction, chargingState };
  return {
    state: { ...state, open: mapWith(state.open, changed.transactionId, changed) },
    effects: nothing,
    transactions: [changed],
  };
}
