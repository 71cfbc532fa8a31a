import { QipanError } from '@qipan/base';
import { regionSimilarity } from './similarity.js';

/** Plans already written: capacity planned by region and industry, and what the market has room for. */
export interface Plans {
  /** `[regions × industries]`, ≥ 0, in one unit an industry; NaN = the plan gives no figure. */
  readonly planned: Float64Array;
  /** Room by industry, in the same unit; 0 = none left; NaN = not known. */
  readonly marketRoom: Float64Array;
  readonly regions: number;
  readonly industries: number;
}

/** One industry that more is planned for than there is room. */
export interface Collision {
  readonly industry: number;
  readonly planned: number;
  readonly room: number;
  /** `D_i = planned / room`; Infinity without room. */
  readonly ratio: number;
  /** Regions that plan it, the largest first. */
  readonly regions: readonly { readonly region: number; readonly planned: number }[];
}

/** Two plans more alike than nearly all plans of such sizes. */
export interface SimilarityAlarm {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
  /** 95th percentile of pairs of the same two size classes. */
  readonly usual: number;
}

export interface PileUp {
  /** `D_i` by industry; NaN where the room is unknown, 0 where nothing is planned. */
  readonly ratio: Float64Array;
  /** `Σ_i max(0, planned_i − room_i) / Σ_i planned_i` over industries of known room; NaN when nothing is planned there. */
  readonly excessShare: number;
  readonly collisions: readonly Collision[];
  readonly alarms: readonly SimilarityAlarm[];
  /** Industries planned somewhere whose room is not known: they are in no sum. */
  readonly roomUnknown: readonly number[];
  /** Cells that name an industry without a figure. */
  readonly withoutFigure: number;
}

/** Fewer pairs of one size than this have no usual similarity. */
const leastPairs = 20;

function check(p: Plans): void {
  if (p.planned.length !== p.regions * p.industries || p.marketRoom.length !== p.industries)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `${p.planned.length} planned cells and ${p.marketRoom.length} rooms for ${p.regions} × ${p.industries}`,
      { got: [p.planned.length, p.marketRoom.length], expected: `${p.regions * p.industries} and ${p.industries}` },
    );
  for (const [name, x, width] of [
    ['planned', p.planned, p.industries],
    ['marketRoom', p.marketRoom, 1],
  ] as const) {
    const bad = x.findIndex((v) => v < 0);
    if (bad >= 0)
      throw new QipanError('VALUE_NEGATIVE', `${name}[${bad}] = ${x[bad]}; expected ≥ 0`, {
        table: 'plans',
        row: Math.floor(bad / width),
        got: x[bad],
        expected: '≥ 0',
      });
  }
}

/**
 * Pile-up of plans (a house definition): which industries more is planned for than the market has room, by which regions, and
 * which two plans resemble each other more than the 95th percentile of pairs of the same sizes (quartiles of planned total,
 * at least 20 pairs). Cosine of planned shares. It forecasts collision, not failure: plans are wishes.
 * @throws SHAPE_MISMATCH, VALUE_NEGATIVE
 */
export function pileUp(p: Plans): PileUp {
  check(p);
  const total = new Float64Array(p.industries);
  let withoutFigure = 0;
  for (let k = 0; k < p.planned.length; k++) {
    const x = p.planned[k];
    if (x === x) total[k % p.industries] += x;
    else withoutFigure++;
  }
  const ratio = total.map((x, i) => (x === 0 ? 0 : x / p.marketRoom[i]));
  let [excess, known] = [0, 0];
  const collisions: Collision[] = [];
  const roomUnknown: number[] = [];
  for (let i = 0; i < p.industries; i++) {
    const room = p.marketRoom[i];
    if (total[i] === 0) continue;
    if (room !== room) {
      roomUnknown.push(i);
      continue;
    }
    known += total[i];
    excess += Math.max(0, total[i] - room);
    if (total[i] > room)
      collisions.push({ industry: i, planned: total[i], room, ratio: ratio[i], regions: planners(p, i) });
  }
  collisions.sort((a, b) => b.planned - b.room - (a.planned - a.room) || a.industry - b.industry);
  return { ratio, excessShare: excess / known, collisions, alarms: alarms(p), roomUnknown, withoutFigure };
}

function planners(p: Plans, i: number): { region: number; planned: number }[] {
  return Array.from({ length: p.regions }, (_, region) => ({ region, planned: p.planned[region * p.industries + i] }))
    .filter((x) => x.planned > 0)
    .sort((a, b) => b.planned - a.planned || a.region - b.region);
}

function alarms(p: Plans): SimilarityAlarm[] {
  const value = p.planned.map((x) => (x === x ? x : 0));
  const size = new Float64Array(p.regions);
  for (let k = 0; k < value.length; k++) size[Math.floor(k / p.industries)] += value[k];
  const planning = [...size.keys()].filter((r) => size[r] > 0).sort((a, b) => size[a] - size[b] || a - b);
  const sizeClass = new Map(planning.map((r, k) => [r, Math.floor((4 * k) / planning.length)]));
  const similarity = regionSimilarity({ value, regions: p.regions, industries: p.industries }, 'cosine');
  const pairs = new Map<number, { a: number; b: number; s: number }[]>();
  for (const a of planning) {
    for (const b of planning) {
      if (a >= b) continue;
      const [x, y] = [sizeClass.get(a) as number, sizeClass.get(b) as number];
      const key = Math.min(x, y) * 4 + Math.max(x, y);
      const list = pairs.get(key) ?? [];
      pairs.set(key, list);
      list.push({ a, b, s: similarity[a * p.regions + b] });
    }
  }
  const out: SimilarityAlarm[] = [];
  for (const list of pairs.values()) {
    if (list.length < leastPairs) continue;
    const sorted = list.map((x) => x.s).sort((x, y) => x - y);
    const usual = sorted[Math.ceil(0.95 * sorted.length) - 1];
    for (const { a, b, s } of list) if (s > usual) out.push({ a, b, similarity: s, usual });
  }
  return out.sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
}
