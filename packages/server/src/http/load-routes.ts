import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import type { LoadGroupInput } from '../contract.js';
import type { LoadManager } from '../loads/load-manager.js';
import { noteOf } from './note.js';
import { route, type Route } from './route.js';

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
const name = Type.String({ minLength: 1, maxLength: 200 });
const kw = Type.Number({ minimum: 0, maximum: 1e6 });
const body = Type.Object(
  {
    name: Type.Object({ en: name, zh: name }),
    limitKw: Type.Array(kw, { minItems: 1, maxItems: 96 }),
    level: Type.Union(['L0', 'L1', 'L2'].map((l) => Type.Literal(l))),
    dataLevel: Type.Union(['measured', 'official', 'estimated', 'synthetic', 'default'].map((l) => Type.Literal(l))),
    feeders: Type.Optional(
      Type.Array(Type.Object({ id: name, limitKw: kw }, { additionalProperties: false }), { maxItems: 50 }),
    ),
    stations: Type.Array(
      Type.Object({ stationId: name, feeder: Type.Optional(name) }, { additionalProperties: false }),
      { minItems: 1, maxItems: 500 },
    ),
  },
  { additionalProperties: false },
);

/** The limits of transformers that are enforced live. */
export function loadRoutes(loads: LoadManager, audit: Audit): readonly Route[] {
  const note = noteOf(audit);
  return [
    route({
      method: 'GET',
      path: '/load-groups',
      role: 'viewer',
      tag: 'limits',
      summary: 'Transformers whose limit is enforced, with what each station may draw.',
      handle: () => loads.views(),
    }),
    route({
      method: 'GET',
      path: '/load-groups/:id',
      role: 'viewer',
      tag: 'limits',
      summary: 'One transformer: limit, allocation, who is curtailed and why.',
      params: id,
      handle: ({ params }) => loads.view(params.id),
    }),
    route({
      method: 'PUT',
      path: '/load-groups/:id',
      role: 'operator',
      tag: 'limits',
      summary: 'Holds the stations of a transformer below its limit from now on.',
      params: id,
      body,
      handle: async (call) => {
        const view = await loads.put(call.params.id, call.body as LoadGroupInput);
        await note(call, 'setLoadLimit', call.params.id, { after: call.body });
        return view;
      },
    }),
    route({
      method: 'DELETE',
      path: '/load-groups/:id',
      role: 'operator',
      tag: 'limits',
      summary: 'Ends the enforcement; leases run out, fail-safe limits stay.',
      params: id,
      handle: async (call) => {
        await loads.remove(call.params.id);
        await note(call, 'endLoadLimit', call.params.id);
        return { ok: true };
      },
    }),
    route({
      method: 'GET',
      path: '/stations/:id/load',
      role: 'viewer',
      tag: 'limits',
      summary: 'The limit that holds a station; null when none does.',
      params: id,
      handle: ({ params }) => loads.ofStation(params.id),
    }),
  ];
}
