import { createRequire } from 'node:module';
import { random } from '@qipan/base';
import {
  defaultChessRules,
  type ChessData,
  type ChessPairs,
  type ChessWeights,
  type Colocation,
} from '@qipan/clusters';
import { highsEngine, type HighsModule, type MilpEngine } from '@qipan/optim';

const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
export const engine: MilpEngine = highsEngine(await load());

/** One pair of a board by hand; what is left out is harmless. */
export interface PairSpec {
  readonly r: number;
  readonly i: number;
  readonly p?: number;
  readonly v?: number;
  readonly k?: number;
  readonly e?: number;
  readonly mu?: number;
  readonly present?: boolean;
  readonly wish?: boolean | number;
}

type Parts = Partial<{ -readonly [K in keyof ChessData]: ChessData[K] }>;

export const noWeights: ChessWeights = {
  overflow: Infinity,
  shortfall: 1,
  zoneGap: 1,
  floorGap: 1,
  refusal: 0,
};

export function pairsFrom(list: readonly PairSpec[]): ChessPairs {
  const sorted = [...list].sort((a, b) => a.r - b.r || a.i - b.i);
  const column = (f: (s: PairSpec) => number) => Float64Array.from(sorted, f);
  return {
    region: Int32Array.from(sorted, (s) => s.r),
    industry: Int32Array.from(sorted, (s) => s.i),
    probability: column((s) => s.p ?? 1),
    value: column((s) => s.v ?? 1),
    cost: column((s) => s.k ?? 0),
    footprint: column((s) => s.e ?? 0),
    size: column((s) => s.mu ?? 1),
    isPresent: Uint8Array.from(sorted, (s) => (s.present ? 1 : 0)),
    isWish: Uint8Array.from(sorted, (s) => (s.wish === undefined || s.wish === false ? 0 : 1)),
    plannedCapacity: column((s) => (typeof s.wish === 'number' ? s.wish : NaN)),
    relatedness: column(() => NaN),
  };
}

/** A board of R regions (zone r mod 2, one province) and I industries that limits nothing but what `parts` say. */
export function board(R: number, I: number, pairs: readonly PairSpec[], parts: Parts = {}): ChessData {
  const fill = (n: number, x: number) => new Float64Array(n).fill(x);
  const base: ChessData = {
    name: 'by hand',
    unit: 'points',
    currency: 'CNY',
    dataLevel: 'synthetic',
    sources: [],
    regions: {
      code: Array.from({ length: R }, (_, r) => `R${r}`),
      name: Array.from({ length: R }, (_, r) => `Region ${r}`),
      zone: Int32Array.from({ length: R }, (_, r) => r % 2),
      province: new Int32Array(R),
      isLagging: new Uint8Array(R),
      slots: fill(R, I),
      minSlots: fill(R, 0),
      valueFloor: fill(R, 0),
      footprintLimit: fill(R, Infinity),
      lon: Float64Array.from({ length: R }, (_, r) => 100 + r),
      lat: fill(R, 30),
    },
    industries: {
      code: Array.from({ length: I }, (_, i) => `I${i}`),
      name: Array.from({ length: I }, (_, i) => `Industry ${i}`),
      link: new Int32Array(I).fill(-1),
      marketRoom: fill(I, Infinity),
    },
    pairs: pairsFrom(pairs),
    links: { code: [], name: [], need: fill(0, 0), zones: fill(0, 0), maxZoneShare: fill(0, 0), existing: fill(0, 0) },
    zones: ['north', 'south'],
    provinces: { code: ['P0'], budget: fill(1, Infinity) },
    prerequisites: [],
    colocations: [],
    rules: defaultChessRules,
    weights: noWeights,
  };
  return { ...base, ...parts };
}

