import WebSocket from 'ws';
import { subprotocols } from '@qipan/ocpp';
import type { FleetStationSpec } from './spec.js';

/** What a link tells its station. */
export interface LinkEvents {
  opened(): void;
  closed(): void;
  frame(text: string): void;
}

export interface Link {
  send(text: string): void;
  close(): void;
  /** Stops listening without closing: the other side learns nothing. */
  abandon(): void;
}

export type OpenLink = (url: string, station: FleetStationSpec, events: LinkEvents) => Link;

const handshakeMs = 20_000;
/** An abandoned socket is really closed after this long, for a process has only so many. */
const abandonedMs = 600_000;

/** A real WebSocket: OCPP subprotocol, HTTP Basic (security profile 1) when there is a password. */
export const openSocket: OpenLink = (url, station, events) => {
  const auth = Buffer.from(`${station.identity}:${station.password ?? ''}`).toString('base64');
  const socket = new WebSocket(`${url}/${encodeURIComponent(station.identity)}`, [subprotocols[station.version]], {
    ...(station.password === null ? {} : { headers: { authorization: `Basic ${auth}` } }),
    perMessageDeflate: false,
    handshakeTimeout: handshakeMs,
  });
  let listening = true;
  const over = () => {
    if (!listening) return;
    listening = false;
    events.closed();
  };
  socket.on('open', () => listening && events.opened());
  socket.on('message', (data, isBinary) => {
    if (listening && !isBinary) events.frame((data as Buffer).toString('utf8'));
  });
  socket.on('close', over);
  socket.on('error', over);
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      listening = false;
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
      else socket.close(1000);
    },
    abandon: () => {
      listening = false;
      setTimeout(() => socket.terminate(), abandonedMs).unref();
    },
  };
};
