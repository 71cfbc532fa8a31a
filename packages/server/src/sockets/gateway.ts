import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { isQipanError, type OcppVersion } from '@qipan/base';
import { chooseVersion, loadValidators, subprotocols, versions, type Validators } from '@qipan/ocpp';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { BackOff } from '../auth/back-off.js';
import type { StationKeys } from '../auth/station-keys.js';
import type { UnknownStations as UnknownPolicy } from '../options.js';
import type { UnknownStations } from '../stations/unknown-stations.js';
import { basicCredentials, compression, declineOddCompression, identityOf } from './handshake.js';
import { receiveGuest } from './quarantine.js';
import type { StationSocket } from './station-socket.js';

/** What the door must know of a station. */
export interface StationAtDoor {
  readonly id: string;
  readonly identity: string;
  readonly secretHash: string | null;
  /** Null: every version we speak. */
  readonly versions: readonly OcppVersion[] | null;
}

/** What the door asks of the stations behind it. */
export interface StationDirectory {
  atDoor(identity: string): StationAtDoor | null;
  /** A station that is known was sent away. */
  refused(stationId: string, reason: 'password' | 'version', remoteAddress: string): void;
  /** Takes an authenticated socket over. */
  connect(stationId: string, link: StationLink): StationSocket;
}

export interface StationLink {
  readonly ws: WebSocket;
  readonly tcp: Socket;
  readonly remoteAddress: string;
  readonly version: OcppVersion;
  readonly validators: Validators;
  readonly securityProfile: number;
  readonly closed: (socket: StationSocket) => void;
}

export interface GatewayOptions {
  readonly directory: StationDirectory;
  readonly unknown: UnknownStations;
  readonly policy: UnknownPolicy;
  readonly keys: StationKeys;
  readonly logger: Logger;
  /** False while events cannot be stored: stations are told to come back. */
  readonly isOpen: () => boolean;
  readonly counters: GatewayCounters;
}

export interface GatewayCounters {
  handshakes: number;
  refused: number;
  framesIn: number;
  framesOut: number;
  framesRefused: number;
  replaced: number;
  commitFailures: number;
}

/** Longest frame, 256 KiB: longer ones are cut off before they are read whole (close code 1009). */
const maxFrameBytes = 256 * 1024;
const mostGuests = 1_000;
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};
const retryAfterS = 5;

type Refusal = { readonly status: number; readonly retryAfterS?: number };

/** The OCPP door: identity, password, version; then the socket belongs to its station or to the waiting list. */
export class Gateway {
  readonly #o: GatewayOptions;
  readonly #server: WebSocketServer;
  readonly #backOff = new BackOff();
  readonly #sockets = new Set<StationSocket>();
  readonly #guests = new Map<string, StationSocket>();
  #isDraining = false;

