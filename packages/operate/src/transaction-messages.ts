import type { AnyEvent, IdToken, NewEvent } from '@qipan/base';
import type { Answer, IdTokenInfo } from '@qipan/ocpp';
import { authorize, tokenKey } from './authorization.js';
import type { DecideDeps } from './deps.js';
import { anomaly, type AnomalyEffect } from './effects.js';
import { endKeyOf, startKeyOf } from './fingerprint.js';
import type { StationState } from './station.js';
import type { Transaction } from './transaction.js';

/** Events with nothing left open, the answer, and what was odd. */
export interface Resolved {
  readonly events: readonly AnyEvent[];
  readonly answer: Answer;
  readonly anomalies: readonly AnomalyEffect[];
}

export const noAnomalies: readonly AnomalyEffect[] = [];

export function withPayload<E extends AnyEvent>(event: E, change: Partial<E['payload']>): AnyEvent {
  return { ...event, payload: { ...event.payload, ...change } } as unknown as AnyEvent;
}

/** What a token may do; `starting` is the transaction it is shown for, null for a mere Authorize. */
export function tokenInfo(
  state: StationState,
  idToken: IdToken,
  deps: DecideDeps,
  starting: { readonly transactionId: string; readonly evseId: number | null } | null,
): IdTokenInfo {
  const hasOpenTransaction =
    starting !== null && deps.rules.refuseConcurrent && isCharging(state, idToken, deps, starting);
  return authorize(idToken, deps.tokens, deps.rules, { nowMs: deps.nowMs, siteId: deps.siteId, hasOpenTransaction });
}

/** An open one on the same evse is about to be given up and does not count; lost and orphan ones never do. */
function isCharging(
  state: StationState,
  idToken: IdToken,
  deps: DecideDeps,
  starting: { readonly transactionId: string; readonly evseId: number | null },
): boolean {
  const key = tokenKey(idToken.idToken);
  for (const t of state.open.values()) {
    if (t.transactionId === starting.transactionId || t.idToken === null) continue;
    if (t.evseId !== null && t.evseId === starting.evseId) continue;
    if (tokenKey(t.idToken.idToken) === key) return true;
  }
  return deps.isChargingElsewhere?.(idToken.idToken) ?? false;
}

function authorized(event: NewEvent<'transactionStarted'>, idToken: IdToken, status: string): AnyEvent {
  const { version, messageId, offline } = event.payload;
  return {
    ...event,
    kind: 'authorized',
    payload: {
      ...(version === undefined ? {} : { version }),
      ...(messageId === undefined ? {} : { messageId }),
      ...(offline === undefined ? {} : { offline }),
      idToken,
      status,
    },
  };
}

/** 1.6: a start gets an id whatever its tag is worth; the same start said again gets the same id. */
export function startTransaction(
  state: StationState,
  event: NewEvent<'transactionStarted'>,
  deps: DecideDeps,
): Resolved {
  const key = startKeyOf(event);
  const isSame = (t: Transaction): boolean => t.startKey === key;
  const known = find(state.open, isSame) ?? find(state.recent, isSame);
  const transactionId = known?.transactionId ?? String(deps.nextTransactionId());
  const idToken = event.payload.idToken as IdToken;
  const idTokenInfo = tokenInfo(state, idToken, deps, { transactionId, evseId: event.evseId });
  return {
    events: [withPayload(event, { transactionId }), authorized(event, idToken, idTokenInfo.status)],
    answer: { kind: 'transactionId', transactionId, idTokenInfo },
    anomalies: noAnomalies,
  };
}

function find(
  transactions: ReadonlyMap<string, Transaction>,
  isWanted: (t: Transaction) => boolean,
): Transaction | undefined {
  for (const t of transactions.values()) if (isWanted(t)) return t;
  return undefined;
}

