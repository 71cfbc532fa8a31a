import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import type { ApproveInput, CommandInput } from '../contract.js';
import type { CommandService } from '../stations/command-service.js';
import type { Commissioning } from '../stations/commissioning.js';
import type { StationReader } from '../stations/reader.js';
import { noteOf } from './note.js';
import { route, type Route } from './route.js';

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
const identity = Type.Object({ identity: Type.String({ minLength: 1, maxLength: 64 }) });
const bilingual = Type.Object({ en: Type.String({ maxLength: 200 }), zh: Type.String({ maxLength: 200 }) });
const placing = {
  name: Type.Optional(bilingual),
  siteId: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
  place: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
};
const page = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
};

export interface StationServices {
  readonly reader: StationReader;
  readonly commands: CommandService;
  readonly commissioning: Commissioning;
  readonly audit: Audit;
}

/** Stations, their events, transactions and commands; the waiting list. */
export function stationRoutes(s: StationServices): readonly Route[] {
  return [...readRoutes(s), ...commandRoutes(s), ...commissioningRoutes(s)];
}

function readRoutes({ reader }: StationServices): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/summary',
      role: 'viewer',
      tag: 'stations',
      summary: 'The figures above the map.',
      handle: () => reader.summary(),
    }),
    route({
      method: 'GET',
      path: '/stations',
      role: 'viewer',
      tag: 'stations',
      summary: 'Charging stations with their present state and its age.',
      query: Type.Object({
        site: Type.Optional(Type.String({ maxLength: 200 })),
        state: Type.Optional(Type.String({ maxLength: 40, description: 'A liveness or a connector status.' })),
        origin: Type.Optional(Type.Union([Type.Literal('simulated'), Type.Literal('real')])),
      }),
      handle: ({ query }) => reader.list(query),
    }),
    route({
      method: 'GET',
      path: '/stations/:id',
      role: 'viewer',
      tag: 'stations',
      summary: 'One station with its counters, open transactions and the commands it takes.',
      params: id,
      handle: ({ params }) => reader.detail(params.id),
    }),
    route({
      method: 'GET',
      path: '/stations/:id/events',
      role: 'viewer',
      tag: 'stations',
      summary: 'Events of a station, newest first.',
      params: id,
      query: Type.Object({ ...page, beforeSeq: Type.Optional(Type.Integer({ minimum: 1 })) }),
      handle: ({ params, query }) => reader.events(params.id, query.limit ?? 100, query.beforeSeq),
    }),
    route({
      method: 'GET',
      path: '/stations/:id/power',
      role: 'viewer',
      tag: 'stations',
      summary: 'Measured power, one series an evse.',
      params: id,
      query: Type.Object({ sinceMs: Type.Optional(Type.Integer({ minimum: 0 })) }),
      handle: ({ params, query }) => reader.power(params.id, query.sinceMs ?? 0),
    }),
    route({
      method: 'GET',
      path: '/transactions',
      role: 'viewer',
      tag: 'transactions',
      summary: 'Charging transactions, newest first.',
      query: Type.Object({
        ...page,
        stationId: Type.Optional(Type.String({ maxLength: 200 })),
        state: Type.Optional(
          Type.Union([Type.Literal('open'), Type.Literal('ended'), Type.Literal('lost'), Type.Literal('orphan')]),
        ),
      }),
      handle: ({ query }) => reader.transactions(query),
    }),
    route({
      method: 'GET',
      path: '/transactions/:stationId/:transactionId',
      role: 'viewer',
      tag: 'transactions',
      summary: 'One transaction.',
      params: Type.Object({
        stationId: Type.String({ maxLength: 200 }),
        transactionId: Type.String({ maxLength: 200 }),
      }),
      handle: ({ params }) => reader.transaction(params.stationId, params.transactionId),
    }),
  ];
}

