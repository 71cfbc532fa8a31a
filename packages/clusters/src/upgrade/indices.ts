import { QipanError, type Bilingual } from '@qipan/base';
import { tableRows } from '../rules/packs/table.js';

/** One indicator of an index. */
export interface Indicator {
  readonly id: string;
  readonly group: string;
  readonly name: Bilingual;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** > 0; weights need not add up to 1. */
  readonly weight: number;
  readonly confirmed?: boolean;
}

/** An index as data. */
export interface IndexDefinition {
  readonly id: string;
  readonly name: Bilingual;
  readonly source: string;
  readonly groups: readonly { readonly id: string; readonly name: Bilingual }[];
  readonly indicators: readonly Indicator[];
}

export interface IndexRow {
  /** `Σ w z / Σ w` over the indicators known, in deviations of the peer group; null when none is known. */
  readonly arithmetic: number | null;
  /** Weighted geometric mean of `100 + 10 z`: a weakness counts more than a strength. Null when none is known. */
  readonly geometric: number | null;
  /** Known weight over all weight, 0 to 1. */
  readonly coverage: number;
  /** Rank inside the peer group by the arithmetic version, 1 the best; null when there is no index. */
  readonly rank: number | null;
  /** The rank stays within these for every choice of weights between half and one and a half of the printed ones. */
  readonly rankRange: { readonly best: number; readonly worst: number } | null;
  readonly z: Float64Array;
}

export interface IndexResult {
  readonly weights: readonly { readonly id: string; readonly weight: number }[];
  readonly rows: readonly IndexRow[];
}

/** z inside each peer group (population deviation), turned where less is better; NaN where not known, 0 where all are alike. */
function standardised(values: Float64Array, cols: number, group: Int32Array, up: readonly boolean[]): Float64Array {
  const z = new Float64Array(values.length).fill(Number.NaN);
  for (const peers of new Set(group)) {
    const rows = [...group.keys()].filter((r) => group[r] === peers);
    for (let c = 0; c < cols; c++) {
      const known = rows.filter((r) => !Number.isNaN(values[r * cols + c]));
      const mean = known.reduce((s, r) => s + values[r * cols + c], 0) / known.length;
      const sd = Math.sqrt(known.reduce((s, r) => s + (values[r * cols + c] - mean) ** 2, 0) / known.length);
      for (const r of known)
        z[r * cols + c] =
          sd > 1e-12 * Math.max(1, Math.abs(mean)) ? ((up[c] ? 1 : -1) * (values[r * cols + c] - mean)) / sd : 0;
    }
  }
  return z;
}

/** Smallest and largest weighted mean of the known scores over weights in [½, 3⁄2] of the printed ones: extremes are reached at corners. */
function meanRange(z: Float64Array, w: Float64Array): { low: number; high: number } {
  const known = [...z.keys()].filter((c) => !Number.isNaN(z[c])).sort((a, b) => z[a] - z[b]);
  const mean = (share: (k: number) => number) => {
    let sum = 0;
    let all = 0;
    known.forEach((c, k) => {
      sum += share(k) * w[c] * z[c];
      all += share(k) * w[c];
    });
    return sum / all;
  };
  // The extreme puts the large weights on one end of the ordered scores: try every place to cut.
  const cuts = Array.from({ length: known.length + 1 }, (_, cut) => cut);
  return {
    low: Math.min(...cuts.map((cut) => mean((k) => (k < cut ? 1.5 : 0.5)))),
    high: Math.max(...cuts.map((cut) => mean((k) => (k < cut ? 0.5 : 1.5)))),
  };
}

/** Whether a may, and must, stand before b: range of the difference of their indices over the weights. */
function leadRange(a: Float64Array, b: Float64Array, w: Float64Array): { low: number; high: number } {
  const alike = a.every((v, c) => Number.isNaN(v) === Number.isNaN(b[c]));
  if (!alike) {
    const [x, y] = [meanRange(a, w), meanRange(b, w)];
    return { low: x.low - y.high, high: x.high - y.low };
  }
  return meanRange(
    a.map((v, c) => v - b[c]),
    w,
  );
}

/**
 * A composite index: z-scores inside the declared peer group, weighted; arithmetic and geometric (Mazziotta, Pareto 2013 scale
 * `100 + 10 z`). A missing indicator is left out and lowers `coverage`; nothing is imputed. The rank range holds for every weighting
 * within ± 50 %; it is exact in each pair of regions with the same indicators, and on the safe side otherwise.
 * @param values `[regions × indicators]`, NaN where not known
 * @param peerGroup group of each region; default one group
 * @throws SHAPE_MISMATCH; OUT_OF_RANGE for a weight that is not > 0
 */
