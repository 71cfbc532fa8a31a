import { random, type Random } from '@qipan/base';
import { complexity } from '../complexity.js';
import type { Measure } from '../advantage.js';
import { syntheticPanel } from '../synthetic-panel.js';
import { defaultChessWeights, type ChessData, type ChessLinks, type ChessPairs, type Colocation } from './data.js';

export interface SyntheticBoardOptions {
  readonly regions: number;
  readonly industries: number;
  readonly seed: number;
  /**
   * Best absent industries of each region that are put on the board (default 18), besides wishes, each industry's best
   * places and some of what stands; `all` for every pair.
   */
  readonly perRegion?: number | 'all';
  /** Another panel of that shape to derive the board from; default the synthetic one. */
  readonly panel?: Measure;
  /** Where its regions lie, degrees; default drawn over a box of 24° × 22°. */
  readonly places?: { readonly lon: Float64Array; readonly lat: Float64Array };
}

interface Cells {
  readonly R: number;
  readonly I: number;
  readonly p: Float64Array;
  readonly v: Float64Array;
  readonly relatedness: Float64Array;
  readonly present: Uint8Array;
  readonly eci: Float64Array;
}

/** p, v and presence of every cell, from the complexity figures of the synthetic panel. */
function cellsOf(o: SyntheticBoardOptions): Cells {
  const [R, I] = [o.regions, o.industries];
  const c = complexity(o.panel ?? syntheticPanel(R, I, o.seed), { preset: 'harvard', precision: 'f32' });
  const [p, v, relatedness] = [new Float64Array(R * I), new Float64Array(R * I), new Float64Array(R * I)];
  const present = new Uint8Array(R * I);
  const eci = new Float64Array(R);
  const { kept } = c;
  kept.region.forEach((r, k) => {
    eci[r] = c.eci[k];
    for (let e = kept.start[k]; e < kept.start[k + 1]; e++) present[r * I + kept.industry[kept.index[e]]] = 1;
    let [mean, square] = [0, 0];
    for (let j = 0; j < kept.cols; j++) {
      mean += c.density[k * kept.cols + j] / kept.cols;
      square += c.density[k * kept.cols + j] ** 2 / kept.cols;
    }
    const deviation = Math.sqrt(Math.max(square - mean * mean, 1e-12));
    for (let j = 0; j < kept.cols; j++) {
      const cell = r * I + kept.industry[j];
      const pci = Math.max(-3, Math.min(3, c.pci[j]));
      const z = (c.density[k * kept.cols + j] - mean) / deviation;
      relatedness[cell] = c.density[k * kept.cols + j];
      p[cell] = 1 / (1 + Math.exp(-(-1.2 + 0.9 * z - 0.35 * pci + 0.25 * c.eci[k])));
      v[cell] = 3 + pci;
    }
  });
  return { R, I, p, v, relatedness, present, eci };
}

const round = (x: number, digits: number) => Math.round(x * 10 ** digits) / 10 ** digits;

/** Numbers of the `count` largest of `score` in `cells`. */
const largest = (cells: readonly number[], score: (k: number) => number, count: number) =>
  [...cells].sort((a, b) => score(b) - score(a) || a - b).slice(0, count);

