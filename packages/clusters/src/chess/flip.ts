import type { Bilingual } from '@qipan/base';
import type { MilpEngine } from '@qipan/optim';
import { movesOf, type ChessPlan, type ChessResult, type Move } from './coordinate.js';
import type { ChessData } from './data.js';
import { coordinationModel, type ModelSpec } from './formulation.js';
import { lastColumn, neighbourhood, solveForced } from './neighbourhood.js';
import { beginOf, completePoint, pointValue } from './point.js';
import { priceTerms, reducedValues, worthOf } from './pricing.js';

export type FlipQuantity = 'probability' | 'value' | 'cost';

/** How far one number of the pair has to move until the other move is better. */
export interface FlipChange {
  readonly quantity: FlipQuantity;
  readonly present: number;
  /** First guess from the prices; null when there are none or the quantity has no part in them. */
  readonly estimate: number | null;
  /** The move stays at the first number and has turned at the second, both solved; they are at most 1 % apart. Null = it never turns. */
  readonly bracket: readonly [number, number] | null;
  readonly words: Bilingual;
}

/** What the other move of a pair would cost and when it would be right. */
export interface Flip {
  readonly pair: number;
  readonly from: Move;
  readonly forced: 'focus' | 'none';
  /** Value given up by the best plan found with the other move; null when no plan allows it. */
  readonly loss: number | null;
  /** The loss to the nation lies between these, by the proven bounds. Null without a plan. */
  readonly lossBracket: readonly [number, number] | null;
  /** The exchange: foci that leave and that enter besides the pair itself. */
  readonly leaves: readonly number[];
  readonly enters: readonly number[];
  readonly changes: readonly FlipChange[];
  /** Columns that could move in the solves; all others stood as in the plan. */
  readonly freeColumns: number;
}

export interface FlipOptions {
  /** Most columns that may move; default 300. */
  readonly limit?: number;
  /** Leaves out the search for the smallest changes. */
  readonly lossOnly?: boolean;
}

interface Setting {
  readonly data: ChessData;
  readonly spec: ModelSpec;
  readonly engine: MilpEngine;
  readonly begin: Int8Array;
  readonly pair: number;
  readonly colDual: Float64Array | null;
  readonly limit: number;
  /** Value of the best plan without the pair. */
  readonly without: number;
}

/** The board with one number of one pair changed. */
function changed(data: ChessData, pair: number, quantity: FlipQuantity, to: number): ChessData {
  const column = data.pairs[quantity].slice();
  column[pair] = to;
  return { ...data, pairs: { ...data.pairs, [quantity]: column } };
}

/**
 * Value with the pair minus value without, when one of its numbers is `to`; −Infinity when no plan has the pair. Without
 * the pair its numbers enter by the price of refusing it alone, so that side is not solved again.
 */
function advantage(s: Setting, quantity: FlipQuantity, to: number): number {
  const data = changed(s.data, s.pair, quantity, to);
  const spec = coordinationModel(data, data.weights, { chosen: s.spec.chosen });
  const problem = neighbourhood(spec, s.begin, s);
  const taken = solveForced(s.engine, problem, { column: lastColumn(spec, s.pair), to: 1 });
  const wished = s.data.pairs.isWish[s.pair] === 1 ? s.data.weights.refusal : 0;
  const without = s.without - wished * (worthOf(spec, s.pair) - worthOf(s.spec, s.pair));
  return taken.x === null ? -Infinity : taken.value - without;
}

/**
 * Narrows an interval whose ends have different moves until they are 1 % apart. `d` is positive where the pair is in.
 * Steps of regula falsi (Illinois) where both ends have figures, halving otherwise.
 */
