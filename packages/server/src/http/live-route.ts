import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import type { LiveHub } from '../live/hub.js';
import { securityHeaders } from './guard.js';
import { route, type Route } from './route.js';

/** `GET /live`: server-sent events, resumable by `Last-Event-ID` or `since`. */
export function liveRoutes(hub: LiveHub): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/live',
      role: 'viewer',
      tag: 'live',
      summary: 'Server-sent events: what changes, at most four times a second a station; resumable by Last-Event-ID.',
      query: Type.Object({
        since: Type.Optional(Type.Integer({ minimum: 0, description: 'Last seq that the client has.' })),
        stationId: Type.Optional(Type.String({ maxLength: 200, description: 'Only what concerns this station.' })),
        types: Type.Optional(Type.String({ maxLength: 200, description: 'Comma-separated types; default all.' })),
      }),
      handle: ({ query, request, reply }) => {
        const header = request.headers['last-event-id'];
        const last = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
        const types = query.types === undefined ? null : new Set(query.types.split(','));
        reply.raw.writeHead(200, {
          ...securityHeaders,
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        reply.hijack();
        const filter = { types, stationId: query.stationId ?? null };
        if (!hub.add(reply.raw, filter, last ?? query.since ?? null)) {
          reply.raw.end(': too many open pages\n\n');
          request.log.warn(new QipanError('TOO_MANY_REQUESTS', 'too many live clients'));
        }
        return undefined;
      },
    }),
  ];
}
