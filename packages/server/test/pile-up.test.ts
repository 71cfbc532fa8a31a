import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DatasetSummary, IndustryView } from '@qipan/server/contract';
import { demoDatasets } from '../src/clusters/demo.js';
import { startTestServer, type TestServer } from './support.js';

interface Board {
  readonly tables: { readonly industries: readonly { readonly code: string; readonly marketRoom: number | null }[] };
}

let server: TestServer;
let id: Record<string, string> = {};
let wanted: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map();
let room: ReadonlyMap<string, number> = new Map();

before(async () => {
  server = await startTestServer();
  await server.api.ensureClusterDemo();
  const all = await server.get<DatasetSummary[]>('clusters/datasets');
  id = Object.fromEntries(all.map((d) => [d.kind, d.id]));
  const demo = await demoDatasets();
  const plans = new Map<string, Map<string, number>>();
  for (const w of demo.wishes.body.rows) {
    const industry = plans.get(String(w['industryCode'])) ?? new Map<string, number>();
    plans.set(String(w['industryCode']), industry);
    const capacity = typeof w['plannedCapacity'] === 'number' ? w['plannedCapacity'] : Number.NaN;
    industry.set(String(w['regionCode']), (industry.get(String(w['regionCode'])) ?? 0) + capacity);
  }
  wanted = plans;
  const { industries } = (demo.chessScenario.body as Board).tables;
  room = new Map(
    industries.flatMap((x) => (typeof x.marketRoom === 'number' ? [[x.code, x.marketRoom] as const] : [])),
  );
});
after(() => server.end());

const view = async (code: string, chess: boolean) => {
  const more = chess ? `&chess=${id['chessScenario']}` : '';
  const path = `clusters/industries/${code}?dataset=${id['panel']}&wishes=${id['wishes']}${more}`;
  return (await server.get<IndustryView>(path)).planned;
};
const sum = (code: string) => [...(wanted.get(code)?.values() ?? [])].reduce((a, x) => a + (x === x ? x : 0), 0);
const crowded = () => [...wanted.keys()].filter((c) => sum(c) > (room.get(c) ?? Infinity));

test('planned over room, what is beyond it and the colliding regions are those counted by hand', async () => {
  assert.ok(room.size > 50 && crowded().length > 0, 'the demo has rooms, and an industry that is crowded');
  for (const code of crowded().slice(0, 3)) {
    const p = (await view(code, true))?.pileUp;
    assert.ok(p);
    const [planned, space] = [sum(code), room.get(code) as number];
    assert.equal(p.room, space);
    assert.ok(Math.abs((p.ratio as number) - planned / space) < 1e-9 * (planned / space));
    assert.ok(Math.abs((p.excess as number) - (planned - space)) < 1e-6);
    const want = [...(wanted.get(code) ?? [])].filter(([, x]) => x > 0).sort((a, b) => b[1] - a[1]);
    assert.deepEqual(new Set(p.colliding.map((x) => x.region.code)), new Set(want.map(([c]) => c)));
    assert.deepEqual(
      p.colliding.map((x) => x.capacity),
      want.map(([, x]) => x),
    );
  }
});

test('the share of all plans beyond their rooms is the sum over industries of known room', async () => {
  const code = crowded()[0] as string;
  let [beyond, all] = [0, 0];
  for (const c of wanted.keys()) {
    const space = room.get(c);
    if (space === undefined) continue;
    all += sum(c);
    beyond += Math.max(0, sum(c) - space);
  }
  const share = (await view(code, true))?.pileUp.excessShareOfAll as number;
  assert.ok(Math.abs(share - beyond / all) < 1e-9);
});

test('alarms name colliding regions, above the usual likeness of their sizes', async () => {
  const p = (await view(crowded()[0] as string, true))?.pileUp;
  assert.ok(p && p.alarms.length <= 20 && p.alarms.length <= p.alarmCount);
  const colliding = new Set(p.colliding.map((x) => x.region.code));
  for (const a of p.alarms) {
    assert.ok(a.similarity > a.usual && a.similarity <= 1 + 1e-12);
    assert.ok(colliding.has(a.a.code) && colliding.has(a.b.code));
  }
});

test('without a scenario nothing is known of the room, and nobody is said to collide', async () => {
  const p = (await view(crowded()[0] as string, false))?.pileUp;
  assert.ok(p);
  assert.deepEqual([p.room, p.isUnlimited, p.ratio, p.excess, p.excessShareOfAll], [null, false, null, null, null]);
  assert.deepEqual([p.colliding, p.alarms, p.alarmCount], [[], [], 0]);
});
