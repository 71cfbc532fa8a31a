import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import { boardOfUploads } from '../board-files.js';
import type { Boards } from '../boards.js';
import type { BoardImportInput } from '../contract.js';
import { noteOf } from './note.js';
import { route, type Route } from './route.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const file = Type.Object(
  {
    role: Type.Union(['regions', 'places', 'sites', 'stations', 'outline'].map((r) => Type.Literal(r))),
    name: text(200),
    content: Type.String(),
  },
  { additionalProperties: false },
);

/** `POST /boards/import`: the files of one board, all of them checked before any is stored. */
export function importRoutes(boards: Boards, audit: Audit): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/boards/import',
      role: 'operator',
      tag: 'boards',
      summary: 'A board from CSV, XLSX and GeoJSON files; a wrong cell is named and nothing is loaded.',
      status: 201,
      bodyLimit: 64 * 1024 * 1024,
      body: Type.Object(
        {
          name: Type.Object({ en: text(200), zh: text(200) }),
          years: Type.Array(Type.Integer({ minimum: 1900, maximum: 2200 }), { minItems: 1, maxItems: 50 }),
          populationYear: Type.Integer({ minimum: 1900, maximum: 2200 }),
          crs: Type.Optional(text(40)),
          attribution: text(500),
          files: Type.Array(file, { minItems: 1, maxItems: 20 }),
        },
        { additionalProperties: false },
      ),
      handle: async (call) => {
        const board = await boardOfUploads(call.body as BoardImportInput);
        const id = await boards.add(board);
        await noteOf(audit)(call, 'importBoard', id);
        return (await boards.summaries()).find((s) => s.id === id);
      },
    }),
  ];
}
