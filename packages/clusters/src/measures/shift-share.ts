import { QipanError } from '@qipan/base';

/** One region and the benchmark (nation) by industry at two dates, in the same unit; NaN = unknown. */
export interface TwoDates {
  readonly regionBefore: Float64Array;
  readonly regionAfter: Float64Array;
  readonly nationBefore: Float64Array;
  readonly nationAfter: Float64Array;
}

/** Growth in parts that add up to it; `newIndustries` is what began at 0, which no growth rate describes. */
export interface ShiftShare {
  readonly growth: number;
  readonly national: number;
  readonly industryMix: number;
  readonly regional: number;
  readonly newIndustries: number;
  /** `growth − Σ parts`: rounding only. */
  readonly residual: number;
  /** Industries left out of every part and of the growth, since one of the four figures is unknown. */
  readonly leftOut: readonly number[];
}

export interface EstebanMarquillas extends Omit<ShiftShare, 'regional'> {
  /** On the employment the region would have with the nation's structure. */
  readonly competitive: number;
  readonly allocation: number;
}

/** Gerfin's factors: regional growth over national growth = mix × regional. */
export interface Gerfin {
  readonly net: number;
  readonly industryMix: number;
  readonly regional: number;
  /** Part of the end value in industries that began at 0; it is left out of the factors. */
  readonly newIndustries: number;
  readonly leftOut: readonly number[];
}

interface Checked extends TwoDates {
  /** Industries with a growth rate in the region. */
  readonly grown: readonly number[];
  /** Industries at 0 in the region before. */
  readonly fresh: readonly number[];
  readonly leftOut: readonly number[];
  readonly nation: { readonly before: number; readonly after: number };
}

const known = (...x: readonly number[]): boolean => x.every((v) => v === v);

function check(d: TwoDates): Checked {
  const n = d.regionBefore.length;
  for (const [name, x] of Object.entries(d) as [string, Float64Array][]) {
    if (x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${name} has ${x.length} industries, regionBefore ${n}`, {
        field: name,
        got: x.length,
        expected: `${n}`,
      });
    const bad = x.findIndex((v) => v < 0);
    if (bad >= 0)
      throw new QipanError('VALUE_NEGATIVE', `${name}[${bad}] = ${x[bad]}; expected ≥ 0`, {
        field: name,
        row: bad,
        got: x[bad],
        expected: '≥ 0',
      });
  }
  const all = [...d.regionBefore.keys()];
  const complete = all.filter((i) => known(d.regionBefore[i], d.regionAfter[i], d.nationBefore[i], d.nationAfter[i]));
  const nation = { before: 0, after: 0 };
  for (const i of complete) {
    nation.before += d.nationBefore[i];
    nation.after += d.nationAfter[i];
    if (d.regionBefore[i] > 0 && d.nationBefore[i] === 0)
      throw new QipanError('EMPTY_BENCHMARK', `the nation has 0 of industry ${i}, the region ${d.regionBefore[i]}`, {
        field: 'nationBefore',
        row: i,
        got: 0,
        expected: 'at least the region',
      });
  }
  if (!(nation.before > 0))
    throw new QipanError('EMPTY_BENCHMARK', 'the nation sums to 0 at the first date', {
      field: 'nationBefore',
      got: 0,
    });
  return {
    ...d,
    grown: complete.filter((i) => d.regionBefore[i] > 0),
    fresh: complete.filter((i) => d.regionBefore[i] === 0),
    leftOut: all.filter((i) => !complete.includes(i)),
    nation,
  };
}

const over = (list: readonly number[], f: (i: number) => number): number => list.reduce((s, i) => s + f(i), 0);

/** Dunn 1960: national `X g`, mix `Σ X_i(g_i − g)`, regional `Σ X_i(g_ir − g_i)`; new industries on their own line. */
export function shiftShare(dates: TwoDates): ShiftShare {
  const c = check(dates);
  const g = c.nation.after / c.nation.before - 1;
  const gi = (i: number) => c.nationAfter[i] / c.nationBefore[i] - 1;
  const national = over(c.grown, (i) => c.regionBefore[i]) * g;
  const industryMix = over(c.grown, (i) => c.regionBefore[i] * (gi(i) - g));
  const regional = over(c.grown, (i) => c.regionAfter[i] - c.regionBefore[i] * (1 + gi(i)));
  const newIndustries = over(c.fresh, (i) => c.regionAfter[i]);
  const growth = over(c.grown, (i) => c.regionAfter[i] - c.regionBefore[i]) + newIndustries;
  const residual = growth - (national + industryMix + regional + newIndustries);
  return { growth, national, industryMix, regional, newIndustries, residual, leftOut: c.leftOut };
}

/**
 * Esteban-Marquillas 1972: with `X'_i = X_r·X_.i/X_..` the regional part splits in competitive `Σ X'_i(g_ir − g_i)` and
 * allocation `Σ (X_i − X'_i)(g_ir − g_i)`.
 */
export function estebanMarquillas(dates: TwoDates): EstebanMarquillas {
  const c = check(dates);
  const { regional, ...rest } = shiftShare(dates);
  const total = over(c.grown, (i) => c.regionBefore[i]);
  const ahead = (i: number) => c.regionAfter[i] / c.regionBefore[i] - c.nationAfter[i] / c.nationBefore[i];
  const homothetic = (i: number) => (total * c.nationBefore[i]) / c.nation.before;
  const competitive = over(c.grown, (i) => homothetic(i) * ahead(i));
  const allocation = over(c.grown, (i) => (c.regionBefore[i] - homothetic(i)) * ahead(i));
  return { ...rest, competitive, allocation, residual: rest.residual + regional - competitive - allocation };
}

/** Gerfin 1964: what the region would have at national rates of each industry, over national growth, and what it has over that. */
export function gerfin(dates: TwoDates): Gerfin {
  const c = check(dates);
  const before = over(c.grown, (i) => c.regionBefore[i]);
  const expected = over(c.grown, (i) => (c.regionBefore[i] * c.nationAfter[i]) / c.nationBefore[i]);
  const after = over(c.grown, (i) => c.regionAfter[i]);
  const nation = c.nation.after / c.nation.before;
  return {
    net: after / before / nation,
    industryMix: expected / before / nation,
    regional: after / expected,
    newIndustries: over(c.fresh, (i) => c.regionAfter[i]),
    leftOut: c.leftOut,
  };
}

/**
 * Dynamic shift-share (Barff, Knight 1988): Dunn's parts year by year, summed, so that changes of structure within the period count.
 * @param years region and nation by industry at each date, in order, two or more
 */
export function dynamicShiftShare(
  years: readonly { readonly region: Float64Array; readonly nation: Float64Array }[],
): ShiftShare {
  if (years.length < 2)
    throw new QipanError('DEGENERATE_INPUT', `${years.length} dates`, { got: years.length, expected: 'two or more' });
  const steps = years.slice(1).map((y, k) =>
    shiftShare({
      regionBefore: years[k].region,
      regionAfter: y.region,
      nationBefore: years[k].nation,
      nationAfter: y.nation,
    }),
  );
  const sum = (key: Exclude<keyof ShiftShare, 'leftOut'>) => steps.reduce((s, x) => s + x[key], 0);
  return {
    growth: sum('growth'),
    national: sum('national'),
    industryMix: sum('industryMix'),
    regional: sum('regional'),
    newIndustries: sum('newIndustries'),
    residual: sum('residual'),
    leftOut: [...new Set(steps.flatMap((s) => s.leftOut))].sort((a, b) => a - b),
  };
}
