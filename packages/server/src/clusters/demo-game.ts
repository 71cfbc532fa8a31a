import type { RunView } from '../contract.js';
import type { Studies } from '../jobs/studies.js';
import type { Datasets } from './datasets.js';
import { demoBoardName } from './demo.js';

const kind = 'clusters.chess';

/**
 * Asks for a first game of the demo's board, so that the page has one to show. Null when there is no such board or when somebody,
 * or an earlier start, has asked for a game of it: what was asked for is kept, stopped or failed too.
 */
export async function ensureDemoGame(datasets: Datasets, studies: Studies): Promise<RunView | null> {
  const board = (await datasets.list('chessScenario')).find((d) => d.name.en === demoBoardName.en);
  if (board === undefined) return null;
  const asked = (await studies.scenarios()).some((s) => s.kind === kind && s.board === board.id && s.lastRun !== null);
  if (asked) return null;
  const input = { kind, name: 'Demo game · 示例对局', board: board.id, parameters: {} };
  return studies.startRun((await studies.createScenario(input, 'local')).id);
}
