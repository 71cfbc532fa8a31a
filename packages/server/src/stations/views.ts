import { milliWhToWh } from '@qipan/base';
import { commandFields } from '@qipan/ocpp';
import { liveness, type ConnectorState, type EvseState, type Transaction } from '@qipan/operate';
import type { RowOf } from '@qipan/store';
import type { EvseView, Liveness, StationDetail, StationView, TransactionView } from '../contract.js';
import { nameOf, originOf, settingsOf, type StationEntry } from './entry.js';

/** The present state of a station, with its age. `heartbeatIntervalS` is what accepted stations are told. */
export function stationView(entry: StationEntry, nowMs: number, heartbeatIntervalS: number): StationView {
  const { row, state } = entry;
  return {
    id: entry.id,
    identity: row.identity,
    name: nameOf(entry),
    origin: originOf(entry),
    ocppVersion: entry.socket?.version ?? state.version ?? row.ocppVersion,
    siteId: row.siteId,
    place: settingsOf(entry).place ?? null,
    lon: row.lon,
    lat: row.lat,
    moduleType: row.moduleType,
    powerKw: settingsOf(entry).powerKw ?? null,
    vendorName: state.vendorName ?? row.vendorName,
    model: state.model ?? row.model,
    firmwareVersion: state.firmwareVersion ?? row.firmwareVersion,
    registration: state.registration,
    liveness: livenessOf(entry, nowMs, heartbeatIntervalS),
    lastSeenMs: entry.lastSeenMs ?? state.lastSeenMs,
    evses: evseViews(entry),
  };
}

export function livenessOf(entry: StationEntry, nowMs: number, heartbeatIntervalS: number): Liveness {
  const lastSeenMs = entry.lastSeenMs ?? entry.state.lastSeenMs;
  return liveness({ ...entry.state, isConnected: entry.socket !== null, lastSeenMs }, nowMs, heartbeatIntervalS);
}

function evseViews(entry: StationEntry): EvseView[] {
  const { state } = entry;
  const planned = Array.isArray(entry.row.evses) ? (entry.row.evses as { evseId: number }[]) : [];
  const ids = new Set([...state.evses.keys(), ...planned.map((e) => e.evseId)]);
  return [...ids]
    .sort((a, b) => a - b)
    .flatMap((evseId) => {
      const evse = state.evses.get(evseId);
      if (!evse) return [evseView(evseId, { connectorId: null, connector: null, evse: null, transaction: null })];
      const transaction = evse.transactionId === null ? null : (state.open.get(evse.transactionId) ?? null);
      const connectors: (readonly [number | null, ConnectorState | null])[] =
        evse.connectors.size === 0 ? [[null, null]] : [...evse.connectors];
      return connectors.map(([connectorId, connector]) => {
        // The transaction stands at its own connector; at the first one when nobody said which.
        const isHere =
          transaction !== null &&
          (connectors.length === 1 ||
            (transaction.connectorId === null
              ? connectorId === connectors[0]?.[0]
              : transaction.connectorId === connectorId));
        return evseView(evseId, { connectorId, connector, evse, transaction: isHere ? transaction : null });
      });
    });
}

interface EvseParts {
  readonly connectorId: number | null;
  readonly connector: ConnectorState | null;
  readonly evse: EvseState | null;
  readonly transaction: Transaction | null;
}

function evseView(evseId: number, { connectorId, connector, evse, transaction }: EvseParts): EvseView {
  const isRunning = transaction !== null;
  return {
    evseId,
    connectorId,
    status: connector?.status ?? null,
    detail: connector?.detail ?? transaction?.chargingState ?? null,
    statusSinceMs: connector?.sinceMs ?? null,
    errorCode: connector?.errorCode ?? null,
    powerW: isRunning ? (evse?.powerW ?? null) : null,
    powerAtMs: isRunning ? (evse?.powerAtMs ?? null) : null,
    transactionId: transaction?.transactionId ?? null,
    energyWh: energyWh(transaction?.energyMilliWh ?? null),
  };
}

const energyWh = (milliWh: number | null): number | null => (milliWh === null ? null : milliWhToWh(milliWh));

type TransactionRow = Pick<
  RowOf<'chargingTransaction'>,
  | 'stationId'
  | 'transactionId'
  | 'state'
  | 'evseId'
  | 'connectorId'
  | 'idToken'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'energyMilliWh'
  | 'quality'
  | 'stoppedReason'
>;

/** A transaction from the fold or from its row. */
export function transactionView(t: Transaction | TransactionRow, entry: StationEntry | null): TransactionView {
  return {
    stationId: t.stationId,
    stationName: entry ? nameOf(entry) : { en: t.stationId, zh: t.stationId },
    transactionId: t.transactionId,
    evseId: t.evseId,
    connectorId: t.connectorId,
    state: t.state as TransactionView['state'],
    idToken: t.idToken as TransactionView['idToken'],
    startedAtMs: t.startedAtMs,
    endedAtMs: t.endedAtMs,
    energyWh: energyWh(t.energyMilliWh),
    stoppedReason: t.stoppedReason,
    quality: (t.quality ?? []) as readonly string[],
    simulated: entry !== null && originOf(entry) === 'simulated',
  };
}

export function stationDetail(entry: StationEntry, view: StationView): StationDetail {
  const violations = [...entry.violations].map(([key, count]) => {
    const [rule, action] = key.split('|') as [string, string];
    return { rule, action, count };
  });
  return {
    ...view,
    securityProfile: entry.row.securityProfile,
    serialNumber: entry.state.serialNumber ?? entry.row.serialNumber,
    counters: { ...entry.counters, violations },
    refused: entry.refused,
    openTransactions: [...entry.state.open.values()].map((t) => transactionView(t, entry)),
    commands: Object.keys(commandFields),
  };
}