/** The pairs on the board: best absent ones by p·v, wishes, and at least `perLink` a critical link from the whole country. */
function pairsOf(c: Cells, o: SyntheticBoardOptions, link: Int32Array, rng: Random): ChessPairs {
  const { R, I, p, v, present } = c;
  const on = new Uint8Array(R * I);
  const wish = new Uint8Array(R * I);
  const pv = (k: number) => p[k] * v[k];
  for (let r = 0; r < R; r++) {
    const absent = Array.from({ length: I }, (_, i) => r * I + i).filter((k) => present[k] === 0 && p[k] > 0);
    for (const k of largest(absent, pv, o.perRegion === 'all' ? 0 : (o.perRegion ?? 18))) on[k] = 1;
    // Plans follow fashion: value counts more than fit, so that many regions write down the same industries.
    for (const k of largest(absent, (cell) => p[cell] * v[cell] ** 3 * Math.exp(0.35 * rng.normal()), 4 + rng.below(5)))
      on[k] = wish[k] = 1;
  }
  // Each industry's best places, so that every market and every critical link has somebody to fill it.
  for (let i = 0; i < I; i++) {
    const column = Array.from({ length: R }, (_, r) => r * I + i).filter((k) => p[k] > 0 && present[k] === 0);
    const count = Math.ceil(R / 40) + (link[i] >= 0 ? 4 : 0);
    for (const k of largest(column, pv, o.perRegion === 'all' ? 0 : count)) on[k] = 1;
  }
  // A part of what stands asks for support too.
  for (let k = 0; k < R * I; k++) if (present[k] === 1 && o.perRegion !== 'all' && k % 23 === 0) on[k] = 1;
  if (o.perRegion === 'all') for (let k = 0; k < R * I; k++) on[k] = p[k] > 0 ? 1 : 0;
  const cells = Int32Array.from({ length: R * I }, (_, k) => k).filter((k) => on[k] === 1);
  const lands = rng.fork('land');
  const costs = rng.fork('cost');
  const size = Float64Array.from(cells, () => 1);
  const planned = rng.fork('plan');
  return {
    region: cells.map((k) => Math.floor(k / I)),
    industry: cells.map((k) => k % I),
    probability: Float64Array.from(cells, (k) => round(p[k], 4)),
    value: Float64Array.from(cells, (k) => round(v[k], 4)),
    cost: Float64Array.from(cells, (k, e) =>
      Math.round(40e6 * size[e] * (0.6 + v[k] / 6) * Math.exp(0.25 * costs.normal())),
    ),
    footprint: size.map((x) => round(20 * x * Math.exp(0.3 * lands.normal()), 1)),
    size,
    isPresent: Uint8Array.from(cells, (k) => present[k]),
    isWish: Uint8Array.from(cells, (k) => wish[k]),
    plannedCapacity: Float64Array.from(cells, (k, e) =>
      wish[k] ? round(size[e] * Math.exp(0.2 + 0.3 * planned.normal()), 2) : NaN,
    ),
    relatedness: Float64Array.from(cells, (k) => round(c.relatedness[k], 4)),
  };
}

function linksOf(L: number, Z: number, R: number, rng: Random): ChessLinks {
  const existing = Float64Array.from({ length: L * Z }, () => (rng.next() < 0.25 ? round(0.5 + rng.next(), 1) : 0));
  return {
    code: Array.from({ length: L }, (_, c) => `L${String(c + 1).padStart(2, '0')}`),
    name: Array.from({ length: L }, (_, c) => `critical link ${c + 1}`),
    need: Float64Array.from({ length: L }, () => round((0.006 + 0.008 * rng.next()) * R, 1)),
    zones: Float64Array.from({ length: L }, () => Math.min(Z, 2 + rng.below(3))),
    maxZoneShare: Float64Array.from({ length: L }, () => 0.55),
    existing,
  };
}

/**
 * A made-up board, wholly determined by its options. From the synthetic panel (`syntheticPanel`): p is a logit of the
 * standardised relatedness density of the region, less the product complexity, plus the region's complexity; v is 3 + the
 * product complexity clipped to ±3 (complexity points); rooms follow the number of slots and a log-normal; wishes favour
 * value three times over fit, so plans pile up. Everything is labelled synthetic.
 */
