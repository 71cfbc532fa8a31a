import { pairStarts, type ChessData } from './data.js';
import { noPrices, reducedOfAll, type PlacePrices } from './place-prices.js';

/** Rules of one kind with one rule a pair at most: Σ coefficient·x ≤ limit of the group, at a price of at most `most`. */
export interface PricedGroups {
  /** Group of each pair, −1 = none. */
  readonly group: Int32Array;
  readonly coefficient: Float64Array;
  readonly limit: Float64Array;
  readonly most: number;
  /** By group, moved in place. */
  readonly price: Float64Array;
}

const bins = 128;

/**
 * Moves the price of each group towards the one at which demand just fits its limit, everything else as it is. A pair is
 * wanted up to the price `p + (net − cut)/coefficient`, `net` being its reduced
 * value and `cut` what its region can have instead.
 *
 * @param margin `net − cut` of each pair at the present prices
 * @param step share of the way to go, 0–1
 */
export function movePrices(g: PricedGroups, margin: Float64Array, step: number): void {
  const G = g.limit.length;
  const top = new Float64Array(G).fill(1e-12);
  for (let k = 0; k < margin.length; k++) {
    const at = g.group[k];
    if (at < 0 || g.coefficient[k] <= 0) continue;
    const until = Math.min(g.most, g.price[at] + margin[k] / g.coefficient[k]);
    if (until > top[at]) top[at] = until;
  }
  const wanted = new Float64Array(G * bins);
  for (let k = 0; k < margin.length; k++) {
    const at = g.group[k];
    if (at < 0 || g.coefficient[k] <= 0) continue;
    const until = Math.min(g.most, g.price[at] + margin[k] / g.coefficient[k]);
    if (until > 0) wanted[at * bins + Math.min(bins - 1, Math.floor((until / top[at]) * bins))] += g.coefficient[k];
  }
  for (let at = 0; at < G; at++) {
    let demand = 0;
    let bin = bins;
    while (bin > 0 && demand + wanted[at * bins + bin - 1] <= g.limit[at]) demand += wanted[at * bins + --bin];
    // Within the bin that fills the limit demand is taken to grow evenly.
    const left = bin > 0 ? (g.limit[at] - demand) / wanted[at * bins + bin - 1] : 0;
    const aim = (top[at] * Math.max(0, bin - left)) / bins;
    g.price[at] += step * (Math.min(g.most, aim) - g.price[at]);
  }
}

/** Places of the `count` largest entries of `score[from … to)`, largest first, into `out`; how many there are. */
export function topOf(
  score: Float64Array,
  range: { readonly from: number; readonly to: number },
  count: number,
  out: Int32Array,
): number {
  let n = 0;
  for (let k = range.from; k < range.to; k++) {
    const s = score[k];
    if (n === count && (n === 0 || s <= score[out[n - 1]])) continue;
    let at = n < count ? n++ : n - 1;
    for (; at > 0 && score[out[at - 1]] < s; at--) out[at] = out[at - 1];
    out[at] = k;
  }
  return n;
}

interface Prices extends PlacePrices {
  readonly nation: Float64Array;
  readonly province: Float64Array;
  /** One entry: of the share of lagging regions. */
  readonly equity: Float64Array;
}

/** Groups of a board that a price can ration: markets, the provinces' budgets, the regions' footprints. */
function groupsOf({ pairs, regions, industries, provinces, weights }: ChessData, prices: Prices): PricedGroups[] {
  const provinceOf = pairs.region.map((r) => regions.province[r]);
  const [market, ...hard] = [
    { group: pairs.industry, coefficient: pairs.size, limit: industries.marketRoom, price: prices.room },
    { group: provinceOf, coefficient: pairs.cost, limit: provinces.budget, price: prices.province },
    { group: pairs.region, coefficient: pairs.footprint, limit: regions.footprintLimit, price: prices.footprint },
  ];
  return [{ ...market, most: weights.overflow }, ...hard.map((g) => ({ ...g, most: Infinity }))].filter((g) =>
    g.limit.some((x) => x < Infinity),
  );
}

/** What the regions would take at present prices, in all. */
interface Taken {
  readonly spend: number;
  readonly value: number;
  readonly lagging: number;
  /** Expected capacity by link, standing one included. */
  readonly supply: Float64Array;
}

interface Field {
  readonly data: ChessData;
  readonly start: Int32Array;
  /** By pair: reduced value, and what it has above the best alternative of its region. */
  readonly net: Float64Array;
  readonly margin: Float64Array;
  /** By region, what its last slot is worth. */
  readonly slot: Float64Array;
}

const fieldOf = (data: ChessData): Field => ({
  data,
  start: pairStarts(data),
  net: new Float64Array(data.pairs.region.length),
  margin: new Float64Array(data.pairs.region.length),
  slot: new Float64Array(data.regions.code.length),
});

