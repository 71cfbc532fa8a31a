import { pairAt, pairStarts, type ChessData } from './data.js';
import type { ModelSpec } from './formulation.js';

/**
 * The prices of all rows gathered by what a pair is charged for: a region, an industry, a link in a zone. Pricing is then
 * one loop over flat arrays, whatever the number of rows.
 */
export interface PlacePrices {
  /** By region: of a slot, and per unit of expected value, cost and footprint. */
  readonly slot: Float64Array;
  readonly worth: Float64Array;
  readonly cost: Float64Array;
  readonly footprint: Float64Array;
  /** By industry: of one plant of market room. */
  readonly room: Float64Array;
  /** By link and zone, `[links × (zones + 1)]`, last the regions without a zone: of a focus, and per expected capacity. */
  readonly presence: Float64Array;
  readonly capacity: Float64Array;
  /** Of single pairs: prerequisites and co-locations. */
  readonly own: ReadonlyMap<number, number>;
}

/** Prices that charge nothing. */
export function noPrices(data: ChessData): PlacePrices {
  const R = data.regions.code.length;
  const cells = data.links.code.length * (data.zones.length + 1);
  return {
    slot: new Float64Array(R),
    worth: new Float64Array(R),
    cost: new Float64Array(R),
    footprint: new Float64Array(R),
    room: new Float64Array(data.industries.code.length),
    presence: new Float64Array(cells),
    capacity: new Float64Array(cells),
    own: new Map(),
  };
}

/** Pairs that the rows of `prerequisite` and `colocation` may touch. */
function singledOut(spec: ModelSpec): Set<number> {
  const { data } = spec;
  const start = pairStarts(data);
  const out = new Set<number>();
  const needs = new Map<number, readonly number[]>();
  for (const p of data.prerequisites) needs.set(p.industry, [...(needs.get(p.industry) ?? []), ...p.needs]);
  for (const { name, rows } of spec.families)
    if (name === 'prerequisite' || name === 'colocation')
      for (const { at } of rows)
        for (const i of [at.industry ?? -1, ...(name === 'prerequisite' ? (needs.get(at.industry ?? -1) ?? []) : [])])
          out.add(pairAt(data, start, at.region ?? -1, i));
  out.delete(-1);
  return out;
}

/** Gathers the row prices of a board without stages. `answer` has no price of its own: see `reducedValues`. */
export function placePrices(spec: ModelSpec, rowDual: Float64Array): PlacePrices {
  const { data } = spec;
  const prices = noPrices(data);
  const { regions, links, zones } = data;
  const W = zones.length + 1;
  const own = new Map<number, number>();
  const everywhere = (to: Float64Array, y: number, at: { region?: number; province?: number }) => {
    for (let r = 0; r < to.length; r++)
      if ((at.region ?? r) === r && (at.province ?? regions.province[r]) === regions.province[r]) to[r] += y;
  };
  spec.families.forEach((family, f) => {
    family.rows.forEach(({ at }, k) => {
      const y = rowDual[spec.firstRow[f] + k];
      if (y === 0) return;
      const cell = (at.link ?? 0) * W;
      if (family.name === 'slots') prices.slot[at.region ?? 0] += y;
      if (family.name === 'marketRoom') prices.room[at.industry ?? 0] += y;
      if (family.name === 'resilience') for (let z = 0; z < W; z++) prices.capacity[cell + z] += y;
      if (family.name === 'zoneCover' && at.zone !== undefined) prices.presence[cell + at.zone] -= y;
      if (family.name === 'zoneShare')
        for (let z = 0; z < W; z++)
          prices.capacity[cell + z] += y * ((z === at.zone ? 1 : 0) - links.maxZoneShare[at.link ?? 0]);
      if (family.name === 'budget') everywhere(prices.cost, y, at);
      if (family.name === 'footprint') everywhere(prices.footprint, y, at);
      if (family.name === 'equity' && at.region !== undefined) prices.worth[at.region] += y;
      if (family.name === 'equity' && at.region === undefined)
        regions.isLagging.forEach((lags, r) => (prices.worth[r] += y * (lags - data.rules.equityShare)));
    });
    if (family.name !== 'prerequisite' && family.name !== 'colocation') return;
    for (const pair of singledOut(spec))
      family.entries(pair, (row, c) => own.set(pair, (own.get(pair) ?? 0) + c * rowDual[spec.firstRow[f] + row]));
  });
  return { ...prices, own };
}

/**
 * Reduced value of every pair of a board without stages, the same as `reducedValues` tells one by one: 2,800 × 600 in
 * 0.04 CPU s.
 *
 * @param out one entry a pair, overwritten
 */
export function reducedOfAll(data: ChessData, prices: PlacePrices, out: Float64Array): void {
  const { pairs, industries, regions } = data;
  const { slot, worth, cost, footprint, room, presence, capacity } = prices;
  const W = data.zones.length + 1;
  const wishFactor = 1 + data.weights.refusal;
  for (let k = 0; k < out.length; k++) {
    const r = pairs.region[k];
    const i = pairs.industry[k];
    const expected = pairs.probability[k] * pairs.value[k];
    let value =
      (pairs.isWish[k] === 1 ? expected * wishFactor : expected) -
      worth[r] * expected -
      slot[r] -
      room[i] * pairs.size[k] -
      cost[r] * pairs.cost[k] -
      footprint[r] * pairs.footprint[k];
    const c = industries.link[i];
    if (c >= 0) {
      const cell = c * W + (regions.zone[r] >= 0 ? regions.zone[r] : W - 1);
      value -= presence[cell] + capacity[cell] * pairs.probability[k] * pairs.size[k];
    }
    out[k] = value;
  }
  for (const [pair, charge] of prices.own) out[pair] -= charge;
}
