import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import type { ChessKept } from '../clusters/chess.js';
import type { Datasets } from '../clusters/datasets.js';
import type { ChessCell } from '../contract.js';
import type { Results } from '../jobs/results.js';
import type { Studies } from '../jobs/studies.js';
import { route, type Route } from './route.js';

const kind = 'clusters.chess';
const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const code = Type.String({ minLength: 1, maxLength: 100 });
const cell = Type.Object({ region: code, industry: code });

interface Parts {
  readonly studies: Studies;
  readonly results: Results;
  readonly datasets: Datasets;
}

/** The board of a run with what the run kept. */
async function boardOf({ studies, results, datasets }: Parts, runId: string) {
  const { result } = await results.of<ChessKept>(runId, kind);
  const scenario = await studies.scenario((await studies.run(runId)).scenarioId);
  const text = await datasets.text(scenario.board);
  const { chessBoard } = await import('../clusters/chess.js');
  return {
    kept: result,
    text,
    parameters: scenario.parameters,
    data: () => chessBoard(text, scenario.parameters),
  };
}

/** The chessboard: moves of a run, why each was made, and what the other one would cost. */
export function chessRoutes(parts: Parts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/runs/:id/moves',
      role: 'viewer',
      tag: 'clusters',
      summary: 'Moves of a chessboard run with their reasons; of one region when it is named.',
      params: id,
      query: Type.Object({ region: Type.Optional(code) }),
      handle: async ({ params, query }) => {
        const { result } = await parts.results.of<ChessKept>(params.id, kind);
        if (query.region !== undefined && !result.regions.some((r) => r.code === query.region))
          throw new QipanError('UNKNOWN_CODE', `there is no region ${query.region} on the board`, {
            field: 'region',
            got: query.region,
          });
        const { moves } = result.report;
        return query.region === undefined ? moves : moves.filter((m) => m.region === query.region);
      },
    }),
    route({
      method: 'GET',
      path: '/runs/:id/explain',
      role: 'viewer',
      tag: 'clusters',
      summary: 'Why a region and industry have their move: prices with the cells behind them.',
      params: id,
      query: cell,
      handle: async ({ params, query }) => {
        const { chessExplain } = await import('../clusters/chess.js');
        const { kept, data } = await boardOf(parts, params.id);
        return chessExplain(await data(), kept, query);
      },
    }),
    route({
      method: 'POST',
      path: '/runs/:id/flip',
      role: 'operator',
      tag: 'clusters',
      summary: 'The other move of a region and industry: cost to the nation, exchange, smallest change that turns it.',
      params: id,
      body: cell,
      handle: async ({ params, body }) => {
        const asked = body as ChessCell;
        const { chessFlip, chessPair } = await import('../clusters/chess.js');
        const { kept, data, text, parameters } = await boardOf(parts, params.id);
        await chessPair(await data(), asked);
        return chessFlip({ text, parameters, stored: kept.stored, cell: asked });
      },
    }),
  ];
}
