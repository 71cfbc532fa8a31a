import type { Bilingual } from '@qipan/base';
import type { MilpEngine } from '@qipan/optim';
import { coordinate, type ChessPlan, type ChessStop } from './coordinate.js';
import { pairStarts, type ChessData } from './data.js';
import { evaluatePlan, type JudgedPlan, type Judgement } from './referee.js';

export type BaselineName = 'ownBest' | 'quadrant' | 'greedy' | 'complexityCost' | 'asWritten';

export const baselineWords: Readonly<Record<BaselineName, Bilingual>> = {
  ownBest: { en: 'each region its own best', zh: '各地各选最优' },
  quadrant: { en: 'relatedness × complexity quadrant', zh: '关联度×复杂度象限法' },
  greedy: { en: 'best p·v first, nationwide', zh: '全国按 p·v 从高到低' },
  complexityCost: { en: 'least-cost complexity target of each region', zh: '各地最低成本复杂度目标' },
  asWritten: { en: 'the plans as written', zh: '各地现有规划' },
};

export interface Baseline {
  readonly name: BaselineName;
  readonly plan: JudgedPlan;
  readonly judgement: Judgement;
}

interface Board {
  readonly data: ChessData;
  readonly start: Int32Array;
  readonly worth: Float64Array;
}

/** New pairs of a region: what stands is no new move unless a plan asks for it. */
function openPairs(b: Board, r: number): number[] {
  const out: number[] = [];
  for (let k = b.start[r]; k < b.start[r + 1]; k++)
    if (b.data.pairs.isPresent[k] === 0 || b.data.pairs.isWish[k] === 1) out.push(k);
  return out;
}

const best = (list: readonly number[], score: (k: number) => number, count: number) =>
  [...list].sort((a, b) => score(b) - score(a) || a - b).slice(0, count);

