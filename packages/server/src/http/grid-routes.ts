import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import type { Boards } from '../boards.js';
import type { GridImportInput, GridStudyInput } from '../contract.js';
import { csvText, xlsxBytes } from '../exports/sheets.js';
import type { Grids } from '../grids/grids.js';
import { headroomGeoJson, headroomSheets } from '../grids/headroom-export.js';
import { noteOf } from './note.js';
import { route, type Call, type Route } from './route.js';
import { download } from './study-routes.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const board = Type.Object({ board: text(100) });
const transformer = Type.Object({ board: text(100), id: text(200) });
const table = Type.Union(['transformers', 'sections', 'nodes', 'lines', 'customers'].map((t) => Type.Literal(t)));
const rule = Type.Union(['onArrival', 'tariffStep', 'staggeredValley', 'dynamicLimit'].map((r) => Type.Literal(r)));

/** Transformers of a board: import, headroom, studies, exports. */
export function gridRoutes(grids: Grids, boards: Boards, audit: Audit): readonly Route[] {
  const note = noteOf(audit);
  return [
    route({
      method: 'GET',
      path: '/grids/:board',
      role: 'viewer',
      tag: 'grid',
      summary: 'Transformers with their headroom; what could not be read, and why.',
      params: board,
      handle: ({ params }) => grids.view(params.board),
    }),
    route({
      method: 'POST',
      path: '/grids/:board/import',
      role: 'operator',
      tag: 'grid',
      summary: 'Tables of a county power office, CSV or XLSX; good transformers are kept, every problem comes back.',
      params: board,
      bodyLimit: 64 * 1024 * 1024,
      body: Type.Object(
        {
          name: Type.Object({ en: text(200), zh: text(200) }),
          assume: Type.Array(text(40), { maxItems: 20 }),
          files: Type.Array(
            Type.Object({ table, name: text(200), content: Type.String() }, { additionalProperties: false }),
            { minItems: 1, maxItems: 5 },
          ),
        },
        { additionalProperties: false },
      ),
      handle: async (call) => {
        const view = await grids.importTables(call.params.board, call.body as GridImportInput);
        await note(call, 'importGrid', call.params.board);
        return view;
      },
    }),
    route({
      method: 'POST',
      path: '/grids/:board/synthetic',
      role: 'operator',
      tag: 'grid',
      summary: 'One made-up transformer a village, labelled synthetic.',
      params: board,
      handle: async (call) => {
        const view = await grids.addSynthetic(call.params.board);
        await note(call, 'syntheticGrid', call.params.board);
        return view;
      },
    }),
    route({
      method: 'POST',
      path: '/grids/:board/study',
      role: 'operator',
      tag: 'grid',
      summary: 'Studies every transformer as a run with progress; a stop keeps what is done.',
      status: 202,
      params: board,
      body: Type.Object(
        {
          draws: Type.Optional(Type.Integer({ minimum: 10, maximum: 5000 })),
          carsPerCustomer: Type.Optional(Type.Number({ minimum: 0, maximum: 10 })),
          rules: Type.Optional(Type.Array(rule, { minItems: 1, maxItems: 4 })),
        },
        { additionalProperties: false },
      ),
      handle: ({ params, body, caller }) =>
        grids.startStudy(params.board, body as GridStudyInput, caller?.user ?? 'local'),
    }),
    route({
      method: 'GET',
      path: '/grids/:board/transformers/:id',
      role: 'viewer',
      tag: 'grid',
      summary: 'One transformer: level, assumptions, drawing, headroom by quarter hour.',
      params: transformer,
      handle: ({ params }) => grids.transformer(params.board, params.id),
    }),
    route({
      method: 'GET',
      path: '/grids/:board/transformers/:id/study',
      role: 'viewer',
      tag: 'grid',
      summary: 'Hosting capacity by rule, the day by hour, coincidence, relief; computed in a thread and kept.',
      params: transformer,
      query: Type.Object({ draws: Type.Optional(Type.Integer({ minimum: 20, maximum: 1000 })) }),
      handle: ({ params, query }) => grids.study(params.board, params.id, query.draws ?? 100),
    }),
    ...exportRoutes(grids, boards),
  ];
}

function exportRoutes(grids: Grids, boards: Boards): readonly Route[] {
  const get = (path: string, summary: string, handle: (id: string, call: Call) => Promise<undefined>) =>
    route({
      method: 'GET',
      path: `/grids/:board/${path}`,
      role: 'viewer',
      tag: 'grid',
      summary,
      params: board,
      handle: (call) => handle(call.params.board, call),
    });
  const read = async (id: string) => ({
    grid: await grids.view(id),
    attribution: (await boards.view(id)).attribution,
  });
  return [
    get('headroom.geojson', 'Headroom as GeoJSON.', async (id, call) => {
      const { grid, attribution } = await read(id);
      const body = JSON.stringify(headroomGeoJson(grid, attribution));
      return download(call, 'application/geo+json', 'headroom.geojson', body);
    }),
    get('headroom.csv', 'Headroom as CSV, units in the second row.', async (id, call) => {
      const { grid, attribution } = await read(id);
      const [sheet] = headroomSheets(grid, attribution);
      return download(call, 'text/csv; charset=utf-8', 'headroom.csv', sheet ? csvText(sheet) : '');
    }),
    get('headroom.xlsx', 'Headroom as a workbook with issues and provenance.', async (id, call) => {
      const { grid, attribution } = await read(id);
      const bytes = await xlsxBytes(headroomSheets(grid, attribution));
      return download(
        call,
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        'headroom.xlsx',
        bytes,
      );
    }),
  ];
}
