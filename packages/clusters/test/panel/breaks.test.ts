import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  applyConcordance,
  codeBreak,
  pairYears,
  panelReport,
  panelReportText,
  type LongRows,
  type Panel,
} from '@qipan/clusters';
import { near } from '../reference-data.js';

/** A panel of one year from `{code: profile}`. */
function panel(rows: Readonly<Record<string, readonly number[]>>, year: number | null = 2011): Panel {
  const regionCode = Object.keys(rows);
  const industries = Object.values(rows)[0]!.length;
  return {
    value: Float64Array.from(Object.values(rows).flat()),
    regions: regionCode.length,
    industries,
    year,
    measure: 'employment',
    regionCode,
    industryCode: Array.from({ length: industries }, (_, i) => `i${i}`),
  };
}
/** Regions and industries changed over. */
function turned(p: Panel): Panel {
  return {
    ...p,
    value: Float64Array.from(p.value, (_, k) => p.value[(k % p.regions) * p.industries + Math.floor(k / p.regions)]!),
    regions: p.industries,
    industries: p.regions,
    regionCode: p.industryCode,
    industryCode: p.regionCode,
  };
}
const kinds = (b: ReturnType<typeof codeBreak>) =>
  b.proposals.map((p) => `${p.kind} ${p.from.join('+')} → ${p.to.join('+')}${p.ambiguous ? ' ?' : ''}`);