/** Every region fills its slots with its own highest p·v, blind to the others. */
function ownBest(b: Board): JudgedPlan {
  const focus = new Uint8Array(b.worth.length);
  b.data.regions.code.forEach((_, r) => {
    for (const k of best(openPairs(b, r), (e) => b.worth[e], b.data.regions.slots[r])) focus[k] = 1;
  });
  return { focus };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * Every region fills its slots from the quadrant of high relatedness and high complexity, the more complex first (the
 * diagram rule of Balland, Boschma, Crespo and Rigby, Regional Studies 53, 2019). Relatedness is the board's column, else
 * p; complexity is v. The lines of the quadrant are the medians of the region's pairs.
 */
function quadrant(b: Board): JudgedPlan {
  const { pairs, regions } = b.data;
  const related = (k: number) => (Number.isNaN(pairs.relatedness[k]) ? pairs.probability[k] : pairs.relatedness[k]);
  const focus = new Uint8Array(b.worth.length);
  regions.code.forEach((_, r) => {
    const list = openPairs(b, r);
    const [line, level] = [median(list.map(related)), median(list.map((k) => pairs.value[k]))];
    const high = list.filter((k) => related(k) >= line && pairs.value[k] >= level);
    for (const k of best(high, (e) => pairs.value[e], regions.slots[r])) focus[k] = 1;
  });
  return { focus };
}

/** The nation takes the highest p·v first as long as slots, market room, budgets and land reach. */
function greedy(b: Board): JudgedPlan {
  const { pairs, regions, industries, provinces, rules } = b.data;
  const focus = new Uint8Array(b.worth.length);
  const slots = Float64Array.from(regions.slots);
  const land = Float64Array.from(regions.footprintLimit);
  const room = Float64Array.from(industries.marketRoom);
  const purse = Float64Array.from(provinces.budget);
  let nation = rules.nationBudget ?? Infinity;
  const order = best(
    b.data.regions.code.flatMap((_, r) => openPairs(b, r)),
    (k) => b.worth[k],
    b.worth.length,
  );
  for (const k of order) {
    const [r, i] = [pairs.region[k], pairs.industry[k]];
    const q = regions.province[r];
    const fits =
      slots[r] >= 1 &&
      room[i] >= pairs.size[k] &&
      nation >= pairs.cost[k] &&
      land[r] >= pairs.footprint[k] &&
      (q < 0 || purse[q] >= pairs.cost[k]);
    if (!fits) continue;
    slots[r]--;
    room[i] -= pairs.size[k];
    nation -= pairs.cost[k];
    land[r] -= pairs.footprint[k];
    if (q >= 0) purse[q] -= pairs.cost[k];
    focus[k] = 1;
  }
  return { focus };
}

/**
 * Every region on its own reaches a complexity target at least effort: min Σ (1 − relatedness)·x with Σ v x ≥ target and
 * Σ x ≤ K_r (after the linear programme of Stojkoski and Hidalgo, arXiv 2503.04476; target = 80 % of the value its K_r most
 * complex pairs would add). Solved by the engine, shares of a half and more count as a focus.
 */
function complexityCost(b: Board, engine: MilpEngine): JudgedPlan {
  const { pairs, regions } = b.data;
  const focus = new Uint8Array(b.worth.length);
  regions.code.forEach((_, r) => {
    const list = openPairs(b, r);
    if (list.length === 0) return;
    const top = best(list, (k) => pairs.value[k], regions.slots[r]).reduce((a, k) => a + pairs.value[k], 0);
    const n = list.length;
    const both = Array.from({ length: 2 * n }, (_v, e) => (e % 2 === 0 ? pairs.value[list[e >> 1]] : 1));
    const solved = engine.solve({
      numCols: n,
      numRows: 2,
      cost: Float64Array.from(
        list,
        (k) => 1 - (Number.isNaN(pairs.relatedness[k]) ? pairs.probability[k] : pairs.relatedness[k]),
      ),
      colLower: new Float64Array(n),
      colUpper: new Float64Array(n).fill(1),
      rowLower: Float64Array.of(0.8 * top, -Infinity),
      rowUpper: Float64Array.of(Infinity, regions.slots[r]),
      aStart: Int32Array.from({ length: n + 1 }, (_v, e) => 2 * e),
      aIndex: Int32Array.from({ length: 2 * n }, (_v, e) => e % 2),
      aValue: Float64Array.from(both),
    });
    solved.x?.forEach((x, e) => {
      if (x >= 0.5) focus[list[e]] = 1;
    });
  });
  return { focus };
}

/** Every wish is granted with the capacity that its plan writes down. */
function asWritten(b: Board): JudgedPlan {
  const { pairs } = b.data;
  return {
    focus: Uint8Array.from(pairs.isWish),
    size: pairs.size.map((x, k) => (Number.isNaN(pairs.plannedCapacity[k]) ? x : pairs.plannedCapacity[k])),
  };
}

/** The five ways of not coordinating, each judged by the referee. */
export function baselines(data: ChessData, engine: MilpEngine): Baseline[] {
  const { pairs } = data;
  const worth = Float64Array.from(pairs.probability, (p, k) => p * pairs.value[k]);
  const b: Board = { data, start: pairStarts(data), worth };
  const plans: [BaselineName, JudgedPlan][] = [
    ['ownBest', ownBest(b)],
    ['quadrant', quadrant(b)],
    ['greedy', greedy(b)],
    ['complexityCost', complexityCost(b, engine)],
    ['asWritten', asWritten(b)],
  ];
  return plans.map(([name, plan]) => ({ name, plan, judgement: evaluatePlan(data, plan) }));
}

/** The coordinated plan as the referee takes it. */
export const judged = (plan: ChessPlan): JudgedPlan => ({
  focus: Uint8Array.from(plan.begin, (s) => (s >= 0 ? 1 : 0)),
  begin: plan.begin,
});

export interface UncoordinationPrice {
  /** Value in the market of the coordinated plan over that of the plans as written, at no more spend; null = no wishes. */
  readonly ratio: number | null;
  readonly coordinated: Judgement;
  readonly asWritten: Judgement;
}

/**
 * What the lack of coordination costs: value in the market of a plan coordinated with the money of the plans as written
 * (or the nation's budget, if that is less), over theirs. Null when nothing is written or the board has no plan.
 */
export function uncoordinationPrice(
  data: ChessData,
  engine: MilpEngine,
  written: Judgement,
  stop: ChessStop,
): UncoordinationPrice | null {
  if (written.focusCount === 0) return null;
  const money = Math.min(written.spend, data.rules.nationBudget ?? Infinity);
  const least = data.regions.minSlots.map(() => 0);
  const plan = coordinate(
    { ...data, regions: { ...data.regions, minSlots: least }, rules: { ...data.rules, nationBudget: money } },
    engine,
    stop,
  ).plan;
  if (!plan) return null;
  const coordinated = evaluatePlan(data, judged(plan));
  return { ratio: written.value > 0 ? coordinated.value / written.value : null, coordinated, asWritten: written };
}
