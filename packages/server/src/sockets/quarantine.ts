import { RpcMachine, encodeAnswer, toEvents, type Validators } from '@qipan/ocpp';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { UnknownStations } from '../stations/unknown-stations.js';
import { StationSocket, type SocketHost } from './station-socket.js';

export interface Guest {
  readonly identity: string;
  readonly ws: WebSocket;
  readonly tcp: Socket;
  readonly remoteAddress: string;
  readonly validators: Validators;
}

/** Seconds after which a station on the waiting list may ask again. */
const askAgainS = 300;

/**
 * Serves a station that nobody knows: BootNotification is answered `Pending`, everything else is refused by the rules before
 * acceptance, and only its line on the waiting list is written.
 */
export function receiveGuest(
  guest: Guest,
  list: UnknownStations,
  closed: (socket: StationSocket) => void,
): StationSocket {
  const { identity, remoteAddress } = guest;
  const ocppVersion = guest.validators.version;
  const host: SocketHost = {
    handle: (call) => {
      const nowMs = Date.now();
      const decoded = toEvents(call, { stationId: identity, receivedAtMs: nowMs });
      const booted = decoded.events[0];
      if (booted?.kind !== 'booted')
        return Promise.resolve({ type: 'error', error: { code: 'SecurityError', description: 'not accepted' } });
      const { vendorName, model, serialNumber } = booted.payload;
      list.seen(identity, { remoteAddress, ocppVersion, vendorName, model, serialNumber });
      const answer = { kind: 'registration', status: 'Pending', nowMs, intervalS: askAgainS } as const;
      return Promise.resolve({ type: 'answer', payload: encodeAnswer(decoded, answer) ?? {} });
    },
    settled: () => undefined,
    late: () => undefined,
    refused: () => undefined,
    note: () => undefined,
    heard: () => undefined,
    sent: () => undefined,
    flooded: (socket) => socket.close(1008, 'too many messages'),
    closed: (_code, _reason, socket) => {
      if (list.has(identity)) list.seen(identity, {}, { connected: false });
      closed(socket);
    },
  };
  list.seen(identity, { remoteAddress, ocppVersion }, { attempt: true, connected: true });
  const machine = new RpcMachine({ validators: guest.validators, role: 'csms', registration: null });
  return new StationSocket({ ws: guest.ws, tcp: guest.tcp, machine, remoteAddress, nowMs: Date.now }, host);
}