export function compositeIndex(
  definition: Pick<IndexDefinition, 'indicators'>,
  values: Float64Array,
  peerGroup: Int32Array,
): IndexResult {
  const { indicators } = definition;
  const cols = indicators.length;
  const regions = peerGroup.length;
  if (values.length !== regions * cols)
    throw new QipanError('SHAPE_MISMATCH', `${values.length} values for ${regions} × ${cols}`, {
      got: values.length,
      expected: `${regions * cols}`,
    });
  for (const i of indicators)
    if (!(i.weight > 0 && Number.isFinite(i.weight)))
      throw new QipanError('OUT_OF_RANGE', `weight of ${i.id} is ${i.weight}; expected > 0`, {
        field: i.id,
        got: i.weight,
      });
  const w = Float64Array.from(indicators, (i) => i.weight);
  const all = w.reduce((a, b) => a + b, 0);
  const scores = standardised(
    values,
    cols,
    peerGroup,
    indicators.map((i) => i.higherIsBetter),
  );
  const rows = Array.from({ length: regions }, (_, r) => {
    const z = scores.subarray(r * cols, (r + 1) * cols);
    const known = [...z.keys()].filter((c) => !Number.isNaN(z[c]));
    const weight = known.reduce((s, c) => s + w[c], 0);
    if (known.length === 0) return { z, arithmetic: null, geometric: null, coverage: 0 };
    const mean = (of: (v: number) => number) => known.reduce((s, c) => s + w[c] * of(z[c]), 0) / weight;
    // A score below −9.9 deviations cannot come from fewer than a hundred peers; it is held there so that the logarithm exists.
    return {
      z,
      arithmetic: mean((v) => v),
      geometric: Math.exp(mean((v) => Math.log(100 + 10 * Math.max(v, -9.9)))),
      coverage: weight / all,
    };
  });
  const ranked = rows.map((row, r): IndexRow => {
    if (row.arithmetic === null) return { ...row, rank: null, rankRange: null };
    const own = row.arithmetic;
    const rivals = rows.filter((o, k) => k !== r && peerGroup[k] === peerGroup[r] && o.arithmetic !== null);
    const leads = rivals.map((o) => leadRange(o.z, row.z, w));
    return {
      ...row,
      rank: 1 + rivals.filter((o) => (o.arithmetic as number) > own + 1e-12).length,
      rankRange: {
        best: 1 + leads.filter((l) => l.low > 1e-12).length,
        worst: 1 + leads.filter((l) => l.high > 1e-12).length,
      },
    };
  });
  return { weights: indicators.map(({ id, weight }) => ({ id, weight })), rows: ranked };
}

const indicators = tableRows(`
complexityMix           | highEnd     | PCI                  | more | complexity of the industry mix | 产业结构复杂度
valueAddedPerWorker     | highEnd     | yuan                 | more | value added per worker, adjusted for the mix | 结构调整后的劳动生产率
rdSharePercent          | highEnd     | %                    | more | R&D in revenue | 研发投入强度
highTechSharePercent    | highEnd     | %                    | more | high-tech in value added | 高技术制造业占比
platformAdoptionPercent | intelligent | %                    | more | firms on an industrial internet platform | 工业互联网平台普及率
ncRatePercent           | intelligent | %                    | more | key processes under numerical control | 关键工序数控化率
robotsPer10k            | intelligent | per 10,000 workers   | more | robots | 机器人密度
digitalStaffPercent     | intelligent | %                    | more | digital staff | 数字化人员占比
energyPerValueAdded     | green       | tce per 10,000 yuan  | less | energy per value added | 单位增加值能耗
co2PerValueAdded        | green       | t per 10,000 yuan    | less | CO2 per value added | 单位增加值碳排放
waterPerValueAdded      | green       | m³ per 10,000 yuan   | less | water per value added | 单位增加值用水量
wasteReusePercent       | green       | %                    | more | waste reused | 固废综合利用率
greenFactoryPercent     | green       | %                    | more | output of green factories | 绿色工厂产值占比`);

/** The three indices, each with its indicators at weight 1. */
export const upgradeIndices: readonly IndexDefinition[] = tableRows(`
highEnd     | High-end    | 高端化
intelligent | Intelligent | 智能化
green       | Green       | 绿色化`).map(([id, en, zh]) => ({
  id,
  name: { en, zh },
  source: 'Qipan: indicators of the three directions of manufacturing policy; weights are the user’s',
  groups: [{ id, name: { en, zh } }],
  indicators: indicators
    .filter(([, group]) => group === id)
    .map(([key, group, unit, better, nameEn, nameZh]) => ({
      id: key,
      group,
      unit,
      higherIsBetter: better === 'more',
      weight: 1,
      name: { en: nameEn, zh: nameZh },
    })),
}));