function narrow(d: (q: number) => number, stay: [number, number], turned: [number, number]): [number, number] {
  let [a, fa] = stay;
  let [b, fb] = turned;
  for (let step = 0; step < 40 && Math.abs(b - a) > 0.01 * Math.max(Math.abs(a), Math.abs(b)); step++) {
    const mixed = Number.isFinite(fa) && Number.isFinite(fb) && fa !== fb && step % 3 !== 2;
    // A step lands a little beyond the crossing, so that the far end closes in too.
    const falsi = mixed ? a + (fa / (fa - fb)) * (b - a) : (a + b) / 2;
    const edge = 0.004 * Math.max(Math.abs(a), Math.abs(b)) * Math.sign(b - a);
    let q = mixed ? falsi + (step % 2 === 0 ? edge : -edge) : falsi;
    if ((q - a) * (q - b) >= 0) q = (a + b) / 2;
    const f = d(q);
    if (f > 0 === fb > 0) [b, fb] = [q, f];
    else [a, fa] = [q, f];
  }
  return [a, b];
}

/** How the reduced value moves with a number of the pair: pv and the families that it stands in. */
function slopeOf(s: Setting, rowDual: Float64Array, quantity: FlipQuantity): number {
  const present = s.data.pairs[quantity][s.pair];
  if (present === 0) return 0;
  const terms = priceTerms(s.spec, rowDual, s.pair);
  const part = (...families: string[]) =>
    terms.filter((t) => families.includes(t.family)).reduce((a, t) => a + t.amount, 0);
  if (quantity === 'cost') return part('budget') / present;
  const worth = worthOf(s.spec, s.pair) + part('equity', 'answer');
  return (quantity === 'probability' ? worth + part('resilience', 'zoneShare') : worth) / present;
}

const quantityWords: Readonly<Record<FlipQuantity, Bilingual>> = {
  probability: { en: 'the probability of success', zh: '成功概率' },
  value: { en: 'the value', zh: '价值' },
  cost: { en: 'the public cost', zh: '公共成本' },
};

function changeWords(quantity: FlipQuantity, bracket: readonly [number, number] | null, enters: boolean): Bilingual {
  const { en, zh } = quantityWords[quantity];
  const move = enters ? { en: 'focus', zh: '聚焦' } : { en: 'no focus', zh: '不聚焦' };
  const digits = (x: number) => Number(x.toPrecision(3)).toLocaleString('en-US', { maximumSignificantDigits: 4 });
  if (bracket === null)
    return { en: `no change of ${en} alone makes it ${move.en}`, zh: `仅改变${zh}不会使其转为${move.zh}` };
  const up = bracket[1] > bracket[0];
  return {
    en: `${en} would have to ${up ? 'rise' : 'fall'} to about ${digits(bracket[1])} for ${move.en}`,
    zh: `${zh}须${up ? '升' : '降'}至约${digits(bracket[1])}才会转为${move.zh}`,
  };
}

/** Smallest change of one number that turns the move, verified at both ends of a bracket. */
function changeOf(s: Setting, quantity: FlipQuantity, now: number, rowDual: Float64Array | null): FlipChange {
  const present = s.data.pairs[quantity][s.pair];
  const enters = !(s.begin[s.pair] >= 0);
  const slope = rowDual ? slopeOf(s, rowDual, quantity) : 0;
  const reduced = rowDual ? reducedValues(s.spec, rowDual)(s.pair) : NaN;
  const guess = slope === 0 || Number.isNaN(reduced) ? null : present - reduced / slope;
  const known = { quantity, present, estimate: guess !== null && guess >= 0 ? guess : null };
  const d = (q: number) => advantage(s, quantity, q);
  // The end at which the move would turn if it ever does; value is tried upwards in steps.
  const rises = enters !== (quantity === 'cost');
  const turned = (f: number) => f > 0 === enters;
  const ends = endsOf(s, quantity, present, rises);
  let from: [number, number] = [present, now];
  for (const end of ends) {
    const f = d(end);
    if (turned(f)) {
      const bracket = narrow(d, from, [end, f]);
      return { ...known, bracket, words: changeWords(quantity, bracket, enters) };
    }
    from = [end, f];
  }
  return { ...known, bracket: null, words: changeWords(quantity, null, enters) };
}

