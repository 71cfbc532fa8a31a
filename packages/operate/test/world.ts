import assert from 'node:assert/strict';
import type { AnyEvent, OcppVersion } from '@qipan/base';
import {
  RpcMachine,
  encodeAnswer,
  encodeCall,
  loadValidators,
  toEvents,
  type Answer,
  type Decoded,
  type Payload,
  type Validators,
} from '@qipan/ocpp';
import {
  applyEvent,
  decide,
  defaultRules,
  lostTransactions,
  newStation,
  tokenKey,
  wantedHistory,
  type DecideDeps,
  type Decision,
  type Effect,
  type History,
  type Rules,
  type StationState,
  type Token,
  type Transaction,
} from '@qipan/operate';

export const t0 = Date.UTC(2025, 2, 1, 10);
export const minute = 60_000;
export const iso = (atMs: number): string => new Date(atMs).toISOString();

const validators: Readonly<Record<OcppVersion, Validators>> = {
  '1.6': await loadValidators('1.6'),
  '2.0.1': await loadValidators('2.0.1'),
  '2.1': await loadValidators('2.1'),
};

/** A CSMS of one station without sockets and without a store: the walk of a message as the server does it. */
export class World {
  readonly version: OcppVersion;
  readonly machine: RpcMachine;
  readonly log: AnyEvent[] = [];
  readonly effects: Effect[] = [];
  /** What the station has sent. */
  readonly said: { readonly action: string; readonly payload: Payload }[] = [];
  readonly rows = new Map<string, Transaction>();
  readonly deps: { -readonly [K in keyof DecideDeps]: DecideDeps[K] };
  readonly tokens = new Map<string, Token>();
  state: StationState;
  nowMs = t0;
  /** The last decision, and the payload that was answered. */
  decision: Decision | null = null;
  #messages = 0;
  #ids = 0;

  constructor(version: OcppVersion, rules: Partial<Rules> = {}) {
    this.version = version;
    this.machine = new RpcMachine({
      validators: validators[version],
      role: 'csms',
      registration: 'Accepted',
      checkAnswers: true,
    });
    this.state = newStation('st1');
    this.deps = {
      nowMs: t0,
      rules: { ...defaultRules, ...rules },
      tokens: this.tokens,
      siteId: 'site1',
      registration: 'Accepted',
      nextTransactionId: () => ++this.#ids,
      history: (id) => this.rows.get(id) ?? null,
    };
  }

  token(idToken: string, more: Partial<Token> = {}): void {
    this.tokens.set(tokenKey(idToken), { idToken, type: 'ISO14443', status: 'Accepted', ...more });
  }

  /** Moves our clock. */
  at(nowMs: number): this {
    this.nowMs = nowMs;
    return this;
  }

