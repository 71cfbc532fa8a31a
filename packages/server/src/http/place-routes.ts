import { Type } from 'typebox';
import type { Datasets } from '../clusters/datasets.js';
import { route, type Route } from './route.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const code = Type.Object({ code: text(200) });
const year = Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100 }));
const panel = Type.Object({ dataset: text(100), year });

/** Single regions and industries of a panel: measures with their recipe, ranks with their interval. */
export function placeRoutes(datasets: Datasets): readonly Route[] {
  const get = { method: 'GET', role: 'viewer', tag: 'clusters' } as const;
  const places = () => import('../clusters/places.js');
  return [
    route({
      ...get,
      path: '/clusters/regions',
      summary: 'Regions of a panel: complexity with its rank interval, diversity, specialisation.',
      query: panel,
      handle: async ({ query }) => (await places()).regionList(datasets, query),
    }),
    route({
      ...get,
      path: '/clusters/regions/:code',
      summary: 'One region: advantages with intervals, specialisation, similar regions, growth in parts.',
      params: code,
      query: panel,
      handle: async ({ params, query }) => (await places()).regionView(datasets, params.code, query),
    }),
    route({
      ...get,
      path: '/clusters/industries',
      summary: 'Industries of a panel: complexity, ubiquity, spread.',
      query: panel,
      handle: async ({ query }) => (await places()).industryList(datasets, query),
    }),
    route({
      ...get,
      path: '/clusters/industries/:code',
      summary: 'One industry: where it is, how concentrated, what plans want of it.',
      params: code,
      query: Type.Object({
        dataset: text(100),
        year,
        firms: Type.Optional(text(100)),
        wishes: Type.Optional(text(100)),
        chess: Type.Optional(text(100)),
      }),
      handle: async ({ params, query }) => (await places()).industryView(datasets, params.code, query),
    }),
  ];
}
