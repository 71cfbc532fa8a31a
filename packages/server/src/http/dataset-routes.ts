import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import type { Datasets } from '../clusters/datasets.js';
import { plain } from '../clusters/packed.js';
import type { DatasetFile, DatasetInput, DatasetKind, DatasetView } from '../contract.js';
import { noteOf } from './note.js';
import { route, type Call, type Route } from './route.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const id = Type.Object({ id: text(100) });
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
const kind = Type.Unsafe<DatasetKind>(Type.Union(kindNames.map((k) => Type.Literal(k))));

const file = Type.Object(
  {
    role: text(40),
    name: text(200),
    content: Type.String(),
    columns: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 300 }))),
    symbols: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Literal('suppressed'), Type.Literal('missing')])),
    ),
    dropIndustries: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 1000 })),
  },
  { additionalProperties: false },
);

const input = Type.Object(
  {
    kind,
    name: Type.Object({ en: text(200), zh: text(200) }),
    attribution: text(500),
    dataLevel: Type.Optional(
      Type.Union(['measured', 'official', 'estimated', 'synthetic', 'default'].map((l) => Type.Literal(l))),
    ),
    measure: Type.Optional(Type.String({ maxLength: 40 })),
    maskBelow: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    files: Type.Array(file, { minItems: 1, maxItems: 5 }),
  },
  { additionalProperties: false },
);
const bodyLimit = 128 * 1024 * 1024;

/** The tables that studies of clusters read: what there is, and the guided way in. */
export function datasetRoutes(datasets: Datasets, audit: Audit): readonly Route[] {
  return [...readingRoutes(datasets), ...importRoutes(datasets, audit)];
}

function readingRoutes(datasets: Datasets): readonly Route[] {
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
    route({
      method: 'GET',
      path: '/clusters/network',
      role: 'viewer',
      tag: 'clusters',
      summary: 'Industries of a panel as a network of proximity, with the presence of one region.',
      query: Type.Object({
        dataset: text(100),
        year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100 })),
        region: Type.Optional(text(200)),
      }),
      handle: async ({ query }) => (await import('../clusters/network.js')).networkView(datasets, query),
    }),
    route({
      method: 'GET',
      path: '/clusters/dataset-kinds',
      role: 'viewer',
      tag: 'clusters',
      summary: 'What may be loaded: kinds of dataset, their files and columns.',
      handle: async () => (await import('../clusters/dataset-kinds.js')).kindViews(),
    }),
  ];
}

function importRoutes(datasets: Datasets, audit: Audit): readonly Route[] {
  const post = { method: 'POST', role: 'operator', tag: 'clusters', bodyLimit } as const;
  return [
    route({
      ...post,
      path: '/clusters/datasets/preview',
      summary: 'What stands in a file and what its columns may mean; nothing is stored.',
      body: Type.Object({ kind, file }, { additionalProperties: false }),
      handle: async ({ body }) => {
        const [{ datasetKinds }, { previewOf }] = await Promise.all([
          import('../clusters/dataset-kinds.js'),
          import('../clusters/preview.js'),
        ]);
        const role = datasetKinds[body.kind].roles.find((r) => r.role === body.file.role);
        if (!role)
          throw new QipanError('BAD_INPUT', `a ${body.kind} has no file ${body.file.role}`, { got: body.file.role });
        return previewOf(body.file as DatasetFile, role.table);
      },
    }),
    route({
      ...post,
      path: '/clusters/datasets/check',
      summary: 'The full check of every file without storing: everything that is wrong, or the completeness report.',
      body: input,
      handle: async ({ body }) => (await import('../clusters/read-dataset.js')).checkDataset(body as DatasetInput),
    }),
    route({
      ...post,
      path: '/clusters/datasets',
      summary: 'Stores a dataset whole, or refuses it with everything that is wrong.',
      status: 201,
      body: input,
      handle: (call) => store(datasets, audit, call as Call<unknown, unknown, DatasetInput>),
    }),
    route({
      ...post,
      path: '/clusters/demo',
      summary: 'Loads the synthetic data of the cluster studies, unless they are here.',
      handle: async () => {
        const { ensureDemoDatasets } = await import('../clusters/demo.js');
        return { loaded: await ensureDemoDatasets(datasets) };
      },
    }),
  ];
}

async function store(
  datasets: Datasets,
  audit: Audit,
  call: Pick<Call<unknown, unknown, DatasetInput>, 'body' | 'caller' | 'request'>,
): Promise<DatasetView> {
  const { readDataset } = await import('../clusters/read-dataset.js');
  const { kind: own, body: content, report } = await readDataset(call.body);
  const { name, attribution, dataLevel = 'official' } = call.body;
  const stored = await datasets.add(own, content as never, { name, attribution, dataLevel, report });
  await noteOf(audit)(call, 'importDataset', stored);
  return datasets.view(stored);
}