/** One link over all of the industries given. */
export function withLink(
  data: ChessData,
  industries: readonly number[],
  o: { need?: number; zones?: number; share?: number; existing?: readonly [number, number] },
): ChessData {
  return {
    ...data,
    industries: {
      ...data.industries,
      link: Int32Array.from(data.industries.code, (_, i) => (industries.includes(i) ? 0 : -1)),
    },
    links: {
      code: ['L0'],
      name: ['link'],
      need: Float64Array.of(o.need ?? 0),
      zones: Float64Array.of(o.zones ?? 0),
      maxZoneShare: Float64Array.of(o.share ?? 1),
      existing: Float64Array.from(o.existing ?? [0, 0]),
    },
  };
}

/** A random board of 3 regions × 4 industries with every kind of rule; at most 12 pairs. */
export function randomBoard(seed: number, stageCount = 1): ChessData {
  const rng = random(seed);
  const [R, I] = [3, 4];
  const specs: PairSpec[] = [];
  for (let r = 0; r < R; r++)
    for (let i = 0; i < I; i++)
      if (rng.next() < (stageCount > 1 ? 0.5 : 0.85))
        specs.push({
          r,
          i,
          p: Math.round(100 * rng.next()) / 100,
          v: Math.round(60 * rng.next()) / 10,
          k: rng.below(10),
          e: rng.below(6),
          mu: [0.5, 1, 1.5, 2][rng.below(4)],
          present: rng.next() < 0.2,
          wish: rng.next() < 0.4 ? 1 + rng.below(2) : false,
        });
  if (specs.length === 0) specs.push({ r: 0, i: 0, wish: true });
  const hard = (weight: number) => (rng.next() < 0.2 ? Infinity : weight);
  const has = (r: number, i: number) => specs.some((s) => s.r === r && s.i === i);
  const colocations: Colocation[] = [];
  for (let r = 0; r < R; r++)
    if (has(r, 0) && has(r, 1) && rng.next() < 0.5)
      colocations.push({ region: r, first: 0, second: 1, bonus: rng.next() });
  const data = board(R, I, specs, {
    colocations,
    prerequisites: rng.next() < 0.5 ? [{ industry: 2, needs: [3] }] : [],
    weights: {
      overflow: hard(2 * rng.next()),
      shortfall: 2 * rng.next(),
      zoneGap: 2 * rng.next(),
      floorGap: rng.next(),
      refusal: rng.next() < 0.5 ? 0 : 0.5 * rng.next(),
    },
    rules: {
      nationBudget: rng.next() < 0.7 ? 5 + rng.below(30) : null,
      equityShare: rng.next() < 0.5 ? 0.4 * rng.next() : 0,
      footprintLimit: rng.next() < 0.5 ? 4 + rng.below(20) : null,
      supplierKm: rng.next() < 0.5 ? 100 : 0,
      stages:
        stageCount === 1
          ? [{ share: 1, budget: null }]
          : [
              { share: 0.7, budget: 4 + rng.below(12) },
              { share: 0.3, budget: null },
            ],
    },
  });
  const slots = Float64Array.from({ length: R }, () => rng.below(4));
  const linked = withLink(data, [1, 2], {
    need: 2 * rng.next(),
    zones: rng.below(3),
    share: rng.next() < 0.3 ? 0.8 : 1,
    existing: [rng.below(2), rng.below(2)],
  });
  return {
    ...linked,
    industries: { ...linked.industries, marketRoom: Float64Array.from({ length: I }, () => 0.5 + rng.below(4)) },
    regions: {
      ...linked.regions,
      slots,
      minSlots: slots.map((s) => (s > 0 && rng.next() < 0.2 ? 1 : 0)),
      isLagging: Uint8Array.from({ length: R }, () => rng.below(2)),
      valueFloor: Float64Array.from({ length: R }, () => (rng.next() < 0.4 ? 2 * rng.next() : 0)),
      footprintLimit: Float64Array.from({ length: R }, () => (rng.next() < 0.3 ? 3 + rng.below(8) : Infinity)),
    },
  };
}
