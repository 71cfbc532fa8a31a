import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import type { Datasets } from '../clusters/datasets.js';
import { plain } from '../clusters/packed.js';
import type { DatasetKind } from '../contract.js';
import { route, type Route } from './route.js';

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const kindNames = [
  'panel',
  'ioTable',
  'firms',
  'supplyLinks',
  'wishes',
  'evidence',
  'chessScenario',
  'register',
] as const satisfies readonly DatasetKind[];
const kind = Type.Union(kindNames.map((k) => Type.Literal(k)));

/** The tables that studies of clusters read. */
export function datasetRoutes(datasets: Datasets, _audit: Audit): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/datasets',
      role: 'viewer',
      tag: 'clusters',
      summary: 'Datasets, newest first; of one kind if asked.',
      query: Type.Object({ kind: Type.Optional(kind) }),
      handle: ({ query }) => datasets.list(query.kind),
    }),
    route({
      method: 'GET',
      path: '/clusters/datasets/:id',
      role: 'viewer',
      tag: 'clusters',
      summary: 'What a dataset holds: completeness, regions, industries.',
      params: id,
      handle: ({ params }) => datasets.view(params.id),
    }),
    route({
      method: 'GET',
      path: '/clusters/datasets/:id/content',
      role: 'viewer',
      tag: 'clusters',
      summary: 'The figures of a dataset as plain JSON; what is unknown is null.',
      params: id,
      handle: async ({ params }) => {
        const { kind: own } = await datasets.summary(params.id);
        return plain(await datasets.load(params.id, own));
      },
    }),
  ];
}