/** 1.6 StopTransaction and 2.x TransactionEvent: always answered, with the token's worth when they carry one. */
export function transactionMessage(
  state: StationState,
  event: AnyEvent,
  deps: DecideDeps,
  history: (transactionId: string) => Transaction | null,
): Resolved {
  const said = event as NewEvent<'transactionStarted'>;
  const { idToken, seqNo } = said.payload;
  const isStop16 = event.kind === 'transactionEnded' && seqNo === null;
  const place = isStop16
    ? transactionOfStop(state, event, deps, history)
    : { transactionId: said.payload.transactionId, anomalies: noAnomalies };
  const events = [isStop16 ? withPayload(said, { transactionId: place.transactionId }) : event];
  const anomalies = [...place.anomalies];
  let idTokenInfo: IdTokenInfo | null = null;
  if (idToken !== null) {
    // Only a start is refused for a second transaction; a card that ends one is not.
    const starting = event.kind === 'transactionEnded' ? null : { ...place, evseId: event.evseId };
    idTokenInfo = tokenInfo(state, idToken, deps, starting);
    events.push(authorized(said, idToken, idTokenInfo.status));
    if (said.payload.offline === true && idTokenInfo.status !== 'Accepted' && event.kind === 'transactionStarted') {
      anomalies.push(anomaly('offlineRisk', `started offline, token is ${idTokenInfo.status}`, place.transactionId));
    }
  }
  return { events, answer: { kind: 'transactionAnswer', idTokenInfo, totalCost: null }, anomalies };
}

/** What a stop without a transaction is kept as: the same when it is said again. */
export const orphanId = (event: NewEvent<'transactionEnded'>): string =>
  `orphan-${event.payload.transactionId}-${event.atMs ?? event.receivedAtMs}`;

/**
 * Where a 1.6 stop belongs. An id that nobody gave (0, −1, of another CSMS): the stop heard before, else the only open
 * transaction that agrees in token, register and time, else an orphan that holds all it brought.
 */
function transactionOfStop(
  state: StationState,
  event: NewEvent<'transactionEnded'>,
  deps: DecideDeps,
  history: (transactionId: string) => Transaction | null,
): { readonly transactionId: string; readonly anomalies: readonly AnomalyEffect[] } {
  const stated = event.payload.transactionId;
  if (state.open.has(stated) || state.recent.has(stated) || history(stated) !== null) {
    return { transactionId: stated, anomalies: noAnomalies };
  }
  const key = endKeyOf(event);
  const before = find(state.recent, (t) => t.endKey === key);
  if (before !== undefined) return { transactionId: before.transactionId, anomalies: noAnomalies };
  const agreeing = [...state.open.values()].filter((t) => agrees(t, event, deps));
  const only = agreeing.length === 1 ? agreeing[0] : undefined;
  const transactionId = only?.transactionId ?? orphanId(event);
  const detail = `a stop names transaction ${stated}, which is not known; ${
    only === undefined ? 'it fits no open transaction alone' : 'token, register and time fit this one alone'
  }`;
  return { transactionId, anomalies: [anomaly('unknownTransaction', detail, transactionId)] };
}

function agrees(t: Transaction, event: NewEvent<'transactionEnded'>, deps: DecideDeps): boolean {
  const { idToken, registerMilliWh } = event.payload;
  const isTime = event.atMs === null || t.startedAtMs === null || event.atMs >= t.startedAtMs;
  const isRegister =
    registerMilliWh === null || t.lastRegisterMilliWh === null || registerMilliWh >= t.lastRegisterMilliWh;
  return isTime && isRegister && isSameHolder(idToken, t.idToken, deps);
}

/** The same token, or two of one group. */
function isSameHolder(a: IdToken | null, b: IdToken | null, deps: DecideDeps): boolean {
  if (a === null || b === null) return true;
  const [keyA, keyB] = [tokenKey(a.idToken), tokenKey(b.idToken)];
  if (keyA === keyB) return true;
  const group = deps.tokens.get(keyA)?.groupId ?? null;
  return group !== null && group === (deps.tokens.get(keyB)?.groupId ?? null);
}
