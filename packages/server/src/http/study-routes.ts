import { Type } from 'typebox';
import type { Boards } from '../boards.js';
import { csvText, xlsxBytes } from '../exports/sheets.js';
import { QipanError } from '@qipan/base';
import type { ScenarioInput } from '../contract.js';
import type { Results } from '../jobs/results.js';
import type { Studies } from '../jobs/studies.js';
import type { PlanResults } from '../plans/plan-results.js';
import type { Call, Route } from './route.js';
import { route } from './route.js';

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const limit = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) });

export const download = (call: Pick<Call, 'reply'>, type: string, name: string, body: string | Buffer): undefined => {
  void call.reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .serializer((x: unknown) => x as string)
    .send(body);
};

/** Scenarios, runs and what a plan run gives. */
export function studyRoutes(s: {
  readonly studies: Studies;
  readonly plans: PlanResults;
  readonly results: Results;
  readonly boards: Boards;
}): readonly Route[] {
  return [
    ...scenarioRoutes(s.studies),
    ...runRoutes(s.studies),
    ...resultRoutes(s.plans, s.results),
    ...boardReading(s.boards),
  ];
}

function scenarioRoutes(studies: Studies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/scenarios',
      role: 'viewer',
      tag: 'studies',
      summary: 'Scenarios, newest first, with their last run.',
      query: limit,
      handle: ({ query }) => studies.scenarios(query.limit),
    }),
    route({
      method: 'POST',
      path: '/scenarios',
      role: 'operator',
      tag: 'studies',
      summary: 'Stores a scenario; absent parameters take the defaults.',
      status: 201,
      body: Type.Object(
        {
          kind: Type.String({ maxLength: 40 }),
          name: Type.String({ minLength: 1, maxLength: 200 }),
          board: Type.String({ maxLength: 100 }),
          parameters: Type.Optional(Type.Unknown()),
          seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })),
        },
        { additionalProperties: false },
      ),
      bodyLimit: 16 * 1024 * 1024,
      handle: ({ body, caller }) => studies.createScenario(body as ScenarioInput, caller?.user ?? 'local'),
    }),
    route({
      method: 'GET',
      path: '/scenarios/:id',
      role: 'viewer',
      tag: 'studies',
      summary: 'One scenario.',
      params: id,
      handle: ({ params }) => studies.scenario(params.id),
    }),
    route({
      method: 'POST',
      path: '/scenarios/:id/runs',
      role: 'operator',
      tag: 'studies',
      summary: 'Puts a run into the queue.',
      status: 202,
      params: id,
      handle: ({ params }) => studies.startRun(params.id),
    }),
    route({
      method: 'GET',
      path: '/defaults/plan',
      role: 'viewer',
      tag: 'studies',
      summary: 'Every number that a plan uses unless another is given, with range, unit, source and data level.',
      handle: async () => {
        const { planDefaults } = await import('@qipan/plan');
        return planDefaults;
      },
    }),
  ];
}

function runRoutes(studies: Studies): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/runs',
      role: 'viewer',
      tag: 'studies',
      summary: 'Runs, newest first.',
      query: limit,
      handle: ({ query }) => studies.runs(query.limit),
    }),
    route({
      method: 'GET',
      path: '/runs/:id',
      role: 'viewer',
      tag: 'studies',
      summary: 'One run: status, incumbent and bound so far.',
      params: id,
      handle: ({ params }) => studies.run(params.id),
    }),
    route({
      method: 'POST',
      path: '/runs/:id/stop',
      role: 'operator',
      tag: 'studies',
      summary: 'Asks a run to end now; it keeps its incumbent and bound.',
      params: id,
      handle: ({ params }) => studies.stop(params.id),
    }),
  ];
}

function resultRoutes(plans: PlanResults, results: Results): readonly Route[] {
  const get = (path: string, summary: string, handle: (runId: string, call: Call) => unknown): Route =>
    route({
      method: 'GET',
      path: `/runs/:id/${path}`,
      role: 'viewer',
      tag: 'plans',
      summary,
      params: id,
      handle: (call) => handle(call.params.id, call),
    });
  return [
    get('result', 'What the run has given, in the form of its kind.', (runId) => results.view(runId)),
    get('result.geojson', 'Sites and villages as GeoJSON.', async (runId, call) => {
      const text = JSON.stringify(await plans.geoJson(runId));
      return download(call, 'application/geo+json', `plan-${runId}.geojson`, text);
    }),
    get(
      'result.xlsx',
      'The result as a workbook, units in the second row, provenance on a sheet.',
      async (runId, call) => {
        const bytes = await xlsxBytes(await results.sheets(runId));
        const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
        return download(call, type, `result-${runId}.xlsx`, bytes);
      },
    ),
    get('certificate.json', 'The proof of the bound, and the plan it belongs to.', async (runId, call) => {
      const { result } = await plans.get(runId);
      const text = JSON.stringify({ certificate: result.certificate, plan: result.plan });
      return download(call, 'application/json', `certificate-${runId}.json`, text);
    }),
    route({
      method: 'GET',
      path: '/runs/:id/result.csv',
      role: 'viewer',
      tag: 'plans',
      summary: 'One table of the result as CSV, units in the second row; the first unless it is named.',
      params: id,
      query: Type.Object({ table: Type.Optional(Type.String({ maxLength: 40 })) }),
      handle: async (call) => {
        const sheets = await results.sheets(call.params.id);
        const name = call.query.table ?? sheets[0]?.name;
        const sheet = sheets.find((x) => x.name === name);
        if (!sheet)
          throw new QipanError('NOT_FOUND', `the result has no table ${name}`, {
            got: name,
            expected: sheets.map((x) => x.name).join(', '),
          });
        return download(call, 'text/csv; charset=utf-8', `result-${call.params.id}-${name}.csv`, csvText(sheet));
      },
    }),
    route({
      method: 'GET',
      path: '/runs/:id/villages/:placeId/why',
      role: 'viewer',
      tag: 'plans',
      summary: 'Why a village is answered as it is: the binding constraint with its numbers.',
      params: Type.Object({ id: Type.String({ maxLength: 100 }), placeId: Type.String({ maxLength: 200 }) }),
      handle: ({ params }) => plans.why(params.id, params.placeId),
    }),
  ];
}

function boardReading(boards: Boards): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/boards',
      role: 'viewer',
      tag: 'boards',
      summary: 'Boards, newest first.',
      handle: () => boards.summaries(),
    }),
    route({
      method: 'GET',
      path: '/boards/:id',
      role: 'viewer',
      tag: 'boards',
      summary: 'A board: regions and places as columns.',
      params: id,
      handle: ({ params }) => boards.view(params.id),
    }),
  ];
}
