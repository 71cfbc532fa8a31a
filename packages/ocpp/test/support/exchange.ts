import assert from 'node:assert/strict';
import type { AnyEvent, OcppVersion } from '@qipan/base';
import {
  RpcMachine,
  decodeCommandAnswer,
  encodeAnswer,
  encodeCommand,
  encodeResult,
  loadValidators,
  readCommand,
  toEvents,
  versions,
  type Answer,
  type Ask,
  type CommandAnswer,
  type Payload,
  type RpcOptions,
  type Validators,
} from '@qipan/ocpp';

const loaded = new Map<OcppVersion, Validators>();
for (const version of versions) loaded.set(version, await loadValidators(version));

/** A machine on the CSMS's side of an accepted station; its own answers are validated. */
export const csmsMachine = (version: OcppVersion, options: Partial<RpcOptions> = {}): RpcMachine =>
  new RpcMachine({
    validators: loaded.get(version) as Validators,
    role: 'csms',
    registration: 'Accepted',
    checkAnswers: true,
    ...options,
  });

/** One exchange of a published case: what is asked, what stands on the wire, what the station says, what we make of it. */
export interface Case {
  readonly id: string;
  readonly says: string;
  readonly version: OcppVersion;
  readonly command: readonly [action: string, payload: Payload];
  readonly wire: readonly [action: string, payload: Payload];
  readonly reply: Payload;
  readonly status: string;
  readonly isAccepted: boolean;
}

/** Sends the command through the machine and feeds the station's reply back. */
export function exchange(c: Case): { readonly frame: readonly unknown[]; readonly answer: CommandAnswer } {
  const machine = csmsMachine(c.version);
  const [name, input] = c.command;
  const encoded = encodeCommand(c.version, readCommand(name, input), { requestId: 7 });
  assert.ok('action' in encoded, JSON.stringify(encoded));
  const out = machine.call({ id: 'c1', ...encoded, priority: 'operator', timeoutMs: 30_000, deadlineMs: null }, 0);
  const sent = out.find((e) => e.type === 'send');
  assert.ok(sent?.type === 'send', JSON.stringify(out));
  const back = machine.receive(encodeResult('c1', c.reply), 1).find((e) => e.type === 'settled');
  assert.ok(back?.type === 'settled' && back.outcome === 'answered' && back.isValid, JSON.stringify(back));
  return {
    frame: JSON.parse(sent.text) as readonly unknown[],
    answer: decodeCommandAnswer(c.version, encoded.action, back.answer ?? {}),
  };
}

export const nowMs = Date.UTC(2025, 2, 1, 10, 0, 5);
const info = {
  status: 'Accepted',
  cacheExpiryMs: null,
  groupId: null,
  chargingPriority: null,
  language: null,
} as const;

/** A friendly answer to everything. */
export const consent: Readonly<Record<Ask, Answer>> = {
  registration: { kind: 'registration', status: 'Accepted', nowMs, intervalS: 300 },
  time: { kind: 'time', nowMs },
  authorization: { kind: 'authorization', idTokenInfo: info },
  transactionId: { kind: 'transactionId', transactionId: '42', idTokenInfo: info },
  transactionAnswer: { kind: 'transactionAnswer', idTokenInfo: null, totalCost: null },
  dataTransferAnswer: { kind: 'dataTransferAnswer', status: 'UnknownVendorId', data: null },
  fixedAnswer: { kind: 'fixedAnswer', nowMs },
  silence: { kind: 'silence' },
};

/** What a station's message becomes and what goes back, through the whole of the room: frame in, frame out. */
export function told(
  version: OcppVersion,
  action: string,
  payload: Payload,
  answer: Partial<Record<Ask, Answer>> = {},
): { readonly events: readonly AnyEvent[]; readonly reply: readonly unknown[] | null; readonly notes: number } {
  const machine = csmsMachine(version);
  const effects = machine.receive(JSON.stringify([2, 'm1', action, payload]), nowMs);
  const delivered = effects.find((e) => e.type === 'deliver');
  assert.ok(delivered?.type === 'deliver', `${action}: ${JSON.stringify(effects)}`);
  const decoded = toEvents(delivered.call, { stationId: 'st1', receivedAtMs: nowMs });
  const body = encodeAnswer(decoded, { ...consent, ...answer }[decoded.ask]);
  const out = body === null ? [] : machine.answer(delivered.call.arrival, body, nowMs);
  const sent = out.find((e) => e.type === 'send');
  return {
    events: decoded.events,
    reply: sent?.type === 'send' ? (JSON.parse(sent.text) as readonly unknown[]) : null,
    notes: [...effects, ...out].filter((e) => e.type === 'note').length,
  };
}
