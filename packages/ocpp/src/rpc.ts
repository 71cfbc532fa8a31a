import type { CommandOutcome, OcppVersion } from '@qipan/base';
import { AnswerMemory } from './answer-memory.js';
import { errorCode, type Fault } from './error-codes.js';
import {
  decodeFrame,
  encodeCall,
  encodeError,
  encodeResult,
  encodeResultError,
  encodeSend,
  frameLimits,
  strictFrameLimits,
  type CallFrame,
  type ErrorFrame,
  type FrameLimits,
  type Payload,
  type ResultFrame,
  type SendFrame,
} from './frames.js';
import { contentHash } from './json.js';
import { checkPayload, type Repair, type ValidationMode } from './leniency.js';
import { OutboundQueue } from './outbound-queue.js';
import { mayBeSent, solicitedBy } from './registration-rules.js';
import { isOffered } from './routes.js';
import type {
  AnswerError,
  Note,
  OutboundCall,
  PeerError,
  RefusalReason,
  Registration,
  RpcEffect,
  RpcOptions,
  Settled,
} from './rpc-types.js';
import { violationText, type Validators } from './validators.js';

/** Inbound calls that wait for an answer before the socket is no longer read. */
const pauseAt = 32;
const resumeAt = 16;
/** A peer that goes on sending into a paused socket is cut off. */
const closeAt = 512;
const rememberedTimeouts = 16;
const noRepairs: readonly Repair[] = [];

/**
 * Messages that tell how things stand now. Ids restart after a boot, with many stations after every reconnect, and these often
 * carry no time: said again word for word they are news, and the old answer to a boot would set the station's clock back.
 * Taking one twice has no second effect.
 */
const tellsPresent: ReadonlySet<string> = new Set(['Heartbeat', 'BootNotification', 'StatusNotification']);

/** An inbound call that has not been answered, or whose answer waits for an earlier one. */
interface Slot {
  readonly arrival: number;
  readonly id: string;
  readonly action: string;
  readonly content: number;
  readonly text: string;
  /** The frame to send; null while the answer is being made. */
  reply: string | null;
  /** The call in progress that this one repeats. */
  readonly repeats: Slot | null;
}

/**
 * The RPC rules of OCPP-J for one connection, either side: one CALL outstanding per direction, queue with priorities,
 * timeouts, answers in order of arrival, repeats answered from memory, nothing before acceptance.
 * It owns its state (a connection has a life) and does nothing itself: every method returns effects to carry out in order.
 */
export class RpcMachine {
  readonly version: OcppVersion;
  readonly #validators: Validators;
  readonly #role: 'csms' | 'station';
  readonly #validation: ValidationMode;
  readonly #limits: FrameLimits;
  readonly #answers: AnswerMemory;
  readonly #checkAnswers: boolean;
  readonly #queue: OutboundQueue;
  readonly #slots: Slot[] = [];
  readonly #timedOut = new Map<string, OutboundCall>();
  readonly #solicited = new Set<string>();
  #arrivals = 0;
  #isPaused = false;
  #isClosed = false;
  #inFlight: { readonly call: OutboundCall; readonly untilMs: number } | null = null;
  #timerMs: number | null = null;
  /** CSMS: as what the station is known. Set it as soon as a BootNotification was decided. */
  registration: Registration | null;

  constructor(options: RpcOptions) {
    this.version = options.validators.version;
    this.#validators = options.validators;
    this.#role = options.role;
    this.#validation = options.validation ?? 'lenient';
    this.#limits = options.limits ?? (this.#validation === 'strict' ? strictFrameLimits : frameLimits);
    this.#answers = options.answers ?? new AnswerMemory();
    this.#checkAnswers = options.checkAnswers ?? false;
    this.#queue = new OutboundQueue(options.maxQueued ?? 100);
    this.registration = options.registration ?? null;
  }