function commandRoutes({ commands, reader }: StationServices): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/stations/:id/commands',
      role: 'operator',
      tag: 'commands',
      summary: "Sends a command and gives the station's own answer; 202 while it is waited for.",
      params: id,
      query: Type.Object({ waitS: Type.Optional(Type.Number({ minimum: 0, maximum: 60 })) }),
      body: Type.Object(
        {
          action: Type.String({ minLength: 1, maxLength: 60 }),
          payload: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          reason: Type.Optional(Type.String({ maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
      handle: async ({ params, query, body, caller, request, reply }) => {
        const key = request.headers['idempotency-key'];
        if (typeof key === 'string' && key.length > 200)
          throw new QipanError('BAD_INPUT', 'the Idempotency-Key is too long', { field: 'Idempotency-Key' });
        const input = { ...body, payload: body.payload ?? {} } as CommandInput;
        const view = await commands.send(params.id, input, {
          by: caller?.user ?? 'local',
          from: request.ip,
          waitS: query.waitS ?? 30,
          idempotencyKey: typeof key === 'string' ? key : null,
        });
        void reply.status(view.outcome === null ? 202 : 200);
        return view;
      },
    }),
    route({
      method: 'GET',
      path: '/stations/:id/commands',
      role: 'viewer',
      tag: 'commands',
      summary: 'Commands to a station, newest first.',
      params: id,
      query: Type.Object(page),
      handle: ({ params, query }) => {
        reader.require(params.id);
        return commands.list(params.id, query.limit ?? 100);
      },
    }),
    route({
      method: 'GET',
      path: '/commands/:id',
      role: 'viewer',
      tag: 'commands',
      summary: 'One command.',
      params: id,
      handle: ({ params }) => commands.get(params.id),
    }),
  ];
}

function commissioningRoutes({ commissioning, audit }: StationServices): readonly Route[] {
  const note = noteOf(audit);
  return [
    route({
      method: 'POST',
      path: '/stations',
      role: 'admin',
      tag: 'commissioning',
      summary: 'Makes a station before it has ever called; the password is shown once.',
      status: 201,
      body: Type.Object(
        { identity: Type.String({ minLength: 1, maxLength: 48 }), ...placing },
        { additionalProperties: false },
      ),
      handle: async (call) => {
        const { identity: wire, ...where } = call.body;
        const view = await commissioning.add(wire, where as ApproveInput);
        await note(call, 'addStation', view.station.id);
        return view;
      },
    }),
    route({
      method: 'POST',
      path: '/stations/:id/password',
      role: 'operator',
      tag: 'commissioning',
      summary: 'A new password for a station, shown once; the old one and its connection end.',
      params: id,
      handle: async ({ params, caller, request }) => {
        const view = await commissioning.renew(params.id);
        const who = caller?.user ?? 'local';
        await audit.note({ who, from: request.ip, action: 'renewPassword', target: view.station.id });
        return view;
      },
    }),
    route({
      method: 'GET',
      path: '/unknown-stations',
      role: 'viewer',
      tag: 'commissioning',
      summary: 'The waiting list: identities that knocked and nobody approved.',
      handle: () => commissioning.waiting(),
    }),
    route({
      method: 'POST',
      path: '/unknown-stations/:identity/approve',
      role: 'operator',
      tag: 'commissioning',
      summary: 'Approves a station of the waiting list; the password is shown once.',
      params: identity,
      body: Type.Object(placing, { additionalProperties: false }),
      handle: async (call) => {
        const view = await commissioning.approve(call.params.identity, call.body as ApproveInput);
        await note(call, 'approve', view.station.id);
        return view;
      },
    }),
    route({
      method: 'DELETE',
      path: '/unknown-stations/:identity',
      role: 'operator',
      tag: 'commissioning',
      summary: 'Takes an identity off the waiting list.',
      params: identity,
      handle: async (call) => {
        await commissioning.dismiss(call.params.identity);
        await note(call, 'dismiss', call.params.identity);
        return { ok: true };
      },
    }),
  ];
}
