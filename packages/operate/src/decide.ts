import type { AnyEvent, NewEvent } from '@qipan/base';
import type { Answer, Decoded } from '@qipan/ocpp';
import { applyEvent } from './apply-event.js';
import type { DecideDeps } from './deps.js';
import type { AnomalyEffect, Effect } from './effects.js';
import type { StationState } from './station.js';
import { noHistory, type History } from './transaction-fold.js';
import {
  noAnomalies as none,
  orphanId,
  startTransaction,
  tokenInfo,
  transactionMessage,
  withPayload,
  type Resolved,
} from './transaction-messages.js';
import type { Transaction } from './transaction.js';

export interface Decision {
  /** The state after the events; put it in place at once, and the one before back if the commit fails. */
  readonly state: StationState;
  /** To append, in this order. */
  readonly events: readonly AnyEvent[];
  /** To send once they are committed. */
  readonly answer: Answer;
  readonly effects: readonly Effect[];
  /** Transactions that changed, in their last state: the rows to write in the same commit. */
  readonly transactions: readonly Transaction[];
  /** False for a Heartbeat alone: its answer need not wait for a commit. */
  readonly isDurable: boolean;
}

/**
 * Decides on one message of a station: the events that enter the log, the answer, and the state after. Always an answer,
 * whatever the sanity checks say: an unanswered message is sent again for ever.
 */
export function decide(state: StationState, decoded: Decoded, deps: DecideDeps): Decision {
  const history = deps.history ?? noHistory;
  const resolved = resolve(state, decoded, deps, history);
  const events: AnyEvent[] = [];
  const effects: Effect[] = [];
  const transactions: Transaction[] = [];
  let current = state;
  const apply = (event: AnyEvent): void => {
    const out = applyEvent(current, event, deps.rules, history);
    current = out.state;
    events.push(event);
    transactions.push(...out.transactions);
    for (const effect of out.effects) effects.push(effect);
  };
  for (const event of resolved.events) apply(event);
  effects.push(...resolved.anomalies);
  const found = effects.filter((e) => e.type === 'anomaly');
  for (const a of found) apply(anomalyEvent(decoded, a));
  return {
    state: current,
    events,
    answer: resolved.answer,
    effects,
    transactions: lastStates(transactions),
    isDurable: decoded.action !== 'Heartbeat',
  };
}

const noIds: readonly string[] = [];

/** Each transaction once, in its last state. */
const lastStates = (all: readonly Transaction[]): readonly Transaction[] =>
  all.length < 2 ? all : [...new Map(all.map((t) => [t.transactionId, t])).values()];

/**
 * Ids of transactions that a message may mean and the state does not hold: look them up and hand them in as `history`, or a
 * message that comes again when its transaction has left the state would be folded as new. None nearly always.
 */
export function wantedHistory(state: StationState, decoded: Decoded): readonly string[] {
  const { open, recent } = state;
  const isHeld = (id: string): boolean => open.has(id) || recent.has(id);
  for (const event of decoded.events) {
    if (event.kind !== 'transactionEnded' && event.kind !== 'transactionUpdated' && event.kind !== 'transactionStarted')
      continue;
    const { transactionId, seqNo } = event.payload;
    if (transactionId === '' || isHeld(transactionId)) continue;
    const named = transactionId === '0' || transactionId === '-1' ? noIds : [transactionId];
    const isStop16 = event.kind === 'transactionEnded' && seqNo === null;
    return isStop16 ? [...named, orphanId(event)].filter((id) => !isHeld(id)) : named;
  }
  return noIds;
}

function anomalyEvent(decoded: Decoded, effect: AnomalyEffect): AnyEvent {
  const cause = decoded.events[0] as AnyEvent;
  return {
    stationId: cause.stationId,
    kind: 'anomaly',
    atMs: null,
    receivedAtMs: cause.receivedAtMs,
    evseId: cause.evseId,
    connectorId: cause.connectorId,
    payload: {
      version: decoded.version,
      messageId: decoded.messageId,
      code: effect.code,
      detail: effect.detail,
      ...(effect.transactionId === null ? {} : { transactionId: effect.transactionId }),
    },
  };
}

/** Fills in what only the CSMS can say, and finds the answer. */
function resolve(state: StationState, decoded: Decoded, deps: DecideDeps, history: History): Resolved {
  const { events } = decoded;
  const first = events[0] as AnyEvent;
  switch (decoded.ask) {
    case 'registration': {
      const event = first as NewEvent<'booted'>;
      const isAccepted = deps.registration === 'Accepted';
      const intervalS = isAccepted ? deps.rules.heartbeatIntervalS : deps.rules.retryIntervalS;
      return {
        events: [withPayload(event, { registration: deps.registration })],
        answer: { kind: 'registration', status: deps.registration, nowMs: deps.nowMs, intervalS },
        anomalies: none,
      };
    }
    case 'time':
      return { events, answer: { kind: 'time', nowMs: deps.nowMs }, anomalies: none };
    case 'authorization': {
      const event = first as NewEvent<'authorized'>;
      const idTokenInfo = tokenInfo(state, event.payload.idToken, deps, null);
      return {
        events: [withPayload(event, { status: idTokenInfo.status })],
        answer: { kind: 'authorization', idTokenInfo },
        anomalies: none,
      };
    }
    case 'transactionId':
      return startTransaction(state, first as NewEvent<'transactionStarted'>, deps);
    case 'transactionAnswer':
      return transactionMessage(state, first, deps, history);
    case 'dataTransferAnswer': {
      const given = deps.dataTransfer?.((first as NewEvent<'dataTransferred'>).payload) ?? null;
      const answer = given ?? { status: 'UnknownVendorId' as const, data: null };
      return { events, answer: { kind: 'dataTransferAnswer', ...answer }, anomalies: none };
    }
    case 'fixedAnswer':
      return { events, answer: { kind: 'fixedAnswer', nowMs: deps.nowMs }, anomalies: none };
    case 'silence':
      return { events, answer: { kind: 'silence' }, anomalies: none };
  }
}
