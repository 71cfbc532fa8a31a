import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import {
  forecasterWords,
  scoreAll,
  verdictOf,
  type BackTest,
  type ForecasterName,
  type Interval,
} from '@qipan/clusters';

const interval = (value: number, half = 0.02): Interval => ({ value, lower: value - half, upper: value + half });
const scored = (name: ForecasterName, auc: Interval | null, aucGain: Interval | null = null): BackTest => ({
  name,
  auc,
  aucGain,
  prAuc: null,
  brier: null,
  calibration: [],
  line: null,
  top: [],
});
const verdict = (model: Interval | null, ...rivals: readonly [ForecasterName, number, number?][]) =>
  verdictOf(
    scored('model', model),
    rivals.map(([name, auc, gainLower]) =>
      scored(name, interval(auc), model && { value: model.value - auc, lower: gainLower ?? 0.001, upper: 1 }),
    ),
  );

const cases: readonly {
  what: string;
  model: Interval | null;
  rivals: readonly [ForecasterName, number, number?][];
  code: string;
  against: ForecasterName | null;
}[] = [
  {
    what: 'the interval covers the base rate',
    model: interval(0.68, 0.03),
    rivals: [['industryBaseRate', 0.66]],
    code: 'addsNothing',
    against: 'industryBaseRate',
  },
  {
    what: 'the interval ends exactly at the base rate',
    model: { value: 0.7, lower: 0.66, upper: 0.74 },
    rivals: [['industryBaseRate', 0.66]],
    code: 'addsNothing',
    against: 'industryBaseRate',
  },
  {
    what: 'the model is worse than the base rate',
    model: interval(0.55),
    rivals: [['industryBaseRate', 0.66]],
    code: 'addsNothing',
    against: 'industryBaseRate',
  },
  {
    what: 'covering the base rate comes before being beaten by another rule',
    model: interval(0.67),
    rivals: [
      ['industryBaseRate', 0.66],
      ['advantage', 0.8],
    ],
    code: 'addsNothing',
    against: 'industryBaseRate',
  },
  {
    what: 'a rule without a model ranks as well',
    model: interval(0.77),
    rivals: [
      ['industryBaseRate', 0.66],
      ['density', 0.6],
      ['advantage', 0.77],
    ],
    code: 'beaten',
    against: 'advantage',
  },
  {
    what: 'the lead over the best rule may be chance',
    model: interval(0.77),
    rivals: [
      ['industryBaseRate', 0.66],
      ['advantage', 0.76, -0.01],
    ],
    code: 'addsLittle',
    against: 'advantage',
  },
  {
    what: 'the lead over a rule that is not the best may be chance too',
    model: interval(0.77),
    rivals: [
      ['industryBaseRate', 0.66],
      ['advantage', 0.74],
      ['density', 0.73, 0],
    ],
    code: 'addsLittle',
    against: 'density',
  },
  {
    what: 'ahead of all',
    model: interval(0.8),
    rivals: [
      ['industryBaseRate', 0.66],
      ['pciDensity', 0.7],
      ['density', 0.6],
    ],
    code: 'adds',
    against: 'pciDensity',
  },
  { what: 'no events', model: null, rivals: [['industryBaseRate', 0.6]], code: 'unknown', against: null },
  {
    what: 'no base rate to compare with',
    model: interval(0.9),
    rivals: [['density', 0.6]],
    code: 'unknown',
    against: null,
  },
];

for (const c of cases) {
  test(`verdict when ${c.what}: ${c.code}`, () => {
    const v = verdict(c.model, ...c.rivals);
    assert.deepEqual([v.code, v.against], [c.code, c.against]);
    assert.ok(v.sentence.en.endsWith('.') && v.sentence.zh.endsWith('。'));
    if (c.model && c.code !== 'unknown') {
      for (const figure of [c.model.value, c.model.lower, c.model.upper])
        for (const text of [v.sentence.en, v.sentence.zh]) assert.ok(text.includes(figure.toFixed(3)), text);
    }
    if (c.against) {
      assert.ok(v.sentence.en.includes(forecasterWords(c.against).en));
      assert.ok(v.sentence.zh.includes(forecasterWords(c.against).zh));
    }
  });
}