describe('codes of two years', () => {
  const codes = fc.uniqueArray(fc.nat(12), { maxLength: 8 });

  it('are the same, gone or new: sets counted apart', () => {
    fc.assert(
      fc.property(codes, codes, (a, b) => {
        const of = (list: readonly number[], year: number) =>
          panel(Object.fromEntries([['zz', [1, 1]], ...list.map((c) => [`k${c}`, [c + 1, 1]] as const)]), year);
        const got = codeBreak(of(a, 2011), of(b, 2016), 'region');
        const name = (c: number) => `k${c}`;
        assert.equal(got.same, 1 + a.filter((c) => b.includes(c)).length);
        assert.deepEqual(
          got.gone.toSorted(),
          a
            .filter((c) => !b.includes(c))
            .map(name)
            .sort(),
        );
        assert.deepEqual(
          got.fresh.toSorted(),
          b
            .filter((c) => !a.includes(c))
            .map(name)
            .sort(),
        );
        const [from, to] = [got.proposals.flatMap((p) => p.from), got.proposals.flatMap((p) => p.to)];
        assert.ok(from.every((c) => got.gone.includes(c)) && to.every((c) => got.fresh.includes(c)));
        assert.equal(new Set(from).size, from.length, 'without names in common each code is proposed once');
        assert.equal(new Set(to).size, to.length);
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  it('a code of true zeros is not in its year, one of unknown cells is', () => {
    const b = codeBreak(
      panel({ zeros: [0, 0], hidden: [0, Number.NaN], kept: [1, 2] }, 2011),
      panel({ kept: [1, 2], fresh: [0, 5] }, 2016),
      'region',
    );
    assert.deepEqual([b.gone, b.fresh, b.same, b.fromYear, b.toYear], [['hidden'], ['fresh'], 1, 2011, 2016]);
  });

  it('break the same way by industry as by region', () => {
    const a = panel({ north: [90, 10, 5], south: [10, 80, 5], kept: [1, 1, 1] });
    const b = panel({ united: [100, 92, 10], kept: [1, 1, 1] }, 2016);
    const [byRegion, byIndustry] = [codeBreak(a, b, 'region'), codeBreak(turned(a), turned(b), 'industry')];
    assert.deepEqual({ ...byIndustry, axis: 'region' }, byRegion);
    assert.equal(byIndustry.axis, 'industry');
  });
});

describe('proposals by name', () => {
  const one = (a: string, b: string) => codeBreak(panel({ [a]: [5, 50] }), panel({ [b]: [60, 5] }, 2016), 'region');

  it('a suffix in brackets that comes, goes or changes', () => {
    for (const [a, b] of [
      ['Adelaide (C)', 'Adelaide'],
      ['Adelaide', 'Adelaide (C)'],
      ['Adelaide (C)', 'Adelaide (DC)'],
      ['Adelaide  (C) ', 'Adelaide'],
    ] as const)
      assert.deepEqual(kinds(one(a, b)), [`suffix ${a} → ${b}`]);
    assert.deepEqual(kinds(one('(C) Adelaide', 'Adelaide')), [], 'a prefix is no suffix');
  });

  it('up to two letters typed otherwise in names of six letters and more', () => {
    const edits: readonly [string, string, boolean][] = [
      ['Bankstown', 'Bankstovn', true],
      ['Bankstown', 'bankstown', true],
      ['Bankstown', 'Bnkstwn', true],
      ['Bankstown', 'Bankstownes', true],
      ['Bankstown', 'Bnkstw', false],
      ['Bankstown', 'Banxztawn', false],
      ['Perth', 'Perht', false],
      ['Perths', 'Perht', false],
      ['Sydney', 'Sidnay', true],
    ];
    for (const [a, b, isNear] of edits)
      assert.deepEqual(kinds(one(a, b)), isNear ? [`spelling ${a} → ${b}`] : [], `${a} ${b}`);
  });

  it('never numbers: 110101 and 110102 are two counties', () => {
    assert.deepEqual(kinds(one('110101', '110102')), []);
  });

  it('agree with the edit distance written as a recursion', () => {
    const distance = (a: string, b: string): number =>
      a === '' || b === ''
        ? a.length + b.length
        : a[0] === b[0]
          ? distance(a.slice(1), b.slice(1))
          : 1 + Math.min(distance(a.slice(1), b), distance(a, b.slice(1)), distance(a.slice(1), b.slice(1)));
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 6, maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        fc.pre(a !== b);
        assert.equal(one(a, b).proposals.length, Number(distance(a, b) <= 2));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('two old names for one new one are ambiguous, each told with the ratio of totals', () => {
    const b = codeBreak(
      panel({ 'Kempsey (A)': [10, 0], 'Kempsey (B)': [40, 0] }),
      panel({ Kempsey: [20, 0] }, 2016),
      'region',
    );
    assert.deepEqual(kinds(b), ['suffix Kempsey (A) → Kempsey ?', 'suffix Kempsey (B) → Kempsey ?']);
    assert.deepEqual(
      b.proposals.map((p) => p.totalRatio),
      [2, 0.5],
    );
  });

  it('a name explains a code: no profile is guessed for it any more', () => {
    const x = [70, 20, 10];
    const b = codeBreak(panel({ 'Alpha (C)': x, 111: x }), panel({ Alpha: x, 222: x }, 2016), 'region');
    assert.deepEqual(kinds(b), ['suffix Alpha (C) → Alpha', 'profile 111 → 222 ?']);
  });

  it('an old code that is unknown throughout has no ratio, and the report says so', () => {
    const long: LongRows = {
      file: 'p.csv',
      header: ['r', 'i', 'v', 'y'],
      rows: [
        ['Adelaide (C)', '1', '*', 2011],
        ['Adelaide', '1', 50, 2016],
      ],
      rowNumbers: [2, 3],
    };
    const { report } = panelReport(long, { columns: { region: 'r', industry: 'i', value: 'v', year: 'y' } });
    assert.equal(report.codeBreaks[0]!.proposals[0]!.totalRatio, null);
    const [en, zh] = [panelReportText(report, 'en').join('\n'), panelReportText(report, 'zh').join('\n')];
    assert.match(en, / {2}suffix: Adelaide \(C\) → Adelaide \(total unknown\) – confirm/);
    assert.match(zh, / {2}后缀：Adelaide \(C\) → Adelaide（总量 未知）——待确认/);
  });
});

describe('proposals by profile', () => {
  /** Regions of their own profile: the k-th is nearly all in industry k. */
  const own = (k: number, size: number) => Array.from({ length: 6 }, (_, i) => (i === k ? 0.9 : 0.02) * size);
  const plus = (...list: number[][]) => list[0]!.map((_, i) => list.reduce((s, x) => s + x[i]!, 0));

  it('rename, merger and split at once, the nearest first, each code used once', () => {
    const a = panel({ a1: own(0, 100), a2: own(1, 100), a3: own(2, 80), a4: plus(own(3, 50), own(4, 70)) });
    const b = panel({ b1: own(0, 105), b2: plus(own(1, 100), own(2, 80)), b3: own(3, 50), b4: own(4, 70) }, 2016);
    const got = codeBreak(a, b, 'region');
    assert.deepEqual(kinds(got).sort(), ['merge a2+a3 → b2 ?', 'profile a1 → b1 ?', 'split a4 → b3+b4 ?']);
    near(got.proposals.find((p) => p.kind === 'profile')!.totalRatio!, 1.05, 1e-12, 'ratio');
    near(got.proposals.find((p) => p.kind === 'merge')!.totalRatio!, 1, 1e-12, 'ratio');
  });

  it('a split read backwards is a merger', () => {
    const whole = panel({ w: plus(own(3, 50), own(4, 70)) });
    const parts = panel({ p: own(3, 50), q: own(4, 70) });
    assert.deepEqual(kinds(codeBreak(whole, parts, 'region')), ['split w → p+q ?']);
    assert.deepEqual(kinds(codeBreak(parts, whole, 'region')), ['merge p+q → w ?']);
  });

  it('a place that grew by a third or more is no rename, one of another mix neither', () => {
    const grown = (f: number) =>
      codeBreak(panel({ 1: own(0, 100) }), panel({ 2: own(0, 100 * f) }, 2016), 'region').proposals.length;
    assert.deepEqual([grown(1.29), grown(1.31), grown(0.78), grown(0.76)], [1, 0, 1, 0]);
    // Moving share s from one industry to another is a distance of 2 s: 0.09 is near, 0.11 is not.
    const moved = (s: number) =>
      codeBreak(panel({ 1: [50, 50] }), panel({ 2: [50 + 100 * s, 50 - 100 * s] }, 2016), 'region').proposals.length;
    assert.deepEqual([moved(0.09), moved(0.11)], [1, 0]);
  });

  it('above 150 unexplained codes on a side nothing is guessed', () => {
    const many = (n: number, prefix: string) =>
      Object.fromEntries(Array.from({ length: n }, (_, k) => [`${prefix}${k}`, own(0, 100)]));
    const small = codeBreak(panel(many(3, '1')), panel(many(2, '2'), 2016), 'region');
    assert.equal(small.proposals.length, 2, 'as many as there are new codes');
    const large = codeBreak(panel(many(151, '1')), panel(many(2, '2'), 2016), 'region');
    assert.deepEqual([large.proposals, large.gone.length], [[], 151]);
  });

  it('codes that are unknown throughout take no part in guesses', () => {
    const b = codeBreak(panel({ 1: [Number.NaN, 0] }), panel({ 2: [5, 5] }, 2016), 'region');
    assert.deepEqual([b.gone, b.fresh, b.proposals], [['1'], ['2'], []]);
  });
});

describe('a report over several measures', () => {
  const rows = (v: (year: number, measure: string) => [string, number]): LongRows => {
    const list = ['employment', 'output'].flatMap((measure) =>
      [2011, 2016].map((year) => {
        const [code, value] = v(year, measure);
        return [code, '1', value, year, measure];
      }),
    );
    return { file: 'm.csv', header: ['r', 'i', 'v', 'y', 'm'], rows: list, rowNumbers: list.map((_, k) => k + 2) };
  };
  const columns = { region: 'r', industry: 'i', value: 'v', year: 'y', measure: 'm' };

  it('compares each measure with its own year before, though years of the other stand between', () => {
    const { report } = panelReport(
      rows((year, m) => ['a', m === 'output' && year === 2016 ? 5_000_000 : 5000]),
      { columns },
    );
    assert.deepEqual(
      report.unitJumps.map((j) => [j.fromYear, j.toYear, j.region, j.factor]),
      [[2011, 2016, null, 1000]],
    );
    assert.deepEqual(report.codeBreaks, []);
  });

  it('finds code breaks in each of them', () => {
    const { report } = panelReport(
      rows((year, m) => [m === 'employment' && year === 2016 ? 'b' : 'a', 10]),
      { columns },
    );
    assert.deepEqual(
      report.codeBreaks.map((b) => [b.axis, b.gone, b.fresh]),
      [['region', ['a'], ['b']]],
    );
  });
});

describe('pairing years', () => {
  const a = panel({ x: [1, 2], y: [3, 4], z: [5, 6] });
  const b = panel({ x: [10, 20], q: [30, 40] }, 2016);

  it('keeps every total of what is paired: sums before and after are those of their codes', () => {
    const p = pairYears(a, b, {
      confirmed: [
        { from: 'y', to: 'q' },
        { from: 'z', to: 'q' },
      ],
    });
    assert.deepEqual(
      [p.before.regionCode, [...p.before.value], [...p.after.value]],
      [
        ['q', 'x'],
        [8, 10, 1, 2],
        [30, 40, 10, 20],
      ],
    );
    assert.deepEqual([p.leftOutBefore, p.leftOutAfter, p.before.year, p.after.year], [[], [], 2011, 2016]);
  });

  it('a confirmation stands above an equal code', () => {
    const p = pairYears(a, panel({ x: [10, 20], y: [1, 1], z: [2, 2] }, 2016), {
      confirmed: [{ from: 'x', to: 'z' }],
      unmatched: 'leaveOut',
    });
    assert.deepEqual(
      [p.before.regionCode, [...p.before.value]],
      [
        ['y', 'z'],
        [3, 4, 6, 8],
      ],
    );
    assert.deepEqual([p.leftOutBefore, p.leftOutAfter], [[], ['x']]);
  });

  it('an unknown cell makes the sum that it flows into unknown, and no other', () => {
    const hidden = { ...a, value: Float64Array.from([1, 2, 3, Number.NaN, 5, 6]) };
    const p = pairYears(hidden, b, {
      confirmed: [
        { from: 'y', to: 'q' },
        { from: 'z', to: 'q' },
      ],
    });
    assert.deepEqual([...p.before.value], [8, Number.NaN, 1, 2]);
  });

  it('bounds and flags of single cells are not carried over to sums', () => {
    const noted: Panel = { ...a, flag: new Uint8Array(6), bounds: { lower: a.value, upper: a.value } };
    const p = pairYears(noted, b, { unmatched: 'leaveOut' });
    assert.ok(!('flag' in p.before) && !('bounds' in p.before));
  });

  it('is refused with both lists, and for a confirmed code that is not there, on either side', () => {
    assert.throws(
      () => pairYears(a, b),
      (e: { code: string; message: string; details: { got: unknown } }) => {
        assert.equal(e.code, 'CODE_BREAK');
        assert.match(e.message, /2 codes of 2011 and 1 of 2016 have no confirmed match, first y/);
        assert.deepEqual(e.details.got, [['y', 'z'], ['q']]);
        return true;
      },
    );
    for (const [from, to, year] of [
      ['nobody', 'q', 2011],
      ['y', 'nobody', 2016],
    ] as const)
      assert.throws(() => pairYears(a, b, { confirmed: [{ from, to }] }), {
        code: 'UNKNOWN_CODE',
        message: `nobody is not in ${year}`,
      });
  });
});

describe('a concordance', () => {
  it('is a matrix product: X W by hand for random weights, totals kept', () => {
    const r = random(3);
    for (let run = 0; run < 20; run++) {
      const [R, I, J] = [1 + r.below(4), 1 + r.below(5), 1 + r.below(5)];
      const w = Array.from({ length: I }, () => {
        const row = Array.from({ length: J }, (): number => (r.next() < 0.4 ? 0 : r.next() + 0.01));
        if (!row.some((x) => x > 0)) row[0] = 1;
        const sum = row.reduce((s, x) => s + x, 0);
        return row.map((x) => x / sum);
      });
      const p = panel(
        Object.fromEntries(
          Array.from({ length: R }, (_, k) => [`r${k}`, Array.from({ length: I }, () => r.below(90))]),
        ),
      );
      const rows = w.flatMap((row, i) => row.map((weight, j) => ({ fromCode: `i${i}`, toCode: `t${j}`, weight })));
      const q = applyConcordance(p, rows);
      assert.deepEqual(
        q.industryCode,
        Array.from({ length: J }, (_, j) => `t${j}`),
      );
      for (let k = 0; k < R; k++) {
        for (let j = 0; j < J; j++) {
          const want = w.reduce((s, row, i) => s + p.value[k * I + i]! * row[j]!, 0);
          near(q.value[k * J + j]!, want, 1e-9, `${k}, ${j}`);
        }
        const sum = (x: Float64Array, n: number) => x.subarray(k * n, (k + 1) * n).reduce((s, v) => s + v, 0);
        near(sum(q.value, J), sum(p.value, I), 1e-9, 'every person is carried over');
      }
    }
  });

  it('of weight 0 hides nothing: an unknown cell flows only where some of it goes', () => {
    const p = panel({ a: [Number.NaN, 4] });
    const q = applyConcordance(p, [
      { fromCode: 'i0', toCode: 'x', weight: 1 },
      { fromCode: 'i0', toCode: 'y', weight: 0 },
      { fromCode: 'i1', toCode: 'y', weight: 1 },
    ]);
    assert.deepEqual([...q.value], [Number.NaN, 4]);
  });

  it('refuses weights that are no numbers or miss 1, with row, got and expected', () => {
    const p = panel({ a: [1, 4] });
    const one = (weight: number) => [
      { fromCode: 'i1', toCode: 'y', weight: 1 },
      { fromCode: 'i0', toCode: 'x', weight },
    ];
    const details = (weight: number) => {
      try {
        applyConcordance(p, one(weight));
      } catch (e) {
        const { code, details: d } = e as { code: string; details: Record<string, unknown> };
        return [code, d['row'], d['got'], d['expected']];
      }
      return null;
    };
    assert.deepEqual(details(-0.1), ['CONCORDANCE_WEIGHTS', 2, -0.1, '0 to 1']);
    assert.deepEqual(details(Number.NaN), ['CONCORDANCE_WEIGHTS', 2, Number.NaN, '0 to 1']);
    assert.deepEqual(details(0.999), ['CONCORDANCE_WEIGHTS', 2, 0.999, '1 ± 1e-9']);
    assert.equal(details(1 - 1e-10), null, 'within rounding');
  });
});
