import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  ChargingProductView,
  DatasetKind,
  DatasetSummary,
  DemandView,
  PanelPairing,
  RunView,
  ScenarioView,
  StressView,
} from '@qipan/server/contract';
import { startTestServer, type TestServer } from './support.js';

let server: TestServer;
const id: Partial<Record<DatasetKind, string>> = {};
before(async () => {
  server = await startTestServer();
  const put = async (kind: DatasetKind, text: string, more: object = {}) => {
    const content = Buffer.from(text).toString('base64');
    const made = await server.post<DatasetSummary>('clusters/datasets', {
      kind,
      name: { en: kind, zh: kind },
      attribution: 'made up for a test',
      dataLevel: 'synthetic',
      files: [{ role: kind, name: `${kind}_2020.csv`, content }],
      ...more,
    });
    id[kind] = made.id;
  };
  await put('ioTable', table);
  await put('supplyLinks', links);
  const file = (role: string, text: string) => ({
    role,
    name: `${role}.csv`,
    content: Buffer.from(text).toString('base64'),
  });
  await put('panel', panel, {
    measure: 'employment',
    files: [file('panel', panel), file('regions', regions), file('industries', industries)],
  });
});
after(() => server.end());

const table = [
  'Code,Description,DescriptionInChinese,Origin,a,b,TC,FU201,FU202,EX,GO',
  'a,Parts,零件,Domestic,0,10,10,0,0,0,20',
  'b,Machines,机器,Domestic,0,0,50,0,0,0,50',
  'a,Parts,零件,Imports,0,10,0,0,0,0,NA',
  'b,Machines,机器,Imports,0,0,0,0,0,0,NA',
  'VA001,Wages,报酬,TOT,20,30,NA,NA,NA,NA,NA',
  'VA002,Taxes,税,TOT,0,0,NA,NA,NA,NA,NA',
  'VA003,Depreciation,折旧,TOT,0,0,NA,NA,NA,NA,NA',
  'VA004,Surplus,盈余,TOT,0,0,NA,NA,NA,NA,NA',
].join('\n');
const panel = 'regionCode,industryCode,year,value\nR1,36,2022,60\nR1,38,2022,40\nR2,36,2022,20\nR2,38,2022,80\n';
const regions = 'code,name,nameZh\nR1,North,北\nR2,South,南\n';
const industries = 'code,name,nameZh,ioSector\n36,Vehicles,汽车,b\n38,Parts makers,零件厂,a\n';
const links = [
  'fromRegion,fromIndustry,toRegion,toIndustry,value,substitutable',
  'R1,38,R1,36,6,1',
  'R1,38,R2,36,2,0.5',
].join('\n');