  /** A message of the station; what comes back is the answer on the wire. */
  say(action: string, payload: Payload, id = `m${this.#messages++}`): Payload {
    this.said.push({ action, payload });
    const effects = this.machine.receive(encodeCall(id, action, payload), this.nowMs);
    for (const effect of effects) {
      if (effect.type !== 'deliver') continue;
      const decoded = toEvents(effect.call, { stationId: this.state.stationId, receivedAtMs: this.nowMs });
      this.deps.nowMs = this.nowMs;
      const decision = decide(this.state, decoded, { ...this.deps, history: this.#historyFor(decoded) });
      this.#commit(decision);
      this.decision = decision;
      const answer = encodeAnswer(decoded, decision.answer);
      if (answer === null) return {};
      effects.push(...this.machine.answer(effect.call.arrival, answer, this.nowMs));
    }
    for (const effect of effects) assert.notEqual(effect.type === 'note' && effect.note, 'invalidOwnAnswer');
    const sent = effects.find((e) => e.type === 'send');
    assert.ok(sent?.type === 'send', `no answer to ${action}`);
    const frame = JSON.parse(sent.text) as readonly unknown[];
    assert.equal(frame[0], 3, `${action} was answered with ${sent.text}`);
    return frame[2] as Payload;
  }

  /** As the server does: closed transactions are looked up when they are wanted, and only those. */
  #historyFor(decoded: Decoded): History {
    const wanted = wantedHistory(this.state, decoded);
    return (id) => {
      const found = wanted.includes(id) ? this.rows.get(id) : undefined;
      return found === undefined || found.state === 'open' ? null : found;
    };
  }

  /** An event that our own side made. */
  note(event: AnyEvent): void {
    const out = applyEvent(this.state, event, this.deps.rules, this.deps.history);
    this.state = out.state;
    this.log.push(event);
    this.effects.push(...out.effects);
    for (const t of out.transactions) this.rows.set(t.transactionId, t);
  }

  sweep(): void {
    for (const event of lostTransactions(this.state, this.nowMs, this.deps.rules)) this.note(event as AnyEvent);
  }

  connect(): void {
    this.note(this.#ours('connected', { remoteAddress: '127.0.0.1', securityProfile: 1, version: this.version }));
  }
  disconnect(): void {
    this.note(this.#ours('disconnected', { code: 1006, reason: '' }));
  }
  command(commandId: string, action: string, payload: unknown): void {
    this.note(this.#ours('commandSent', { commandId, action, payload, by: 'clerk' }));
  }

  anomalies(): readonly string[] {
    return this.log.flatMap((e) => (e.kind === 'anomaly' ? [e.payload.code] : []));
  }

  transaction(id: string): Transaction {
    const t = this.rows.get(id);
    assert.ok(t !== undefined, `no transaction ${id} among ${[...this.rows.keys()].join(', ')}`);
    return t;
  }

  answered<K extends Answer['kind']>(kind: K): Extract<Answer, { kind: K }> {
    const answer = this.decision?.answer;
    assert.equal(answer?.kind, kind);
    return answer as Extract<Answer, { kind: K }>;
  }

  #commit(decision: Decision): void {
    this.state = decision.state;
    this.log.push(...decision.events);
    this.effects.push(...decision.effects);
    for (const t of decision.transactions) this.rows.set(t.transactionId, t);
  }

  #ours(kind: AnyEvent['kind'], payload: unknown): AnyEvent {
    const base = {
      stationId: this.state.stationId,
      atMs: null,
      receivedAtMs: this.nowMs,
      evseId: null,
      connectorId: null,
    };
    return { ...base, kind, payload } as AnyEvent;
  }
}

/** 1.6 meter values with one energy register, in watt-hours as text. */
export const register16 = (wh: string, atMs: number): Payload => ({
  timestamp: iso(atMs),
  sampledValue: [{ value: wh, measurand: 'Energy.Active.Import.Register', unit: 'Wh' }],
});

export interface TransactionWords {
  readonly eventType: 'Started' | 'Updated' | 'Ended';
  readonly seqNo: number;
  readonly atMs: number;
  readonly transactionId?: string;
  readonly wh?: number;
  readonly evseId?: number;
  readonly idToken?: string;
  readonly chargingState?: string;
  readonly stoppedReason?: string;
  readonly remoteStartId?: number;
  readonly offline?: boolean;
  readonly triggerReason?: string;
}

/** A 2.x TransactionEvent request. */
export function transactionEvent(w: TransactionWords): Payload {
  const { transactionId = 'tx', chargingState, stoppedReason, remoteStartId } = w;
  return {
    eventType: w.eventType,
    timestamp: iso(w.atMs),
    triggerReason: w.triggerReason ?? 'MeterValuePeriodic',
    seqNo: w.seqNo,
    transactionInfo: {
      transactionId,
      ...(chargingState === undefined ? {} : { chargingState }),
      ...(stoppedReason === undefined ? {} : { stoppedReason }),
      ...(remoteStartId === undefined ? {} : { remoteStartId }),
    },
    ...(w.offline === undefined ? {} : { offline: w.offline }),
    ...(w.evseId === undefined ? {} : { evse: { id: w.evseId, connectorId: 1 } }),
    ...(w.idToken === undefined ? {} : { idToken: { idToken: w.idToken, type: 'ISO14443' } }),
    ...(w.wh === undefined
      ? {}
      : { meterValue: [{ timestamp: iso(w.atMs), sampledValue: [{ value: w.wh, unitOfMeasure: { unit: 'Wh' } }] }] }),
  };
}