/** Every region takes its best K_r pairs that are worth their prices, and Kmin_r at any rate. */
function take({ data, start, net, margin, slot }: Field): Taken {
  const { pairs, regions, industries, links } = data;
  const Z = data.zones.length;
  const best = new Int32Array(Math.max(...regions.slots, 0) + 1);
  const supply = Float64Array.from(links.code, (_, c) =>
    links.existing.subarray(c * Z, (c + 1) * Z).reduce((a, b) => a + b, 0),
  );
  let [spend, value, lagging] = [0, 0, 0];
  for (let r = 0; r < regions.code.length; r++) {
    const K = regions.slots[r];
    let n = topOf(net, { from: start[r], to: start[r + 1] }, K + 1, best);
    while (n > regions.minSlots[r] && net[best[n - 1]] <= 0) n--;
    slot[r] = n >= K && K > 0 ? net[best[K - 1]] : 0;
    const next = n > K ? net[best[K]] : 0;
    for (let k = start[r]; k < start[r + 1]; k++) margin[k] = net[k] - slot[r];
    for (let e = 0; e < Math.min(n, K); e++) {
      const k = best[e];
      const expected = pairs.probability[k] * pairs.value[k];
      margin[k] = net[k] - next;
      spend += pairs.cost[k];
      value += expected;
      if (regions.isLagging[r] === 1) lagging += expected;
      const c = industries.link[pairs.industry[k]];
      if (c >= 0) supply[c] += pairs.probability[k] * pairs.size[k];
    }
  }
  return { spend, value, lagging, supply };
}

/** Prices of what the whole nation shares follow what is taken: money, equity, critical links. */
function moveShared({ data }: Field, prices: Prices, taken: Taken, step: number): void {
  const { rules, links, regions, weights } = data;
  const W = data.zones.length + 1;
  // Dear pairs give way to cheap ones, not to nothing: the price of money follows the ratio of spending to the budget.
  if (rules.nationBudget !== null)
    prices.nation[0] *=
      Math.max(0.5, Math.min(2, taken.spend / Math.max(rules.nationBudget, 1e-12))) ** (2 * step + 0.5);
  const share = rules.equityShare;
  if (share > 0) {
    const lack = Math.max(-1, 1 - taken.lagging / Math.max(share * taken.value, 1e-12));
    prices.equity[0] = Math.max(0, prices.equity[0] + 2 * step * lack);
  }
  links.code.forEach((_, c) => {
    const lack = Math.max(-1, Math.min(1, (links.need[c] - taken.supply[c]) / Math.max(1, links.need[c])));
    const bonus = Math.max(0, Math.min(weights.shortfall, 2 * step * lack - prices.capacity[c * W]));
    prices.capacity.fill(-bonus, c * W, (c + 1) * W);
  });
  regions.province.forEach((q, r) => {
    prices.cost[r] = prices.nation[0] + (q >= 0 ? prices.province[q] : 0);
    prices.worth[r] = prices.equity[0] * (share - regions.isLagging[r]);
  });
}

/** The same board with some of its pairs only, in their order. */
function someOf(data: ChessData, keep: Int32Array): ChessData {
  const { pairs } = data;
  const [region, industry] = [pairs.region, pairs.industry].map((a) => keep.map((k) => a[k]));
  const f = (a: Float64Array) => Float64Array.from(keep, (k) => a[k]);
  return {
    ...data,
    pairs: {
      ...pairs,
      region,
      industry,
      probability: f(pairs.probability),
      value: f(pairs.value),
      cost: f(pairs.cost),
      footprint: f(pairs.footprint),
      size: f(pairs.size),
      isWish: Uint8Array.from(keep, (k) => pairs.isWish[k]),
    },
  };
}

/** Prices to begin with, the reduced values of all pairs at them, and what each region's last slot is worth. */
export interface FirstPrices {
  readonly net: Float64Array;
  readonly slot: Float64Array;
  readonly prices: PlacePrices;
}

/** Steps over all pairs, then over the best of each region. */
const wideSteps = 10;
const shortList = 60;

/**
 * Good prices without a linear programme: every region takes its best K_r pairs after prices, then each market, budget,
 * footprint and critical link and the share of lagging regions moves its price towards the one that just fits, in steps
 * that shrink (a tâtonnement on the Lagrangian dual; floors, zones and single pairs stay free of charge). The prices choose
 * columns; no bound rests on them. On 2,800 × 600 the first linear programme came within 0.01 % of the value over all
 * pairs, 3.3 % below it when the share of lagging regions had no price.
 */
export function firstPrices(data: ChessData, steps = 50): FirstPrices {
  const { pairs, regions, provinces } = data;
  const prices: Prices = {
    ...noPrices(data),
    nation: new Float64Array(1),
    province: new Float64Array(provinces.code.length),
    equity: new Float64Array(1),
  };
  let [worthAll, costAll] = [0, 1e-12];
  for (let k = 0; k < pairs.region.length; k++) {
    worthAll += pairs.probability[k] * pairs.value[k];
    costAll += pairs.cost[k];
  }
  if (data.rules.nationBudget !== null) prices.nation[0] = worthAll / costAll;
  const whole = fieldOf(data);
  let field = whole;
  let groups = groupsOf(data, prices);
  for (let t = 0; t < steps; t++) {
    if (t === wideSteps) {
      const best = new Int32Array(shortList);
      const keep = regions.code.flatMap((_, r) => {
        const n = topOf(whole.net, { from: whole.start[r], to: whole.start[r + 1] }, shortList, best);
        return [...best.subarray(0, n).sort()];
      });
      field = fieldOf(someOf(data, Int32Array.from(keep)));
      groups = groupsOf(field.data, prices);
    }
    reducedOfAll(field.data, prices, field.net);
    const step = 0.5 / (1 + t / 8);
    const taken = take(field);
    for (const g of groups) movePrices(g, field.margin, step);
    moveShared(field, prices, taken, step);
  }
  reducedOfAll(data, prices, whole.net);
  take(whole);
  return { net: whole.net, slot: whole.slot, prices };
}
