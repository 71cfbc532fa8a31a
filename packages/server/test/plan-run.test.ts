import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type {
  BoardSummary,
  BoardView,
  DefaultValue,
  PlanView,
  RunView,
  ScenarioView,
  ServerInfo,
  StationView,
  VillageWhy,
} from '@qipan/server/contract';
import { dianjiangBoard, dianjiangFiles, type CountyFiles } from '@qipan/territory';
import { repoRoot } from '@qipan/testing';
import {
  boot16,
  eventually,
  foreignStation,
  pause,
  startTestServer,
  temporaryFolder,
  type TestServer,
} from './support.js';

const room = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Six villages of two townships around one county seat. */
async function smallBoard(server: TestServer): Promise<BoardSummary> {
  const file = (role: string, name: string, text: string) => ({
    role,
    name,
    content: Buffer.from(text).toString('base64'),
  });
  const village = (k: number) =>
    `V${k},Village ${k},village,T${k < 3 ? 1 : 2},${107.3 + 0.02 * k},${30.3 + 0.01 * (k % 3)},surveyed,${900 + 100 * k},${300 + 10 * k}`;
  return server.post<BoardSummary>('boards/import', {
    name: { en: 'Six villages', zh: '六村' },
    years: [2026, 2027],
    populationYear: 2020,
    attribution: 'made up for a test',
    files: [
      file('regions', 'regions.csv', 'id,name,level,parent\nC,County,county,\nT1,One,township,C\nT2,Two,township,C\n'),
      file(
        'places',
        'places.csv',
        `id,name,kind,region,lon,lat,positionQuality,population,households\n${[0, 1, 2, 3, 4, 5].map(village).join('\n')}\n`,
      ),
    ],
  });
}

test('a plan is asked for, drawn while it runs, verified, explained and exported, all over HTTP', async (t) => {
  const server = await startTestServer();
  t.after(() => server.end());
  const board = await smallBoard(server);
  const defaults = await server.get<DefaultValue[]>('defaults/plan');
  assert.ok(defaults.length > 50 && defaults.every((d) => d.low <= d.value && d.value <= d.high && d.source));
  const scenario = await server.post<ScenarioView>('scenarios', {
    kind: 'plan',
    name: 'Two years',
    board: board.id,
    parameters: { years: [2026, 2027] },
    seed: 7,
  });
  assert.equal(scenario.lastRun, null);
  let live = '';
  const listening = request(`${server.url}/api/v1/live?types=run`, (res) =>
    res.on('data', (d: Buffer) => (live += d.toString())),
  );
  listening.on('error', () => undefined);
  listening.end();
  const started = await server.ask('POST', `scenarios/${scenario.id}/runs`, {});
  assert.equal(started.status, 202);
  const { id } = started.body as RunView;
  assert.equal((await server.ask('GET', `runs/${id}/result`)).status, 409, 'no result yet');
  const run = await server.api.waitForRun(id);
  assert.equal(run.error, null);
  assert.ok(['optimal', 'gapReached', 'stopped'].includes(run.status), run.status);
  assert.ok(run.progress.length > 0 && run.startedAtMs !== null && run.endedAtMs !== null);
  await eventually(() => live.includes(`"status":"${run.status}"`), 'the end of the run on the page');
  listening.destroy();

  const plan = await server.get<PlanView>(`runs/${id}/result`);
  assert.equal(plan.boardId, board.id);
  assert.deepEqual(plan.years, [2026, 2027]);
  assert.deepEqual(plan.verified.failures, []);
  assert.ok(plan.verified.ok && plan.verified.checks > 10);
  assert.ok(plan.bound <= plan.value * (1 + 1e-9));
  const sum = plan.objectiveTerms.reduce((s, t) => s + t.amount, 0);
  assert.ok(Math.abs(sum - plan.value) <= 1e-6 * plan.value, 'the terms add up to the value');
  assert.equal(plan.villages.length, 6);
  const why = await server.get<VillageWhy>(`runs/${id}/villages/V3/why`);
  assert.equal(why.placeId, 'V3');
  assert.ok(why.sentence.en.length > 20 && why.sentence.zh.length > 10);
  assert.equal((await server.ask('GET', `runs/${id}/villages/nowhere/why`)).status, 404);

  const csv = await server.ask('GET', `runs/${id}/result.csv?table=villages`);
  const lines = String(csv.body).replace('\ufeff', '').trim().split('\r\n');
  assert.equal(lines.length, 2 + 6);
  assert.match(lines[0] ?? '', /^id,name,/);
  assert.match(lines[1] ?? '', /persons/);
  assert.equal((await server.ask('GET', `runs/${id}/result.csv?table=secrets`)).status, 404);
  const geo = await server
    .get<{ features: { properties: { kind: string } }[] }>(`runs/${id}/result.geojson`)
    .catch(async () => {
      const { body } = await server.ask('GET', `runs/${id}/result.geojson`);
      return JSON.parse(String(body)) as { features: { properties: { kind: string } }[] };
    });
  assert.equal(geo.features.filter((f) => f.properties.kind === 'village').length, 6);
  const { default: readSheets } = await import('read-excel-file/node');
  const workbook = await fetch(`${server.url}/api/v1/runs/${id}/result.xlsx`);
  const sheets = await readSheets(Buffer.from(await workbook.arrayBuffer()));
  assert.ok(sheets.some((s) => s.sheet === 'provenance' && s.data.some((row) => String(row[1]).startsWith('yes, '))));
  const proof = await server.get<{ certificate: { bound: number } }>(`runs/${id}/certificate.json`);
  assert.ok(Math.abs(proof.certificate.bound - plan.bound) <= 1e-9 * Math.abs(plan.bound));
  const [listed] = await server.get<ScenarioView[]>('scenarios');
  assert.equal(listed?.lastRun?.id, id);

  const stations = await server.api.ensureStationsOfPlan(id, { origin: 'simulated' });
  assert.deepEqual(await server.api.ensureStationsOfPlan(id, { origin: 'simulated' }), stations, 'made once');
  const views = await server.get<StationView[]>('stations');
  assert.equal(views.length, stations.length);
  assert.ok(
    views.every((s) => s.origin === 'simulated' && s.liveness === 'never' && s.evses.length > 0 && s.powerKw !== null),
  );
});