  /** Outbound calls waiting, the one in flight not counted. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Inbound calls not answered yet. */
  get unanswered(): number {
    return this.#slots.length;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** A text arrived. */
  receive(text: string, nowMs: number): RpcEffect[] {
    const frame = decodeFrame(this.version, text, this.#limits);
    switch (frame.type) {
      case 'call':
        return this.#inbound(frame, text, nowMs);
      case 'send':
        return this.#inboundSend(frame, text);
      case 'result':
      case 'error':
        return this.#settle(frame, text, nowMs);
      case 'resultError':
        return [note('answerNotUnderstood', { id: frame.id, detail: `${frame.code}: ${frame.description}`, text })];
      case 'fault': {
        const effects: RpcEffect[] = [note('unreadableFrame', { detail: frame.reason, text })];
        if (frame.reply !== null) effects.push({ type: 'send', text: frame.reply });
        return effects;
      }
    }
  }

  /** Asks for an outbound CALL. What is refused is said at once, never silently dropped. */
  call(call: OutboundCall, nowMs: number): RpcEffect[] {
    const refusal = this.#refusal(call);
    if (refusal !== null) return [{ type: 'refused', call, ...refusal }];
    if (!this.#queue.push(call)) {
      return [{ type: 'refused', call, reason: 'queueFull', detail: `${this.#queue.length} calls are waiting` }];
    }
    return this.#advance([], nowMs);
  }

  /** OCPP 2.1: a message without an answer goes out at once. */
  send(id: string, action: string, payload: Payload): RpcEffect[] {
    return this.#isClosed ? [] : [{ type: 'send', text: encodeSend(id, action, payload) }];
  }

  /**
   * Our answer to a delivered call, by its `arrival`. It is kept for repeats, and goes out when all earlier calls have
   * been answered. After the connection is gone it is kept all the same.
   */
  answer(arrival: number, payload: Payload, nowMs: number): RpcEffect[] {
    const slot = this.#slots.find((s) => s.arrival === arrival);
    if (slot === undefined) return [];
    slot.reply = encodeResult(slot.id, payload);
    if (!tellsPresent.has(slot.action)) this.#answers.keep(slot.id, slot.content, slot.reply, nowMs);
    const effects: RpcEffect[] = [];
    if (this.#checkAnswers) {
      const validate = this.#validators.response(slot.action);
      if (validate !== undefined && !validate(payload)) {
        const violation = validate.errors?.[0];
        const detail = violation === undefined ? '' : violationText(violation);
        effects.push(note('invalidOwnAnswer', { action: slot.action, id: slot.id, detail }));
      }
    }
    return this.#flush(effects);
  }

  /** Our answer is an error; it is not kept, so a repeat is tried again. */
  answerError(arrival: number, error: AnswerError): RpcEffect[] {
    const slot = this.#slots.find((s) => s.arrival === arrival);
    if (slot === undefined) return [];
    slot.reply = encodeError(slot.id, error.code, error.description);
    return this.#flush([]);
  }

  /** The timer went off. */
  tick(nowMs: number): RpcEffect[] {
    this.#timerMs = null;
    const effects: RpcEffect[] = [];
    for (const call of this.#queue.takeExpired(nowMs)) effects.push(settled(call, 'expired'));
    if (this.#inFlight !== null && this.#inFlight.untilMs <= nowMs) {
      const { call } = this.#inFlight;
      this.#inFlight = null;
      this.#timedOut.set(call.id, call);
      if (this.#timedOut.size > rememberedTimeouts) this.#timedOut.delete(this.#timedOut.keys().next().value as string);
      effects.push(settled(call, 'timeout'));
    }
    return this.#advance(effects, nowMs);
  }

  /** The connection is gone: what is in flight is lost, what waits is offline. */
  close(): RpcEffect[] {
    if (this.#isClosed) return [];
    this.#isClosed = true;
    const effects: RpcEffect[] = [];
    if (this.#inFlight !== null) effects.push(settled(this.#inFlight.call, 'connectionLost'));
    this.#inFlight = null;
    for (const call of this.#queue.takeAll()) effects.push(settled(call, 'offline'));
    if (this.#timerMs !== null) effects.push({ type: 'setTimer', atMs: null });
    this.#timerMs = null;
    return effects;
  }

  #refusal(call: OutboundCall): { readonly reason: RefusalReason; readonly detail: string } | null {
    if (this.#isClosed) return { reason: 'closed', detail: 'the connection is closed' };
    const validate = this.#validators.request(call.action);
    if (validate === undefined || !isOffered(this.version, call.action, this.#role)) {
      return { reason: 'unknownAction', detail: `OCPP ${this.version} has no ${call.action} from this side` };
    }
    if (!validate(call.payload)) {
      const violation = validate.errors?.[0];
      return { reason: 'invalidPayload', detail: violation === undefined ? '' : violationText(violation) };
    }
    if (this.#role === 'csms' && !mayBeSent(this.registration, call.action)) {
      return { reason: 'notAccepted', detail: `the station is ${this.registration ?? 'not known yet'}` };
    }
    return null;
  }

  #inbound(frame: CallFrame, text: string, nowMs: number): RpcEffect[] {
    const { id, action } = frame;
    const content = contentHash(text);
    const arrival = this.#arrivals++;
    const effects: RpcEffect[] = [];
    let running: Slot | null = null;
    // A repeat of a repeat waits for the first: only that one gets a reply of its own.
    for (const s of this.#slots) if (s.content === content && s.text === text) running = s.repeats ?? s;
    const known = running === null ? this.#answers.find(id, content, nowMs) : null;
    const isRepeat = running !== null || known?.isSameContent === true;
    const reply = isRepeat ? (known?.answer ?? null) : null;
    const slot: Slot = { arrival, id, action, content, text, reply, repeats: running };
    this.#slots.push(slot);
    if (isRepeat) {
      effects.push(note('repeated', { action, id }));
      return this.#flush(effects);
    }
    if (known !== null) effects.push(note('messageIdReused', { action, id, text }));
    const checked = this.#check(frame, text, effects);
    if (checked === null) {
      const last = effects.at(-1) as Note;
      slot.reply = encodeError(id, errorCode(this.version, this.#fault), last.detail);
      return this.#flush(effects);
    }
    const { payload, repairs } = checked;
    if (action === 'BootNotification') this.#answers.forget();
    effects.push({
      type: 'deliver',
      call: { version: this.version, id, action, payload, repairs, isSend: false, arrival },
    });
    this.#watchBackPressure(effects);
    return effects;
  }

  #inboundSend(frame: SendFrame, text: string): RpcEffect[] {
    const effects: RpcEffect[] = [];
    const checked = this.#check(frame, text, effects);
    if (checked === null) return effects;
    const arrival = this.#arrivals++;
    effects.push({
      type: 'deliver',
      call: { version: this.version, id: frame.id, action: frame.action, ...checked, isSend: true, arrival },
    });
    return effects;
  }

  /** Fault of the last refused call: beside the note that `#check` adds. */
  #fault: Fault = 'format';

  /** Known, offered, accepted and valid; else null, with a note as the last effect. */
  #check(
    frame: CallFrame | SendFrame,
    text: string,
    effects: RpcEffect[],
  ): { readonly payload: Payload; readonly repairs: readonly Repair[] } | null {
    const { action, id } = frame;
    const validate = this.#validators.request(action);
    const from = this.#role === 'csms' ? 'station' : 'csms';
    if (validate === undefined || !isOffered(this.version, action, from)) {
      this.#fault = validate === undefined ? 'notImplemented' : 'notSupported';
      const detail = validate === undefined ? 'no such action' : 'not an action of this direction';
      effects.push(note('refusedCall', { action, id, detail, text }));
      return null;
    }
    if (this.#role === 'csms' && !this.#isHeard(action)) {
      this.#fault = 'security';
      effects.push(note('beforeAcceptance', { action, id, detail: 'BootNotification has not been accepted' }));
      return null;
    }
    const checked = checkPayload(validate, action, frame.payload, this.#validation);
    if (!checked.ok) {
      this.#fault = checked.fault;
      effects.push(note('refusedCall', { action, id, detail: checked.reason, text, repairs: checked.repairs }));
      return null;
    }
    if (checked.repairs.length > 0) effects.push(note('repaired', { action, id, repairs: checked.repairs }));
    return { payload: checked.payload, repairs: checked.repairs };
  }

  #isHeard(action: string): boolean {
    if (this.registration === 'Accepted' || action === 'BootNotification') return true;
    return this.registration === 'Pending' && this.#solicited.has(action);
  }

  #settle(frame: ResultFrame | ErrorFrame, text: string, nowMs: number): RpcEffect[] {
    const error: PeerError | null =
      frame.type === 'result' ? null : { code: frame.code, description: frame.description };
    const payload = frame.type === 'result' ? frame.payload : null;
    if (this.#inFlight === null || this.#inFlight.call.id !== frame.id) {
      const late = this.#timedOut.get(frame.id);
      if (late === undefined) return [note('unknownAnswer', { id: frame.id, text })];
      this.#timedOut.delete(frame.id);
      return [{ type: 'late', call: late, answer: payload, error }];
    }
    const { call } = this.#inFlight;
    this.#inFlight = null;
    const effects: RpcEffect[] = [];
    if (payload === null) {
      effects.push({ ...settled(call, 'error'), error });
      return this.#advance(effects, nowMs);
    }
    const validate = this.#validators.response(call.action);
    const checked = validate === undefined ? null : checkPayload(validate, call.action, payload, this.#validation);
    if (checked?.ok === false) {
      effects.push(note('invalidAnswer', { action: call.action, id: call.id, detail: checked.reason, text }));
      if (this.version === '2.1') {
        const reply = encodeResultError(call.id, errorCode(this.version, checked.fault), checked.reason);
        effects.push({ type: 'send', text: reply });
      }
    }
    const isValid = checked?.ok !== false;
    const answer = checked?.ok === true ? checked.payload : payload;
    effects.push({ ...settled(call, 'answered'), answer, isValid });
    return this.#advance(effects, nowMs);
  }

  /** Sends every answer whose turn it is. */
  #flush(effects: RpcEffect[]): RpcEffect[] {
    let sent = 0;
    for (const slot of this.#slots) {
      const reply = slot.reply ?? slot.repeats?.reply ?? null;
      if (reply === null) break;
      if (!this.#isClosed) effects.push({ type: 'send', text: reply });
      sent++;
    }
    if (sent > 0) this.#slots.splice(0, sent);
    this.#watchBackPressure(effects);
    return effects;
  }

  #watchBackPressure(effects: RpcEffect[]): void {
    if (this.#isClosed) return;
    if (!this.#isPaused && this.#slots.length >= pauseAt) {
      this.#isPaused = true;
      effects.push({ type: 'pauseReading' });
    } else if (this.#isPaused && this.#slots.length <= resumeAt) {
      this.#isPaused = false;
      effects.push({ type: 'resumeReading' });
    } else if (this.#slots.length >= closeAt) {
      effects.push({ type: 'close', code: 1008, reason: 'too many unanswered calls' });
    }
  }

  /** Puts the next call on the wire when none is out, and sets the timer. */
  #advance(effects: RpcEffect[], nowMs: number): RpcEffect[] {
    while (this.#inFlight === null && !this.#isClosed) {
      const call = this.#queue.next();
      if (call === undefined) break;
      if (call.deadlineMs !== null && call.deadlineMs <= nowMs) {
        effects.push(settled(call, 'expired'));
        continue;
      }
      if (this.registration === 'Pending') solicitedBy(call).forEach((action) => this.#solicited.add(action));
      this.#inFlight = { call, untilMs: nowMs + call.timeoutMs };
      effects.push({ type: 'send', text: encodeCall(call.id, call.action, call.payload) });
    }
    const deadlineMs = this.#queue.earliestDeadlineMs;
    const answerMs = this.#inFlight?.untilMs ?? null;
    const atMs = deadlineMs === null || answerMs === null ? (deadlineMs ?? answerMs) : Math.min(deadlineMs, answerMs);
    if (atMs !== this.#timerMs) {
      this.#timerMs = atMs;
      effects.push({ type: 'setTimer', atMs });
    }
    return effects;
  }
}

const settled = (call: OutboundCall, outcome: CommandOutcome): Settled => ({
  type: 'settled',
  call,
  outcome,
  answer: null,
  isValid: true,
  error: null,
});

interface NoteFields {
  readonly action?: string;
  readonly id?: string;
  readonly detail?: string;
  readonly text?: string;
  readonly repairs?: readonly Repair[];
}

const note = (name: Note['note'], fields: NoteFields): Note => ({
  type: 'note',
  note: name,
  action: fields.action ?? null,
  messageId: fields.id ?? null,
  detail: fields.detail ?? '',
  repairs: fields.repairs ?? noRepairs,
  text: fields.text ?? null,
});