export function syntheticBoard(o: SyntheticBoardOptions): ChessData {
  const c = cellsOf(o);
  const { R, I } = c;
  const rng = random(o.seed).fork('chess');
  const [Z, P, L] = [8, Math.max(1, Math.round(R / 11)), Math.max(1, Math.round(I / 30))];
  const link = new Int32Array(I).fill(-1);
  const order = rng.fork('link').permutation(I);
  for (let k = 0; k < Math.min(I, 3 * L); k++) link[order[k]] = k % L;
  const pairs = pairsOf(c, o, link, rng.fork('pairs'));
  const slot = rng.fork('slots');
  const slots = Float64Array.from({ length: R }, () => 3 + slot.below(4));
  const total = slots.reduce((a, b) => a + b, 0);
  const room = rng.fork('room');
  const weight = Array.from({ length: I }, () => Math.exp(0.7 * room.normal()));
  const sum = weight.reduce((a, b) => a + b, 0);
  const poor = [...c.eci].sort((a, b) => a - b)[Math.floor(0.3 * R)];
  const isLagging = Uint8Array.from(c.eci, (x) => (x < poor ? 1 : 0));
  const place = rng.fork('place');
  const lon = o.places?.lon ?? Float64Array.from({ length: R }, () => round(98 + 24 * place.next(), 4));
  const lat = o.places?.lat ?? Float64Array.from({ length: R }, () => round(22 + 22 * place.next(), 4));
  // Zones are bands of longitude and halves of latitude, provinces bands within them: near things lie together.
  const zone = Int32Array.from(
    lon,
    (x, r) => Math.max(0, Math.min(3, Math.floor((x - 98) / 6))) * 2 + (lat[r] > 33 ? 1 : 0),
  );
  const byPlace = Int32Array.from({ length: R }, (_, r) => r).sort((a, b) => zone[a] - zone[b] || lon[a] - lon[b]);
  const province = new Int32Array(R);
  byPlace.forEach((r, k) => (province[r] = Math.floor((k * P) / R)));
  const meanCost = pairs.cost.reduce((a, b) => a + b, 0) / pairs.cost.length;
  const slotsOf = Float64Array.from({ length: P }, (_, q) =>
    slots.reduce((a, s, r) => a + (province[r] === q ? s : 0), 0),
  );
  const digits = (n: number) => String(n).length;
  const name = (letter: string, k: number, n: number) => `${letter}${String(k + 1).padStart(digits(n), '0')}`;
  return {
    name: `synthetic ${R} × ${I}, seed ${o.seed}`,
    unit: 'complexity points',
    currency: 'CNY',
    dataLevel: 'synthetic',
    sources: [`synthetic panel ${R} × ${I}, seed ${o.seed}: made up, no picture of any country`],
    regions: {
      code: Array.from({ length: R }, (_, r) => name('R', r, R)),
      name: Array.from({ length: R }, (_, r) => `Region ${r + 1}`),
      zone,
      province,
      isLagging,
      slots,
      minSlots: Float64Array.from(slots, () => 1),
      valueFloor: Float64Array.from(isLagging, (lags) => (lags ? 0.5 : 0)),
      footprintLimit: Float64Array.from(slots, (k) => 24 * k),
      lon,
      lat,
    },
    industries: {
      code: Array.from({ length: I }, (_, i) => name('I', i, I)),
      name: Array.from({ length: I }, (_, i) => `Industry ${i + 1}`),
      link,
      marketRoom: Float64Array.from(weight, (w) => Math.max(1, Math.round((1.15 * total * w) / sum))),
    },
    pairs,
    links: linksOf(L, Z, R, rng.fork('links')),
    zones: Array.from({ length: Z }, (_, z) => `Z${z + 1}`),
    provinces: {
      code: Array.from({ length: P }, (_, q) => name('P', q, P)),
      budget: slotsOf.map((s) => Math.round(0.95 * s * meanCost)),
    },
    prerequisites: prerequisitesOf(I, rng.fork('prerequisites')),
    colocations: colocationsOf(pairs, R, rng.fork('colocations')),
    rules: {
      nationBudget: Math.round(0.6 * total * meanCost),
      equityShare: 0.2,
      footprintLimit: null,
      supplierKm: 150,
      stages: [{ share: 1, budget: null }],
    },
    weights: defaultChessWeights,
  };
}

function prerequisitesOf(I: number, rng: Random): ChessData['prerequisites'] {
  const order = rng.permutation(I);
  return Array.from({ length: Math.floor(I / 15) }, (_, k) => ({
    industry: order[3 * k],
    needs: [order[3 * k + 1], order[3 * k + 2]],
  }));
}

/** A bonus for two pairs of the board in one region, in every third region. */
function colocationsOf(pairs: ChessPairs, R: number, rng: Random): Colocation[] {
  const of: number[][] = Array.from({ length: R }, () => []);
  pairs.region.forEach((r, k) => {
    if (!pairs.isPresent[k]) of[r].push(k);
  });
  return of.flatMap((list, region): Colocation[] => {
    if (region % 3 !== 0 || list.length < 2) return [];
    const best = largest(list, (k) => pairs.probability[k] * pairs.value[k], 8);
    const [a, b] = rng.permutation(best.length);
    const sides = [pairs.industry[best[a]], pairs.industry[best[b]]].sort((x, y) => x - y);
    return [{ region, first: sides[0], second: sides[1], bonus: round(0.2 + 0.4 * rng.next(), 2) }];
  });
}