test('a run whose server was killed is taken up again after the restart, and a stop keeps its incumbent', async (t) => {
  const folder = temporaryFolder();
  const script = `
    import { readFileSync } from 'node:fs';
    import { startServer } from '@qipan/server';
    import { dianjiangBoard, dianjiangFiles } from '@qipan/territory';
    const server = await startServer({ port: 0, dataFolder: ${JSON.stringify(folder)}, logLevel: 'silent' });
    const read = ([name, file]) => [name, readFileSync(${JSON.stringify(path.join(repoRoot, 'data/dianjiang'))} + '/' + file)];
    const board = await server.api.importBoard(dianjiangBoard(Object.fromEntries(Object.entries(dianjiangFiles).map(read))));
    const scenario = await server.api.createScenario({ kind: 'plan', name: 'County', board, parameters: {}, seed: 1 });
    const run = await server.api.startRun(scenario.id);
    for (;;) {
      const { phase, error } = await server.api.run(run.id);
      if (error) throw new Error(JSON.stringify(error));
      if (phase !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    console.log(run.id);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: room,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const id = await new Promise<string>((resolve) =>
    child.stdout.once('data', (d: Buffer) => resolve(d.toString().trim())),
  );
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));

  const server = await startTestServer({}, folder);
  t.after(() => server.end());
  await eventually(async () => {
    const run = await server.get<RunView>(`runs/${id}`);
    return run.status === 'running' && run.phase !== null;
  }, 'the run to go on');
  const view = await server.get<BoardView>(`boards/${(await server.get<BoardSummary[]>('boards'))[0]?.id}`);
  const read = (name: keyof CountyFiles) => readFileSync(path.join(repoRoot, 'data/dianjiang', dianjiangFiles[name]));
  const parts = Object.fromEntries((Object.keys(dianjiangFiles) as (keyof CountyFiles)[]).map((k) => [k, read(k)]));
  assert.equal(view.id, dianjiangBoard(parts as unknown as CountyFiles).id, 'the board is the same by its content');
  await server.post(`runs/${id}/stop`);
  const ended = await server.api.waitForRun(id);
  assert.equal(ended.error, null);
  assert.equal(ended.status, 'stopped');
  const plan = await server.get<PlanView>(`runs/${id}/result`);
  assert.ok(plan.verified.ok, plan.verified.failures.join('; '));
  assert.equal(plan.status, 'stopped');
  assert.ok(plan.value > 0 && plan.bound <= plan.value);
});

test('a run that has not begun is stopped without a result, and a broken one says why', async (t) => {
  const server = await startTestServer({ clock: { speed: 60 }, unknownStations: 'token' });
  t.after(() => server.end());
  await tellsTheirTime(server);
  await asksForTheToken(server);
  const board = await smallBoard(server);
  const scenario = async (parameters: object) =>
    server.post<ScenarioView>('scenarios', { kind: 'plan', name: 'x', board: board.id, parameters, seed: 1 });
  const bad = await server.api.startRun((await scenario({ sites: { candidates: ['no such place'] } })).id);
  const failed = await server.api.waitForRun(bad.id);
  assert.equal(failed.status, 'failed');
  assert.ok((failed.error as { code: string; message: string }).message.includes('no such place'));
  assert.ok((failed.error as { code: string }).code);
  const ask = await scenario({});
  const [first, second] = [await server.api.startRun(ask.id), await server.api.startRun(ask.id)];
  const stopped = await server.api.stopRun(second.id);
  if (stopped.startedAtMs === null) assert.equal(stopped.status, 'stopped');
  await server.api.waitForRun(first.id);
  assert.equal((await server.ask('GET', 'runs/nothing')).status, 404);
});

/** Simulated stations are told the virtual time, real ones the real time. */
async function tellsTheirTime(server: TestServer): Promise<void> {
  const { clock } = await server.get<ServerInfo>('info');
  assert.equal(clock.speed, 60);
  const timeOf = async (identity: string, password: string) => {
    const cp = foreignStation(server, identity, { password });
    await cp.connect();
    const booted = await cp.call('BootNotification', boot16);
    await cp.close();
    return Date.parse(booted['currentTime'] as string);
  };
  await pause(300);
  const real = await server.api.addStation('REAL');
  const simulated = await server.api.ensureSimulatedStation('VIRTUAL');
  assert.ok(Math.abs((await timeOf('REAL', real.password)) - Date.now()) < 3_000);
  assert.ok((await timeOf('VIRTUAL', simulated.password)) - Date.now() > 60 * 250);
  assert.equal((await server.get<ServerInfo>('info')).simulated, true);
}

async function asksForTheToken(server: TestServer): Promise<void> {
  await assert.rejects(foreignStation(server, 'GUEST').connect(), /Unauthorized/);
  const guest = foreignStation(server, 'GUEST', { password: server.api.commissioningToken });
  await guest.connect();
  assert.equal((await guest.call('BootNotification', boot16))['status'], 'Pending');
  await guest.close();
}