  constructor(options: GatewayOptions) {
    this.#o = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: maxFrameBytes,
      perMessageDeflate: compression,
      handleProtocols: (offered) => {
        const version = chooseVersion([...offered], versions);
        return version === null ? false : subprotocols[version];
      },
    });
  }

  get connected(): number {
    return this.#sockets.size;
  }

  listen(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      const tcp = socket as Socket;
      tcp.on('error', () => tcp.destroy());
      this.#upgrade(request, tcp, head).catch((e: unknown) => {
        this.#o.logger.error({ err: e }, 'handshake failed');
        tcp.destroy();
      });
    });
  }

  /** Stops or goes on reading from every station. */
  halt(isHalted: boolean): void {
    for (const s of this.#sockets) s.halt(isHalted);
  }

  /** Ends the guest's connection after it was approved or sent away. */
  dismiss(identity: string, reason: string): void {
    this.#guests.get(identity)?.replace(1000, reason);
  }

  close(): void {
    this.#isDraining = true;
    for (const s of [...this.#sockets, ...this.#guests.values()]) s.replace(1001, 'server stops');
    this.#server.close();
  }

  async #upgrade(request: IncomingMessage, tcp: Socket, head: Buffer): Promise<void> {
    const identity = identityOf(request.url ?? '');
    const remoteAddress = tcp.remoteAddress ?? '';
    if (identity === null) return this.#refuse(tcp, { status: request.url?.startsWith('/ocpp/') ? 400 : 404 });
    if (this.#isDraining || !this.#o.isOpen()) return this.#refuse(tcp, { status: 503, retryAfterS });
    const station = this.#o.directory.atDoor(identity);
    const refusal = station
      ? this.#checkKey(station, request, remoteAddress)
      : this.#checkGuest(identity, request, remoteAddress);
    if (refusal) return this.#refuse(tcp, refusal);
    declineOddCompression(request);
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((s) => s.trim());
    const version = chooseVersion(offered, station?.versions ?? versions);
    if (version !== null && offered.length > 1) request.headers['sec-websocket-protocol'] = subprotocols[version];
    if (version === null) delete request.headers['sec-websocket-protocol'];
    if (version === null && station !== null) this.#o.directory.refused(station.id, 'version', remoteAddress);
    const validators = version === null ? null : await loadValidators(version);
    if (tcp.destroyed) return;
    this.#server.handleUpgrade(request, tcp, head, (ws) => {
      if (version === null || validators === null) {
        // OCPP-J 1.6 §3.2: complete the handshake without a subprotocol, then close.
        ws.close(1002, 'no common subprotocol');
        return;
      }
      this.#o.counters.handshakes++;
      tcp.setNoDelay(true);
      if (station === null) {
        this.#guests.get(identity)?.replace(1000, 'replaced');
        const guest = receiveGuest({ identity, ws, tcp, remoteAddress, validators }, this.#o.unknown, (socket) => {
          if (this.#guests.get(identity) === socket) this.#guests.delete(identity);
        });
        this.#guests.set(identity, guest);
        return;
      }
      const closed = (s: StationSocket) => this.#sockets.delete(s);
      const link: StationLink = { ws, tcp, remoteAddress, version, validators, securityProfile: 1, closed };
      try {
        this.#sockets.add(this.#o.directory.connect(station.id, link));
      } catch (e) {
        this.#o.logger.warn({ err: e }, 'station could not be connected');
        ws.close(isQipanError(e) ? 1008 : 1011);
      }
    });
  }

  #checkKey(station: StationAtDoor, request: IncomingMessage, remoteAddress: string): Refusal | null {
    const who = `${station.identity}\u0000${remoteAddress}`;
    const nowMs = Date.now();
    const waitMs = this.#backOff.waitMs(who, nowMs);
    if (waitMs > 0) return { status: 429, retryAfterS: Math.ceil(waitMs / 1000) };
    const given = basicCredentials(request.headers.authorization);
    const isRight =
      this.#o.keys.verify(station.secretHash ?? this.#o.keys.decoy, given?.password ?? Buffer.alloc(20)) &&
      station.secretHash !== null &&
      given?.user === station.identity;
    if (isRight) {
      this.#backOff.succeeded(who);
      return null;
    }
    this.#o.directory.refused(station.id, 'password', remoteAddress);
    const failures = this.#backOff.failed(who, nowMs);
    if (failures % 10 === 0) this.#o.logger.warn({ identity: station.identity, remoteAddress, failures }, 'wrong keys');
    return { status: 401 };
  }

  #checkGuest(identity: string, request: IncomingMessage, remoteAddress: string): Refusal | null {
    if (this.#o.policy === 'refuse') return { status: 404 };
    if (this.#guests.size >= mostGuests && !this.#guests.has(identity)) return { status: 503, retryAfterS: 60 };
    if (this.#o.policy === 'quarantine') return null;
    const who = `guest\u0000${remoteAddress}`;
    const waitMs = this.#backOff.waitMs(who, Date.now());
    if (waitMs > 0) return { status: 429, retryAfterS: Math.ceil(waitMs / 1000) };
    const given = basicCredentials(request.headers.authorization);
    if (given && this.#o.keys.isCommissioningToken(given.password)) return null;
    this.#backOff.failed(who, Date.now());
    return { status: 401 };
  }

  #refuse(tcp: Socket, { status, retryAfterS: waitS }: Refusal): void {
    this.#o.counters.refused++;
    const lines = [
      `HTTP/1.1 ${status} ${reasons[status] ?? 'Refused'}`,
      'Connection: close',
      'Content-Length: 0',
      ...(status === 401 ? ['WWW-Authenticate: Basic realm="ocpp"'] : []),
      ...(waitS === undefined ? [] : [`Retry-After: ${waitS}`]),
    ];
    tcp.end(`${lines.join('\r\n')}\r\n\r\n`);
    setTimeout(() => tcp.destroy(), 1000).unref();
  }
}
