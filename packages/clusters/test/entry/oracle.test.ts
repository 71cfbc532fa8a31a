import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { entryData, entryRows, matchPanels, type EntryRows, type FeatureName, type Panel } from '@qipan/clusters';

/** The same rows by the textbook, from maps and plain loops, one cell at a time. */
interface Cell {
  readonly region: string;
  readonly industry: string;
  readonly outcome: 0 | 1;
  readonly x: readonly number[];
}

const names: readonly FeatureName[] = [
  'relatedness',
  'regionSize',
  'industrySize',
  'advantage',
  'suppliers',
  'sameParent',
];

function textbook(
  before: Panel,
  after: Panel,
  o: { low: number; inputs: Float64Array; parentOf: Int32Array; kind: 'entry' | 'exit' },
): Cell[] {
  const industries = before.industryCode;
  const common = before.regionCode.filter((_, r) =>
    [before, after].every((p) => industries.some((_i, i) => p.value[r * p.industries + i] !== 0)),
  );
  const value = (p: Panel, r: string, i: number) => p.value[p.regionCode.indexOf(r) * p.industries + i];
  const total = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const all = [...industries.keys()];
  const regionTotal = (p: Panel, r: string) => total(all.map((i) => value(p, r, i)));
  const industryTotal = (p: Panel, i: number) => total(common.map((r) => value(p, r, i)));
  const lq = (p: Panel, r: string, i: number): number => {
    const nation = total(all.map((k) => industryTotal(p, k)));
    return value(p, r, i) / regionTotal(p, r) / (industryTotal(p, i) / nation);
  };
  const here = new Map(common.map((r) => [r, all.map((i) => industryTotal(before, i) > 0 && lq(before, r, i) >= 1)]));
  const has = (r: string, i: number) => here.get(r)?.[i] === true;
  const ubiquity = (i: number) => common.filter((r) => has(r, i)).length;
  const near = all.map((i) => all.map((j) => pairOf(i, j)));
  const proximity = (i: number, j: number) => near[i][j];
  function pairOf(i: number, j: number): number {
    return common.filter((r) => has(r, i) && has(r, j)).length / Math.max(ubiquity(i), ubiquity(j));
  }
  const alive = all.filter((i) => ubiquity(i) > 0);
  const density = (r: string, j: number) =>
    total(alive.filter((i) => has(r, i)).map((i) => proximity(i, j))) / total(alive.map((i) => proximity(i, j)));
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  const cells: Cell[] = [];
  for (const r of common) {
    const pool = alive.filter((i) => has(r, i) === (o.kind === 'exit'));
    const w = pool.map((i) => density(r, i));
    const mean = total(w) / w.length;
    const sd = Math.sqrt(total(w.map((v) => (v - mean) ** 2)) / w.length);
    for (const i of alive) {
      if (industryTotal(after, i) === 0) continue;
      const [start, end] = [lq(before, r, i), lq(after, r, i)];
      if (o.kind === 'entry' ? start >= o.low : start < 1) continue;
      const inputs = all.filter((j) => j !== i).map((j) => ({ a: o.inputs[j * all.length + i], used: has(r, j) }));
      const siblings = all.filter((j) => j !== i && o.parentOf[j] === o.parentOf[i]);
      cells.push({
        region: r,
        industry: industries[i],
        outcome: (o.kind === 'entry' ? end >= 1 : end < o.low) ? 1 : 0,
        x: [
          w.length > 1 && sd > 1e-12 ? (density(r, i) - mean) / sd : 0,
          Math.log(regionTotal(before, r)),
          Math.log(Math.max(industryTotal(before, i), 0.5)),
          Math.log(start + 0.1),
          share(total(inputs.filter((k) => k.used).map((k) => k.a)), total(inputs.map((k) => k.a))),
          share(siblings.filter((j) => has(r, j)).length, siblings.length),
        ],
      });
    }
  }
  return cells;
}

