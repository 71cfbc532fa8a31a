import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatasetSummary, DatasetView, NetworkView, RunView, ScenarioView } from '@qipan/server/contract';
import type { PanelBody } from '../src/clusters/bodies.js';
import { Datasets } from '../src/clusters/datasets.js';
import { pack, plain, unpack } from '../src/clusters/packed.js';
import { studyKinds } from '../src/jobs/kinds.js';
import { startTestServer } from './support.js';

const panel: PanelBody = {
  measure: 'employment',
  unit: 'persons',
  panels: [2020, 2022].map((year) => ({
    year,
    measure: 'employment',
    regions: 2,
    industries: 3,
    regionCode: ['A', 'B'],
    industryCode: ['1', '2', '3'],
    value: Float64Array.of(year, 0.1 + 0.2, 0, Number.NaN, 5, 1e-300),
  })),
  regions: null,
  industries: null,
};

test('typed arrays inside JSON come back to the last bit, unknown stays unknown, and pages get null', () => {
  const body = {
    a: panel,
    i: Int32Array.of(-1, 2 ** 31 - 1),
    f: Float32Array.of(1.5),
    u: Uint8Array.of(255),
    none: null,
  };
  assert.deepEqual(unpack(pack(body)), body);
  const part = new Float64Array([1, 2, 3, 4]).subarray(1, 3);
  assert.deepEqual(
    unpack(pack({ part })),
    { part: Float64Array.of(2, 3) },
    'a window into a buffer is no more than itself',
  );
  assert.deepEqual(plain({ x: Float64Array.of(1, Number.NaN), y: [Infinity, 'z'] }), { x: [1, null], y: [null, 'z'] });
});

test('a dataset is stored once under its content, labelled, listed by kind, and never of another kind than asked', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  const datasets = new Datasets(server.store.records);
  const label = { name: { en: 'Two', zh: '二' }, dataLevel: 'synthetic', attribution: 'made up' } as const;
  const id = await datasets.add('panel', panel, label);
  assert.match(id, /^panel-[0-9a-f]{16}$/);
  assert.equal(await datasets.add('panel', panel, { ...label, name: { en: 'Again', zh: '再' } }), id);
  const other = await datasets.add('wishes', { rows: [{ regionCode: 'A', industryCode: '1' }] }, label);
  const all = await server.get<DatasetSummary[]>('clusters/datasets');
  assert.deepEqual(new Set(all.map((d) => d.id)), new Set([id, other]));
  const [summary] = await server.get<DatasetSummary[]>('clusters/datasets?kind=panel');
  assert.deepEqual(summary?.counts, { regions: 2, industries: 3 });
  assert.deepEqual(summary?.years, [2020, 2022]);
  assert.equal(summary?.dataLevel, 'synthetic');
  assert.equal(summary?.name.en, 'Two');
  const view = await server.get<DatasetView>(`clusters/datasets/${id}`);
  assert.deepEqual(
    view.regions.map((r) => [r.code, r.name.zh, r.lon]),
    [
      ['A', 'A', null],
      ['B', 'B', null],
    ],
  );
  const content = await server.get<{ panels: { value: (number | null)[] }[] }>(`clusters/datasets/${id}/content`);
  assert.deepEqual(content.panels[1]?.value, [2022, 0.1 + 0.2, 0, null, 5, 1e-300]);
  assert.deepEqual((await new Datasets(server.store.records).load(id, 'panel')).panels[0], panel.panels[0]);
  await assert.rejects(datasets.load(other, 'panel'), { code: 'NOT_FOUND' });
  assert.equal((await server.ask('GET', 'clusters/datasets/panel-none')).status, 404);
  assert.equal((await server.ask('GET', 'clusters/datasets?kind=poems')).status, 400);
});

test('a scenario names a kind of the table and what that kind is about, or is refused', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  const ask = (kind: string) => server.ask('POST', 'scenarios', { kind, name: 'x', board: 'nowhere', parameters: {} });
  const unknown = await ask('clusters.astrology');
  assert.equal(unknown.status, 400);
  assert.match(JSON.stringify(unknown.body), /plan/, 'the kinds that there are are named');
  assert.equal((await ask('constructor')).status, 400);
  for (const kind of Object.keys(studyKinds)) assert.ok((await ask(kind)).status >= 400, `${kind} without its board`);
  assert.deepEqual(await server.get<ScenarioView[]>('scenarios'), []);
  assert.deepEqual(await server.get<RunView[]>('runs'), []);
});

test('the demo loads once: a panel, a table, a board, firms, wishes and links, all labelled synthetic', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  assert.equal(await server.api.ensureClusterDemo(), true);
  assert.equal(await server.api.ensureClusterDemo(), false);
  const game = await server.api.ensureDemoGame();
  assert.equal(game?.kind, 'clusters.chess');
  await server.api.stopRun(game.id);
  assert.equal(await server.api.ensureDemoGame(), null, 'what was asked for once is kept, stopped or not');
  const all = await server.get<DatasetSummary[]>('clusters/datasets');
  assert.deepEqual(all.map((d) => d.kind).sort(), [
    'chessScenario',
    'firms',
    'ioTable',
    'panel',
    'supplyLinks',
    'wishes',
  ]);
  assert.ok(
    all.every(
      (d) =>
        d.dataLevel === 'synthetic' &&
        typeof d.attribution === 'object' &&
        /Synthetic/.test(d.attribution.en) &&
        /合成/.test(d.attribution.zh),
    ),
  );
  const panelId = all.find((d) => d.kind === 'panel')?.id as string;
  const view = await server.get<DatasetView>(`clusters/datasets/${panelId}`);
  assert.deepEqual([view.regions.length, view.industries.length, view.years.length], [340, 97, 3]);
  assert.match(view.regions[0]?.name.zh ?? '', /^示例地区/);
  assert.equal(view.industries.find((i) => i.code === '36')?.name.zh, '汽车制造业');
  const again = new Datasets(server.store.records);
  const io = await again.load(all.find((d) => d.kind === 'ioTable')?.id as string, 'ioTable');
  assert.equal(io.z.length, 42 * 42);
});

test('the network joins all industries of the demo by a tree, tells its recipe, and one region’s presence', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  await server.api.ensureClusterDemo();
  const [panelSet] = await server.get<DatasetSummary[]>('clusters/datasets?kind=panel');
  const at = `clusters/network?dataset=${panelSet?.id}`;
  const view = await server.get<NetworkView>(at);
  assert.equal(view.nodes.length, 97);
  assert.equal(view.year, 2022);
  assert.equal(view.links.filter((l) => l.isTree).length, 96, 'a tree over all of them');
  assert.ok(view.links.length <= 96 + 2 * 97);
  const weakest = Math.min(...view.links.filter((l) => !l.isTree).map((l) => l.proximity));
  assert.ok(view.links.every((l) => l.a < l.b && l.proximity > 0 && l.proximity <= 1) && weakest > 0);
  assert.ok(view.nodes.every((n) => n.lq === null && n.isPresent === null && n.pci !== null));
  const own = await server.get<NetworkView>(`${at}&region=D0101&year=2018`);
  assert.equal(own.year, 2018);
  for (const n of own.nodes) assert.equal(n.isPresent, n.lq !== null && n.lq >= 1, n.code);
  assert.ok(own.nodes.every((n) => n.density !== null && n.density >= 0 && n.density <= 1));
  assert.equal((await server.ask('GET', `${at}&region=nowhere`)).status, 400);
  assert.equal((await server.ask('GET', `${at}&year=1999`)).status, 404);
});