async function result<T>(kind: string, parameters: object): Promise<{ run: RunView; view: T }> {
  const scenario = await server.post<ScenarioView>('scenarios', { kind, name: 'test', board: id.ioTable, parameters });
  const { id: runId } = await server.post<RunView>(`scenarios/${scenario.id}/runs`);
  for (;;) {
    const run = await server.get<RunView>(`runs/${runId}`);
    if (run.endedAtMs !== null) {
      assert.notEqual(run.status, 'failed', JSON.stringify(run.error));
      return { run, view: await server.get<T>(`runs/${runId}/result`) };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a stress test gives the bracket, what binds, the days and, with links, what fails and who is hit', async () => {
  const parameters = {
    cuts: [{ code: 'a', cut: 0.4 }],
    days: 60,
    stockDays: 10,
    panel: id.panel,
    links: id.supplyLinks,
  };
  const { run, view } = await result<StressView>('clusters.stress', { ...parameters, spare: 0.1, region: 'R1' });
  assert.ok(Math.abs(view.lower - 3.2) < 1e-9 && Math.abs(view.upper! - 16) < 1e-9 && view.isOrdered);
  assert.deepEqual([run.value, run.bound], [view.lower, view.upper]);
  assert.deepEqual(
    view.binding.map((b) => [b.kind, b.code]),
    [['import', 'a']],
  );
  assert.equal(view.days.valueAdded.length, 60);
  assert.ok(view.days.valueAdded[0]! > 0.999 && view.days.valueAdded[59]! < 0.99);
  assert.deepEqual([view.origin, view.sectors[1]!.name.zh], ['published', '机器']);
  const { network } = view;
  assert.ok(network);
  const [first] = network.points.filter((p) => p.kind === 'node');
  assert.deepEqual([first!.regionCode, first!.industryCode, first!.region.zh], ['R1', '38', '北']);
  assert.ok(first!.hit.length === 2 && first!.alternatives[0]!.regionCode === 'R2');
  // R2 can add a tenth of its parts, 80 of 120 jobs of 20: 1.33 of the 8 that are missing.
  assert.ok(Math.abs(first!.alternatives[0]!.room - (0.1 * 20 * 80) / 120) < 1e-9);
  assert.ok(network.chosen!.regionCode === 'R1' && network.chosen!.kind === 'region');
  const north = network.beside.find((b) => b.regionCode === 'R1')!;
  assert.ok(north.knockOn > 0 && north.specialisation[0]!.code === '36');
  assert.ok(network.assumptions.every((a) => a.en !== '' && a.zh !== ''));
});

test('panels are told by how far they belong to the table and the links, the best first though it is older', async () => {
  const stranger = 'regionCode,industryCode,year,value\nR1,36,2022,60\nR9,70,2022,40\n';
  const content = Buffer.from(stranger).toString('base64');
  const other = await server.post<DatasetSummary>('clusters/datasets', {
    kind: 'panel',
    name: { en: 'other', zh: '其他' },
    attribution: 'made up for a test',
    measure: 'employment',
    files: [{ role: 'panel', name: 'other.csv', content }],
  });
  const search = new URLSearchParams({ ioTable: id.ioTable as string, links: id.supplyLinks as string });
  const list = await server.get<PanelPairing[]>(`clusters/pairings?${search.toString()}`);
  assert.deepEqual(
    list.map((p) => [p.panel, p.industriesInTable, p.industries, p.linksInPanel, p.links]),
    [
      [id.panel, 2, 2, 2, 2],
      [other.id, 0, 2, 0, 2],
    ],
  );
  // Of the four codes of the links the other panel has R1 and 36.
  assert.deepEqual(list[1]?.strangers, ['38', 'R2']);
  const alone = await server.get<PanelPairing[]>(`clusters/pairings?ioTable=${id.ioTable}`);
  assert.deepEqual(
    alone.map((p) => p.links),
    [null, null],
  );
  const { view } = await result<StressView>('clusters.stress', {
    cuts: [{ code: 'a', cut: 0.4 }],
    panel: other.id,
    links: id.supplyLinks,
  });
  assert.match(view.network?.assumptions[0]?.en ?? '', /^2 of 2 supply links name a region or industry/);
});

test('both studies are exported: tables by name as CSV, units beneath the names, and as a workbook', async () => {
  const parameters = { cuts: [{ code: 'a', cut: 0.4 }], panel: id.panel, links: id.supplyLinks };
  const { run } = await result<StressView>('clusters.stress', parameters);
  const csv = async (runId: string, table: string) =>
    String((await server.ask('GET', `runs/${runId}/result.csv?table=${table}`)).body)
      .trim()
      .split('\r\n');
  const [names, units, lower] = await csv(run.id, 'bracket');
  assert.deepEqual(
    [names!.replace('\ufeff', ''), units, lower!.split(',')[0]],
    ['figure,value', ',"10,000 yuan a year"', 'lower'],
  );
  assert.equal((await csv(run.id, 'sectors')).length, 4);
  assert.equal((await csv(run.id, 'days')).length, 182);
  assert.match((await csv(run.id, 'singlePoints'))[2]!, /^(node|region),R1,/);
  assert.equal((await csv(run.id, 'regions')).length, 4);
  const line = {
    label: 'm',
    sectorCode: 'b',
    amount: 10,
    importShare: 0,
    tradeMargin: 0,
    transportMargin: 0,
    taxShare: 0,
    role: 'purchase',
  };
  const demand = await result<DemandView>('clusters.demand', { year: 2026, lines: [line], panel: id.panel });
  assert.match((await csv(demand.run.id, 'totals')).at(-1)!, /^jobs,28,$/);
  assert.equal((await csv(demand.run.id, 'regions')).length, 4);
  const book = await server.ask('GET', `runs/${demand.run.id}/result.xlsx`);
  assert.equal(book.status, 200);
  assert.equal((await server.ask('GET', `runs/${run.id}/result.csv?table=none`)).status, 404);
});

test('without links there is no graph, and the bracket is the same', async () => {
  const { view } = await result<StressView>('clusters.stress', { cuts: [{ code: 'a', cut: 0.4 }] });
  assert.equal(view.network, null);
  assert.ok(Math.abs(view.upper! - 16) < 1e-9);
});

test('purchases become jobs by sector and region, gross, and net when something is displaced', async () => {
  const line = {
    label: 'machines',
    sectorCode: 'b',
    amount: 10,
    importShare: 0,
    tradeMargin: 0,
    transportMargin: 0,
    taxShare: 0,
    role: 'purchase',
  };
  const parameters = { year: 2026, lines: [line], panel: id.panel };
  const { view } = await result<DemandView>('clusters.demand', parameters);
  // 80 jobs make 50 of machines, 120 make 20 of parts; 10 of machines draw 2 of parts.
  assert.ok(Math.abs(view.gross.jobs! - (16 + 12)) < 1e-9 && Math.abs(view.gross.output - 12) < 1e-9);
  assert.equal(view.net, null);
  assert.deepEqual(
    view.regions!.map((r) => r.code),
    ['R1', 'R2'],
  );
  assert.ok(Math.abs(view.regions!.reduce((s, r) => s + r.jobs!, 0) - 28) < 1e-9);
  // Vehicles: 60 of 80 jobs in R1; parts: 40 of 120.
  assert.ok(Math.abs(view.regions![0]!.jobs! - (16 * 0.75 + 12 / 3)) < 1e-9);
  const displaced = { ...line, label: 'old machines', amount: 5, role: 'displaced' };
  const both = await result<DemandView>('clusters.demand', { ...parameters, lines: [line, displaced] });
  assert.ok(Math.abs(both.view.net!.jobs! - 14) < 1e-9 && Math.abs(both.view.gross.jobs! - 28) < 1e-9);
  const blind = await result<DemandView>('clusters.demand', { year: 2026, lines: [line] });
  assert.deepEqual([blind.view.gross.jobs, blind.view.regions], [null, null]);
});

test('parameters that cannot be are refused before anything runs', async () => {
  const refuse = async (kind: string, parameters: object, board = id.ioTable) => {
    const { status, body } = await server.ask('POST', 'scenarios', { kind, name: 'test', board, parameters });
    return [status, (body as { code: string }).code];
  };
  assert.deepEqual(await refuse('clusters.stress', { cuts: [] }), [400, 'BAD_INPUT']);
  assert.deepEqual(await refuse('clusters.stress', { cuts: [{ code: 'a', cut: 2 }] }), [400, 'BAD_INPUT']);
  assert.deepEqual(await refuse('clusters.stress', { cuts: [{ code: 'a', cut: 1 }], days: 1 }), [400, 'BAD_INPUT']);
  assert.deepEqual(await refuse('clusters.stress', { cuts: [{ code: 'a', cut: 1 }] }, id.panel), [404, 'NOT_FOUND']);
  const unknown = { cuts: [{ code: 'a', cut: 1 }], panel: 'none', links: id.supplyLinks };
  assert.deepEqual(await refuse('clusters.stress', unknown), [404, 'NOT_FOUND']);
  assert.deepEqual(await refuse('clusters.demand', { year: 2026, lines: [] }), [400, 'BAD_INPUT']);
});

test('products of a charging programme come with sector, margins and both names', async () => {
  const rows = await server.get<ChargingProductView[]>('clusters/charging-products');
  assert.ok(rows.length >= 10 && rows.every((r) => /^\d\d$/.test(r.sectorCode) && r.name.zh !== r.name.en));
});
