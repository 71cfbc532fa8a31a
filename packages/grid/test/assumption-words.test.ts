import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assumptionWords,
  chinaLimits,
  countyAssumptions,
  hostingCapacity,
  hostingL0,
  hostingL1,
  readCounty,
  syntheticNetwork,
  syntheticTransformer,
  type ChargingRule,
} from '@qipan/grid';

const rule: ChargingRule = { kind: 'onArrival' };
const han = /\p{Script=Han}/u;

/** Everything that the engine may print as assumed, from the engine itself. */
function all(): string[] {
  const ledger = { id: 'T', ratedKva: 100, customers: 20, basePeakKw: null };
  const path = {
    ...ledger,
    ratedV: 400,
    sections: [{ lengthKm: 0.2, rOhmPerKm: 0.4, xOhmPerKm: 0.1, ratedA: null }],
    shareOfCustomers: null,
  };
  const network = syntheticNetwork({ id: 'V', seed: 1, customers: 12, ratedKva: 50 });
  const o = { seed: 1, draws: 5 };
  const sheet = (name: string, text: string) => {
    const [header = '', ...rows] = text.split('\n');
    return { file: `${name}.csv`, header: header.split(','), rows: rows.map((r) => r.split(',')) };
  };
  const county = readCounty(
    {
      transformers: sheet('transformers', 'id,ratedKva,customers\nT1,100,2\nT2,100,5\nT3,100,9'),
      sections: sheet('sections', 'transformer,order,lengthKm,conductor\nT2,1,0.2,NAYY 4x150'),
      lines: sheet('lines', 'transformer,id,from,to,lengthKm,conductor\nT1,L,T1,N,0.1,NAYY 4x50'),
      nodes: sheet('nodes', 'transformer,id\nT1,N'),
      customers: sheet('customers', 'transformer,id,node\nT1,C1,N\nT1,C2,N'),
    },
    { assume: Object.keys(countyAssumptions) },
  );
  assert.deepEqual(county.refused, []);
  return [
    ...syntheticTransformer({ id: 'S1', name: 'x', seed: 1 }).assumptions,
    ...hostingCapacity({ network, limits: chinaLimits }, [rule], o).flatMap((h) => h.assumptions),
    ...hostingL0(ledger, rule, o).assumptions,
    ...hostingL1(path, rule, o).assumptions,
    ...Object.values(countyAssumptions),
    ...county.transformers.flatMap((t) => t.assumptions),
  ];
}

test('every assumption that the engine prints has its Chinese, with the same figures', () => {
  const sentences = all();
  assert.ok(new Set(sentences).size >= 18, `${new Set(sentences).size} kinds`);
  for (const en of sentences) {
    const { zh } = assumptionWords(en);
    assert.match(zh, han, en);
    assert.ok(!zh.includes('$'), zh);
    for (const figure of en.match(/\d+(?:\.\d+)?/g) ?? []) assert.ok(zh.includes(figure), `${zh} lacks ${figure}`);
  }
});

test('what it does not know stays as it is in both languages', () => {
  assert.deepEqual(assumptionWords('the moon is full'), { en: 'the moon is full', zh: 'the moon is full' });
});