function randomPanels(seed: number): { panels: Panel[]; inputs: Float64Array; parentOf: Int32Array } {
  const r = random(seed);
  const regions = 4 + r.below(5);
  const industries = 3 + r.below(4);
  const panels = [1, 2].map((year): Panel => ({
    // Whole numbers with zeros: some regions and industries are empty in one of the years.
    value: Float64Array.from({ length: regions * industries }, () => (r.next() < 0.55 ? 1 + r.below(40) : 0)),
    regions,
    industries,
    year,
    measure: 'employment',
    regionCode: Array.from({ length: regions }, (_, k) => `r${k}`),
    industryCode: Array.from({ length: industries }, (_, k) => `i${k}`),
  }));
  panels.forEach((p) => {
    p.value[0] = 3;
    p.value[industries + 1] = 5;
  });
  return {
    panels,
    inputs: Float64Array.from({ length: industries * industries }, () => (r.next() < 0.5 ? r.next() : 0)),
    parentOf: Int32Array.from({ length: industries }, () => r.below(2)),
  };
}

const runs = { seed: 23, numRuns: 50 };

for (const kind of ['entry', 'exit'] as const) {
  for (const low of [0.5, 1]) {
    test(`rows of the ${kind} model are those of the textbook, absent below ${low}`, () => {
      let rowsSeen = 0;
      let eventsSeen = 0;
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
          const { panels, inputs, parentOf } = randomPanels(seed);
          const d = entryData(matchPanels(panels), {
            kind,
            inputs,
            parentOf,
            features: names,
            rule: { present: 1, absentBelow: low },
          });
          const rows = entryRows(d, d.periods[0]);
          const want = textbook(panels[0], panels[1], { low, inputs, parentOf, kind });
          const name = (k: number) =>
            `${d.matched.panels[0].regionCode[rows.region[k]]} ${panels[0].industryCode[rows.industry[k]]}`;
          assert.deepEqual(
            [...rows.y.keys()].map(name),
            want.map((c) => `${c.region} ${c.industry}`),
          );
          want.forEach((c, k) => {
            assert.equal(rows.y[k], c.outcome, name(k));
            c.x.forEach((v, f) =>
              assert.ok(
                Math.abs(rows.x[k * rows.cols + f] - v) < 1e-9,
                `${name(k)} ${names[f]}: ${rows.x[k * rows.cols + f]} ${v}`,
              ),
            );
            eventsSeen += c.outcome;
          });
          rowsSeen += want.length;
        }),
        runs,
      );
      assert.ok(rowsSeen > 300 && eventsSeen > 30, `${rowsSeen} rows, ${eventsSeen} events`);
    });
  }
}

/** A panel with its regions and industries in another order. */
function shuffled(p: Panel, regions: Int32Array, industries: Int32Array): Panel {
  return {
    ...p,
    value: Float64Array.from(
      { length: p.value.length },
      (_, k) => p.value[regions[Math.floor(k / p.industries)] * p.industries + industries[k % p.industries]],
    ),
    regionCode: Array.from(regions, (r) => p.regionCode[r]),
    industryCode: Array.from(industries, (i) => p.industryCode[i]),
  };
}

const table = (rows: EntryRows, p: Panel): Map<string, string> =>
  new Map(
    [...rows.y.keys()].map((k) => [
      `${p.regionCode[rows.region[k]]} ${p.industryCode[rows.industry[k]]}`,
      [rows.y[k], ...rows.x.subarray(k * rows.cols, (k + 1) * rows.cols)]
        .map((v) => v.toFixed(8).replace('-0.00000000', '0.00000000'))
        .join(' '),
    ]),
  );

test('the order of regions and industries does not matter, nor the unit of the measure', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
      const { panels } = randomPanels(seed);
      const r = random(seed + 7);
      const regions = r.permutation(panels[0].regions);
      const industries = r.permutation(panels[0].industries);
      const features = ['relatedness', 'advantage'] as const;
      const rowsOf = (list: readonly Panel[]) => {
        const d = entryData(matchPanels(list), { features });
        return table(entryRows(d, d.periods[0]), d.matched.panels[0]);
      };
      const want = rowsOf(panels);
      assert.deepEqual(rowsOf(panels.map((p) => shuffled(p, regions, industries))), want);
      assert.deepEqual(rowsOf(panels.map((p) => ({ ...p, value: p.value.map((v) => v * 4) }))), want);
    }),
    runs,
  );
});

test('panels stay as they were', () => {
  const { panels } = randomPanels(99);
  const before = structuredClone(panels);
  const d = entryData(matchPanels(panels), {});
  entryRows(d, d.periods[0]);
  assert.deepEqual(panels, before);
});
