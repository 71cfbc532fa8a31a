import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  hostingCapacity,
  hostingCaseOf,
  hostingL0,
  hostingL1,
  readCounty,
  reliefLadder,
  syntheticNetwork,
  syntheticTransformer,
  usualReliefs,
  type ChargingRule,
  type CountyTransformer,
  type WorstPathL1,
} from '@qipan/grid';

const onArrival: ChargingRule = { kind: 'onArrival' };
const options = { seed: 1, draws: 120 };

/** What a ledger with its worst path would know of a village whose topology is there: level L1 of an L2 village. */
function worstPath(t: CountyTransformer): WorstPathL1 {
  const { network } = t;
  assert.ok(network);
  const lines = network.branches.filter((b) => b.kind === 'line');
  const into = new Map(lines.map((b) => [b.to, b]));
  const pathTo = (node: number) => {
    const path: (typeof lines)[0][] = [];
    for (let b = into.get(node); b; b = into.get(b.from)) path.unshift(b);
    return path;
  };
  const ohms = (path: readonly (typeof lines)[0][]) => path.reduce((a, b) => a + b.r1, 0);
  const worst = network.loads.map((l) => pathTo(l.node)).reduce((a, b) => (ohms(b) > ohms(a) ? b : a));
  const feeder = worst[0]?.to;
  const onFeeder = network.loads.filter((l) => pathTo(l.node)[0]?.to === feeder).length;
  return {
    ...t.ledger,
    ratedV: 400,
    sections: worst.map((b) => ({ lengthKm: 1, rOhmPerKm: b.r1, xOhmPerKm: b.x1, ratedA: b.ratedA })),
    shareOfCustomers: onFeeder / network.loads.length,
  };
}

describe('the levels of one village', () => {
  const villages = [1, 2, 3, 4, 5, 6].map((seed) => syntheticTransformer({ id: `V${seed}`, name: `V${seed}`, seed }));

  test('the thermal estimate lies near the full answer where the transformer binds, and on the safe side', () => {
    for (const t of villages) {
      const c = hostingCaseOf(t);
      assert.ok(c);
      const [full] = hostingCapacity(c, [onArrival], options);
      const l0 = hostingL0(t.ledger, onArrival, options);
      assert.equal(full.limiting[0]?.kind ?? 'transformer', 'transformer', t.id);
      // Peaks of households and cars are added up as if they came at once: the ledger promises no more than the interval's end.
      assert.ok(l0.cars <= full.interval[1], `${t.id}: L0 ${l0.cars}, L2 ${full.cars} (${full.interval.join('…')})`);
      assert.ok(l0.cars >= 0.3 * full.cars - 3, `${t.id}: L0 ${l0.cars}, L2 ${full.cars}`);
    }
  });

  test('the path estimate never promises more than the ledger, lumped no more than spread', () => {
    for (const t of villages) {
      const l0 = hostingL0(t.ledger, onArrival, options);
      const l1 = hostingL1(worstPath(t), onArrival, options);
      assert.ok(l1.cars <= l1.carsUniform && l1.carsUniform <= l0.cars, t.id);
    }
  });

  test('on a village of thin long lines voltage binds, and the bracket holds the full answer or lies below it', () => {
    const t = syntheticTransformer({ id: 'V1', name: 'V1', seed: 1 });
    const network = syntheticNetwork({ id: 'V1', seed: 1, customers: t.ledger.customers, ratedKva: 400 });
    // Every line many times as long, behind a transformer that never binds.
    const long = {
      ...network,
      branches: network.branches.map((b) =>
        b.kind === 'line' ? { ...b, r1: 12 * b.r1, x1: 12 * b.x1, ratedA: 1e4 } : b,
      ),
    };
    const ledger = { ...t.ledger, ratedKva: 400 };
    const thin: CountyTransformer = { ...t, ledger, network: long };
    const c = hostingCaseOf(thin);
    assert.ok(c);
    const [full] = hostingCapacity(c, [onArrival], options);
    const l1 = hostingL1(worstPath(thin), onArrival, options);
    assert.equal(full.limiting[0]?.kind, 'lowVoltage');
    assert.equal(l1.limiting, 'lowVoltage');
    assert.ok(l1.cars <= full.interval[1], `lumped ${l1.cars}, full ${full.cars}`);
    // Above the bracket it is flagged: laterals and the transformer's own drop stand in no path.
    const isFlagged = full.cars > l1.carsUniform;
    assert.ok(isFlagged || full.cars >= l1.cars, `${l1.cars}…${l1.carsUniform}, full ${full.cars}`);
  });
});

describe('answers that are known already', () => {
  test('are taken into the ladder as they are, and change none of its rungs', () => {
    const network = syntheticNetwork({ id: 'V', seed: 4, customers: 16, ratedKva: 50 });
    const reliefs = usualReliefs(network, 50);
    const o = { seed: 2, draws: 40 };
    const rules = [onArrival, ...reliefs.flatMap((r) => (r.kind === 'rule' ? [r.rule] : []))];
    const known = hostingCapacity({ network }, rules, o);
    const with_ = reliefLadder({ network }, onArrival, reliefs, { ...o, known });
    assert.deepEqual(with_, reliefLadder({ network }, onArrival, reliefs, o));
    assert.equal(with_.today, known[0]);
  });
});

describe('where a transformer stands', () => {
  test('place and position come from the ledger, in either language, and may be left out', () => {
    const read = (header: string, row: string) =>
      readCounty(
        { transformers: { file: 't.csv', header: header.split(','), rows: [row.split(',')] } },
        { assume: ['householdPeak', 'powerFactor'] },
      );
    const [placed] = read('id,ratedKva,customers,place,lon,lat', 'T1,100,20,V7,107.3,30.2').transformers;
    assert.deepEqual([placed?.place, placed?.lon, placed?.lat], ['V7', 107.3, 30.2]);
    const [chinese] = read('台区编号,额定容量,户数,村庄,经度,纬度', 'T1,100,20,东村,107.3,30.2').transformers;
    assert.deepEqual([chinese?.place, chinese?.lon], ['东村', 107.3]);
    const [bare] = read('id,ratedKva,customers', 'T1,100,20').transformers;
    assert.deepEqual([bare?.place, bare?.lon, bare?.lat], [null, null, null]);
    const bad = read('id,ratedKva,customers,lon,lat', 'T1,100,20,1073,30.2');
    assert.deepEqual(bad.refused, ['T1']);
    assert.ok(bad.issues.some((i) => i.column === 'lon' && i.row === 2));
  });
});
