import type { Socket } from 'node:net';
import type { OcppVersion } from '@qipan/base';
import type {
  RpcMachine,
  AnswerError,
  Note,
  OutboundCall,
  Payload,
  PeerError,
  RefusalReason,
  RpcEffect,
  Settled,
  ValidCall,
} from '@qipan/ocpp';
import type { WebSocket } from 'ws';
import { TokenBucket } from './token-bucket.js';

/** What the answer to a call is; null leaves it unanswered because nothing was stored. */
export type Reply =
  | { readonly type: 'answer'; readonly payload: Payload }
  | { readonly type: 'error'; readonly error: AnswerError }
  | null;

/** What a socket asks of the station behind it. */
export interface SocketHost {
  /** Resolves after the durable commit of everything the call means. */
  handle(call: ValidCall, socket: StationSocket): Promise<Reply>;
  settled(settled: Settled, socket: StationSocket): void;
  late(call: OutboundCall, answer: Payload | null, error: PeerError | null): void;
  refused(call: OutboundCall, reason: RefusalReason, detail: string): void;
  note(note: Note, socket: StationSocket): void;
  /** A frame of any kind came. */
  heard(bytes: number): void;
  sent(bytes: number): void;
  flooded(socket: StationSocket): void;
  closed(code: number, reason: string, socket: StationSocket): void;
}

export interface SocketOptions {
  readonly ws: WebSocket;
  readonly tcp: Socket;
  readonly machine: RpcMachine;
  readonly remoteAddress: string;
  /** Clock of the flood limit: that of the station's origin, so that a sped-up fleet is not taken for a flood. */
  readonly nowMs: () => number;
  readonly rate?: { readonly perS: number; readonly burst: number };
}

const usualRate = { perS: 20, burst: 600 };
/** A station that stays over the limit this long is cut off. */
const longestFloodMs = 60_000;
const longestPauseMs = 1_000;

/** One OCPP connection: carries frames between the socket and the RPC machine, in order, and stops reading when it must. */
export class StationSocket {
  readonly machine: RpcMachine;
  readonly remoteAddress: string;
  readonly openedAtMs = Date.now();
  readonly #ws: WebSocket;
  readonly #tcp: Socket;
  readonly #host: SocketHost;
  readonly #nowMs: () => number;
  readonly #bucket: TokenBucket;
  readonly #calls: ValidCall[] = [];
  readonly #held: string[] = [];
  #isWorking = false;
  #isClosed = false;
  #isFull = false;
  #isHalted = false;
  #floodSinceMs: number | null = null;
  #floodTimer: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SocketOptions, host: SocketHost) {
    this.machine = options.machine;
    this.remoteAddress = options.remoteAddress;
    this.#ws = options.ws;
    this.#tcp = options.tcp;
    this.#nowMs = options.nowMs;
    this.#host = host;
    const { perS, burst } = options.rate ?? usualRate;
    this.#bucket = new TokenBucket(perS, burst, this.#nowMs());
    this.#ws.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.close(1003, 'text only');
      else this.#received(data);
    });
    this.#ws.on('error', () => undefined);
    this.#ws.on('close', (code, reason) => this.#ended(code, reason.toString('utf8')));
  }

  get version(): OcppVersion {
    return this.machine.version;
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#ws.readyState === this.#ws.OPEN;
  }

  /** Puts a CALL into the station's queue. */
  call(call: OutboundCall): void {
    this.#carryOut(this.machine.call(call, Date.now()));
  }

  /** Stops or goes on reading because the store cannot take events. */
  halt(isHalted: boolean): void {
    this.#isHalted = isHalted;
    this.#throttle();
  }

  /** Closes politely and destroys the link a second later: half-open links never answer. */
  close(code: number, reason: string): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.close(code, reason);
    setTimeout(() => this.#ws.terminate(), 1000).unref();
  }

  /** As `close`, and counts as gone at once. */
  replace(code: number, reason: string): void {
    this.close(code, reason);
    this.#ended(code, reason);
  }

  #received(data: Buffer): void {
    if (this.#isClosed) return;
    this.#host.heard(data.length);
    const text = data.toString('utf8');
    if (this.#held.length > 0 || !this.#mayPass()) this.#held.push(text);
    else this.#receive(text);
  }

  #receive(text: string): void {
    this.#carryOut(this.machine.receive(text, Date.now()));
  }

  /** Takes a token; without one, stops reading until there is one again. */
  #mayPass(): boolean {
    const waitMs = this.#bucket.take(this.#nowMs());
    if (waitMs === 0) {
      this.#floodSinceMs = null;
      return true;
    }
    const now = Date.now();
    if (this.#floodSinceMs === null) {
      this.#floodSinceMs = now;
      this.#host.flooded(this);
    }
    if (now - this.#floodSinceMs > longestFloodMs || this.#held.length > 2000) this.close(1008, 'too many messages');
    this.#floodTimer ??= setTimeout(() => this.#afterFlood(), Math.min(waitMs, longestPauseMs));
    this.#throttle();
    return false;
  }

  #afterFlood(): void {
    this.#floodTimer = null;
    while (this.#held.length > 0 && !this.#isClosed) {
      if (!this.#mayPass()) return;
      this.#receive(this.#held.shift() as string);
    }
    this.#throttle();
  }

  #throttle(): void {
    if (this.#isClosed) return;
    if (this.#isFull || this.#isHalted || this.#floodTimer !== null) this.#tcp.pause();
    else this.#tcp.resume();
  }

  #carryOut(effects: readonly RpcEffect[]): void {
    for (const e of effects) {
      switch (e.type) {
        case 'send':
          this.#send(e.text);
          break;
        case 'deliver':
          this.#calls.push(e.call);
          void this.#work();
          break;
        case 'settled':
          this.#host.settled(e, this);
          break;
        case 'late':
          this.#host.late(e.call, e.answer, e.error);
          break;
        case 'refused':
          this.#host.refused(e.call, e.reason, e.detail);
          break;
        case 'pauseReading':
        case 'resumeReading':
          this.#isFull = e.type === 'pauseReading';
          this.#throttle();
          break;
        case 'close':
          this.close(e.code, e.reason);
          break;
        case 'setTimer':
          this.#setTimer(e.atMs);
          break;
        case 'note':
          this.#host.note(e, this);
          break;
      }
    }
  }

  /** One call at a time: the fold of a station sees its messages in order of arrival. */
  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
        // Nobody is left to be answered: the station says it again on its next connection.
        if (this.#isClosed) break;
        const reply = await this.#host.handle(call, this);
        if (reply === null || call.isSend) continue;
        this.#carryOut(
          reply.type === 'answer'
            ? this.machine.answer(call.arrival, reply.payload, Date.now())
            : this.machine.answerError(call.arrival, reply.error),
        );
      }
    } finally {
      this.#isWorking = false;
    }
  }

  #send(text: string): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    // What we send is ASCII but for a rare message text: the length is the number of bytes.
    this.#host.sent(text.length);
    this.#ws.send(text, { binary: false, compress: true });
  }

  #setTimer(atMs: number | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (atMs !== null && !this.#isClosed)
      this.#timer = setTimeout(() => this.#carryOut(this.machine.tick(Date.now())), Math.max(0, atMs - Date.now()));
  }

  #ended(code: number, reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#calls.length = 0;
    this.#carryOut(this.machine.close());
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#floodTimer) clearTimeout(this.#floodTimer);
    this.#host.closed(code, reason, this);
  }
}
