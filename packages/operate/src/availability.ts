import type { ChargingState, NewEvent } from '@qipan/base';
import { anomaly } from './effects.js';
import { changeEvse, putTransaction, type Fold } from './fold.js';
import { connectorCount, type ConnectorState } from './station.js';

/** 1.6 has no charging state of its own: the status of the connector tells it. */
const chargingStates: Readonly<Record<string, ChargingState>> = {
  Preparing: 'EVConnected',
  Charging: 'Charging',
  SuspendedEV: 'SuspendedEV',
  SuspendedEVSE: 'SuspendedEVSE',
  Finishing: 'EVConnected',
};

/**
 * Status of the station (no evse), of a whole evse (no connector: all its known connectors) or of one connector.
 * The last to arrive is what stands.
 */
export function statusChanged(fold: Fold, event: NewEvent<'statusChanged'>): void {
  const { state, rules } = fold;
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
  if (evseId === null) {
    state.own = after(state.own);
    return;
  }
  const known = state.evses.get(evseId);
  const isNew = known === undefined || (connectorId !== null && !known.connectors.has(connectorId));
  if (isNew && connectorCount(state) >= rules.maxConnectors) {
    const detail = `connector ${evseId}/${connectorId ?? '-'} is beyond the ${rules.maxConnectors} that are kept`;
    fold.effects.push(anomaly('flood', detail));
    return;
  }
  const connectors = new Map(known?.connectors);
  const ids = connectorId !== null ? [connectorId] : connectors.size === 0 ? [1] : [...connectors.keys()];
  for (const id of ids) connectors.set(id, after(connectors.get(id)));
  changeEvse(fold, evseId, { connectors });
  const chargingState = payload.detail === null ? undefined : chargingStates[payload.detail];
  const transaction = state.open.get(known?.transactionId ?? '');
  if (chargingState === undefined || transaction === undefined || transaction.chargingState === chargingState) return;
  putTransaction(fold, { ...transaction, chargingState });
}