/** Outcomes of `regions` regions with `each` rows; a score that knows something. */
function outcomes(regions: number, each: number, seed = 1) {
  const r = random(seed);
  const n = regions * each;
  const y = Uint8Array.from({ length: n }, () => Number(r.next() < 0.3));
  const score = Float64Array.from(y, (hit) => hit + 1.5 * r.normal());
  const region = Int32Array.from({ length: n }, (_, k) => Math.floor(k / each));
  const p = score.map((v) => 1 / (1 + Math.exp(1 - v)));
  return { y, score, region, p };
}
const options = { draws: 300, seed: 9 };

test('a region alone cannot be drawn otherwise: the interval is a point', () => {
  const { y, score, region, p } = outcomes(1, 60);
  const [model] = scoreAll({ rows: { y, region }, forecasts: [{ name: 'model', score, p }] }, options);
  assert.ok(model.auc && model.auc.lower === model.auc.upper && model.auc.value === model.auc.lower);
  assert.equal(model.aucGain, null);
});

test('rows that go together widen the interval: forty regions of copies know less than forty times five rows', () => {
  const alone = outcomes(200, 1, 3);
  const few = outcomes(40, 1, 3);
  const width = (o: { y: Uint8Array; score: Float64Array; region: Int32Array; p: Float64Array }) => {
    const [m] = scoreAll(
      { rows: { y: o.y, region: o.region }, forecasts: [{ name: 'model', score: o.score, p: o.p }] },
      options,
    );
    assert.ok(m.auc && m.auc.lower < m.auc.value && m.auc.value < m.auc.upper);
    return m.auc.upper - m.auc.lower;
  };
  const times = (x: ArrayLike<number>) => Array.from(x).flatMap((v) => [v, v, v, v, v]);
  const copies = {
    y: Uint8Array.from(times(few.y)),
    score: Float64Array.from(times(few.score)),
    region: Int32Array.from(times(few.region)),
    p: Float64Array.from(times(few.p)),
  };
  assert.ok(Math.abs(width(copies) - width(few)) < 1e-12, 'copies inside a region add nothing');
  assert.ok(width(copies) > 1.5 * width(alone));
});

test('the interval has its level: of eighty samples about ninety-five in a hundred hold the truth', () => {
  // Score = outcome + N(0, 1.5²): the true area is Φ(1 / (1.5·√2)) = 0.6813.
  let held = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const o = outcomes(150, 2, seed);
    const [m] = scoreAll(
      { rows: { y: o.y, region: o.region }, forecasts: [{ name: 'model', score: o.score, p: o.p }] },
      { draws: 120, seed },
    );
    if (m.auc && m.auc.lower <= 0.6813 && 0.6813 <= m.auc.upper) held++;
  }
  assert.ok(held >= 70 && held <= 80, `${held} of 80`);
});

test('a forecaster equal to the model has a lead of 0 in every draw, a mirrored one the mirrored area', () => {
  const { y, score, region, p } = outcomes(50, 4);
  const [model, same, mirrored] = scoreAll(
    {
      rows: { y, region },
      forecasts: [
        { name: 'model', score, p },
        { name: 'density', score: score.map((v) => 2 * v - 7), p },
        { name: 'advantage', score: score.map((v) => -v), p },
      ],
    },
    options,
  );
  assert.deepEqual(same.auc, model.auc);
  assert.deepEqual(same.aucGain, { value: 0, lower: 0, upper: 0 });
  assert.ok(mirrored.auc && model.auc && Math.abs(mirrored.auc.value - (1 - model.auc.value)) < 1e-12);
  assert.deepEqual(same.top, model.top);
});

test('without events nothing is said of ranks, and nothing is called 0', () => {
  const { score, region, p } = outcomes(10, 4);
  const y = new Uint8Array(40);
  const [m] = scoreAll({ rows: { y, region }, forecasts: [{ name: 'model', score, p }] }, options);
  assert.deepEqual([m.auc, m.prAuc, m.line, m.top], [null, null, null, []]);
  assert.equal(m.brier?.uncertainty, 0);
});