function endsOf(s: Setting, quantity: FlipQuantity, present: number, rises: boolean): number[] {
  if (!rises) return present > 0 ? [0] : [];
  if (quantity === 'probability') return present < 1 ? [1] : [];
  const base = Math.max(present, 1e-6);
  if (quantity === 'value') return [2, 8, 64].map((m) => base * m);
  const { rules, provinces, regions, pairs } = s.data;
  const purse = regions.province[pairs.region[s.pair]];
  const money = Math.min(rules.nationBudget ?? Infinity, purse < 0 ? Infinity : provinces.budget[purse]);
  return money < Infinity ? [Math.max(2 * base, money * 1.01)] : [];
}

/**
 * Forces the other move on a pair: what the nation gives up, which exchange follows, and the smallest change of
 * probability, value or cost that would turn the move. Each is found by solving again with the pair in and out, the
 * columns around it free and the rest as in the plan.
 */
export function flip(
  data: ChessData,
  engine: MilpEngine,
  at: { readonly result: ChessResult; readonly plan: ChessPlan; readonly pair: number },
  options: FlipOptions = {},
): Flip {
  const { result, plan, pair } = at;
  const relaxation = result.relaxation;
  const chosen = relaxation?.spec.chosen ?? Int32Array.from(data.pairs.region, (_, k) => k);
  const columns = chosen.includes(pair) ? chosen : Int32Array.from([...chosen, pair]);
  const spec = coordinationModel(data, data.weights, { chosen: columns });
  const isFocus = plan.begin[pair] >= 0;
  const limit = options.limit ?? 300;
  const shared = relaxation && columns === chosen && relaxation.spec.firstRow.at(-1) === spec.firstRow.at(-1);
  const colDual = shared ? (relaxation.lp.duals?.colDual ?? null) : null;
  const problem = neighbourhood(spec, plan.begin, { pair, colDual, limit });
  const column = lastColumn(spec, pair);
  const side = isFocus ? 0 : 1;
  const start = completePoint(spec, plan.begin);
  const forced = solveForced(engine, problem, { column, to: side });
  const same = solveForced(engine, problem, { column, to: isFocus ? 1 : 0, start });
  const value = Math.max(pointValue(spec, start), Number.isNaN(same.value) ? -Infinity : same.value);
  const relaxed = solveForced(engine, spec.problem, { column, to: side, relaxed: true });
  const after = forced.x ? beginOf(spec, forced.x) : null;
  const others = (test: (k: number) => boolean) =>
    after ? [...after.keys()].filter((k) => k !== pair && test(k)) : [];
  const loss = forced.x ? value - forced.value : null;
  const without = isFocus ? (forced.x ? forced.value : Infinity) : value;
  const s: Setting = { data, spec, engine, begin: plan.begin, pair, colDual, limit, without };
  const now = loss === null ? (isFocus ? Infinity : -Infinity) : isFocus ? loss : -loss;
  const rowDual = shared ? (relaxation.lp.duals?.rowDual ?? null) : null;
  const quantities: FlipQuantity[] = ['probability', 'value', 'cost'];
  return {
    pair,
    from: movesOf(data, plan)[pair],
    forced: isFocus ? 'none' : 'focus',
    loss,
    lossBracket:
      forced.x === null || Number.isNaN(relaxed.value)
        ? null
        : [Math.max(0, result.value - relaxed.value), Math.max(0, result.bound - forced.value)],
    leaves: others((k) => plan.begin[k] >= 0 && (after?.[k] ?? -1) < 0),
    enters: others((k) => plan.begin[k] < 0 && (after?.[k] ?? -1) >= 0),
    changes: options.lossOnly === true ? [] : quantities.map((q) => changeOf(s, q, now, rowDual)),
    freeColumns: Math.min(limit, columns.length * spec.stageCount),
  };
}
