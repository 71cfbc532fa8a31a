import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { scenarioOf, syntheticBoard } from '@qipan/clusters';
import type {
  ChessExplanation,
  ChessFlip,
  ChessMoveRow,
  ChessView,
  DatasetView,
  RunView,
  ScenarioView,
} from '@qipan/server/contract';
import { startTestServer, type TestServer } from './support.js';

let server: TestServer;
let dataset = '';
const board = syntheticBoard({ regions: 20, industries: 40, seed: 3, perRegion: 6 });
const file = (content: string) => ({
  kind: 'chessScenario',
  name: { en: 'Made up', zh: '合成' },
  attribution: 'made up',
  dataLevel: 'synthetic',
  files: [{ role: 'chessScenario', name: 'board.json', content: Buffer.from(content).toString('base64') }],
});
before(async () => {
  server = await startTestServer();
  dataset = (await server.post<DatasetView>('clusters/datasets', file(JSON.stringify(scenarioOf(board))))).id;
});
after(() => server.end());

async function ran(parameters: unknown): Promise<RunView> {
  const input = { kind: 'clusters.chess', name: 'board', board: dataset, parameters };
  const scenario = await server.post<ScenarioView>('scenarios', input);
  const started = await server.post<RunView>(`scenarios/${scenario.id}/runs`);
  for (;;) {
    const run = await server.get<RunView>(`runs/${started.id}`);
    if (!['queued', 'running'].includes(run.status)) return run;
    await wait(100);
  }
}

test('a run gives moves, prices them, explains each with its cells and flips on request', async () => {
  const run = await ran({ gap: 0.002, draws: 3 });
  assert.equal(run.status, 'gapReached', JSON.stringify(run.error));
  assert.ok((run.value ?? 0) <= (run.bound ?? 0) + 1e-9 && (run.gap ?? 1) <= 0.002);
  const view = await server.get<ChessView>(`runs/${run.id}/result`);
  assert.equal(view.dataLevel, 'synthetic');
  assert.equal(view.judgements.length, 6);
  assert.equal(view.stability?.draws, 3);
  assert.ok((view.uncoordination ?? 0) > 1 && view.limits.length >= 6 && view.sensitivity.length === 4);
  assert.equal(view.regions.length, 20);
  const { moves } = view;
  assert.equal(moves.region.length, moves.move.length);
  const at = moves.move.findIndex((m, k) => m === 'abstain' && moves.isWish[k] === 1);
  const cell = {
    region: view.regions[moves.region[at]!]!.code,
    industry: view.industries[moves.industry[at]!]!.code,
  };
  const rows = await server.get<ChessMoveRow[]>(`runs/${run.id}/moves?region=${cell.region}`);
  assert.ok(rows.length > 0 && rows.every((r) => r.region === cell.region));
  const row = rows.find((r) => r.industry === cell.industry);
  const why = await server.get<ChessExplanation>(
    `runs/${run.id}/explain?${new URLSearchParams({ ...cell }).toString()}`,
  );
  assert.equal(why.move, 'abstain');
  assert.deepEqual(why.sentence, row?.reason);
  assert.ok(why.blocking.length > 0);
  const flip = await server.post<ChessFlip>(`runs/${run.id}/flip`, cell);
  assert.deepEqual([flip.from, flip.forced], ['abstain', 'focus']);
  assert.ok(flip.loss === null || flip.lossBracket !== null);
  assert.equal(flip.changes.length, 3);
});

test('weights of the run change the question, and an impossible one is answered with its conflict', async () => {
  const hard = await ran({ draws: 0, rules: { nationBudget: 1 } });
  assert.equal(hard.status, 'infeasible');
  const view = await server.get<ChessView>(`runs/${hard.id}/result`);
  assert.match(view.conflict?.en ?? '', /cannot hold together/);
  assert.deepEqual([view.value, view.judgements.length, view.moves.region.length], [null, 0, 0]);
  const answer = await server.ask('GET', `runs/${hard.id}/explain?region=R01&industry=I01`);
  assert.ok(answer.status >= 400 && answer.status < 500);
});

test('what cannot be meant is refused before anything runs', async () => {
  const scenario = (parameters: unknown) =>
    server.ask('POST', 'scenarios', { kind: 'clusters.chess', name: 'x', board: dataset, parameters });
  assert.equal((await scenario({ gap: 2 })).status, 400);
  assert.equal((await scenario({ speed: 1 })).status, 400);
  const broken = JSON.stringify({
    ...scenarioOf(board),
    tables: { ...scenarioOf(board).tables, regions: [{ code: 'A' }] },
  });
  const refused = await server.ask('POST', 'clusters/datasets', file(broken));
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused.body), /slots/);
  const run = await ran({ gap: 0.05, draws: 0 });
  for (const where of [`explain?region=R99&industry=I01`, `moves?region=R99`])
    assert.equal((await server.ask('GET', `runs/${run.id}/${where}`)).status, 400);
  assert.equal((await server.ask('POST', `runs/${run.id}/flip`, { region: 'R99', industry: 'I01' })).status, 400);
});
