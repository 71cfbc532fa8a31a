import type { ModuleType, PlanProblem } from '@qipan/plan';
import { random } from '@qipan/base';

/** A village of a problem made by hand. */
export interface Village {
  readonly township?: number;
  readonly people?: number;
  /** kWh a day, by year. */
  readonly kwh: readonly number[];
}

/** A candidate site of a problem made by hand; `minutes` to each village, null = out of reach. */
export interface Spot {
  readonly township?: number;
  readonly slots?: number;
  readonly opening?: number;
  readonly existing?: number;
  readonly group?: number;
  readonly minutes: readonly (number | null)[];
}

export interface HandSpec {
  readonly years?: readonly number[];
  readonly villages: readonly Village[];
  readonly spots: readonly Spot[];
  readonly types?: readonly ModuleType[];
  /** Module counts; layout 0 is nothing. */
  readonly layouts?: readonly (readonly number[])[];
  /** Part of a day that arrives in the hour of each peak, and its wait target. */
  readonly peaks?: readonly { readonly share: number; readonly waitMin: number; readonly alpha: number }[];
  readonly townships?: readonly { readonly county?: number; readonly suitable?: boolean; readonly name?: string }[];
  readonly counties?: number;
  readonly budget?: PlanProblem['budget'];
  readonly rules?: Partial<PlanProblem['rules']>;
  readonly hosting?: readonly { readonly name: string; readonly kw: readonly number[] }[];
  readonly cost?: Partial<PlanProblem['cost']>;
  readonly capture?: Partial<PlanProblem['capture']>;
}

export const dc60: ModuleType = {
  id: 'dc60',
  name: { en: '60 kW', zh: '60千瓦' },
  powerKw: 60,
  current: 'DC',
  guns: 1,
  capex: 60000,
  opexPerYear: 2400,
  lifeYears: 10,
  plugMin: 40,
  sessionKwh: 20,
};
export const ac7: ModuleType = {
  id: 'ac7',
  name: { en: '7 kW', zh: '7千瓦' },
  powerKw: 7,
  current: 'AC',
  guns: 1,
  capex: 6000,
  opexPerYear: 250,
  lifeYears: 8,
  plugMin: 300,
  sessionKwh: 10,
};

/** The columns of a problem from a list of villages and spots. All villages have the same shape of the day. */
export function handProblem(spec: HandSpec): PlanProblem {
  const years = spec.years ?? [2026, 2027];
  const { villages, spots } = spec;
  const types = spec.types ?? [dc60];
  const layouts = spec.layouts ?? [[0], [1], [2], [4]];
  const peaks = spec.peaks ?? [{ share: 0.1, waitMin: 10, alpha: 0.1 }];
  const townships = spec.townships ?? [{}];
  const counties = spec.counties ?? 1;
  const [T, I] = [years.length, villages.length];
  const start = [0];
  const point: number[] = [];
  const travelMin: number[] = [];
  for (const s of spots) {
    s.minutes.forEach((m, i) => {
      if (m === null) return;
      point.push(i);
      travelMin.push(m);
    });
    start.push(point.length);
  }
  const energy = Float64Array.from({ length: I * T }, (_, e) => villages[Math.floor(e / T)].kwh[e % T]);
  const atPeak: number[] = [];
  for (let t = 0; t < T; t++)
    for (const p of peaks) for (let i = 0; i < I; i++) atPeak.push(p.share * energy[i * T + t]);
  return {
    format: 'qipan.planProblem/1',
    years,
    currency: 'CNY',
    priceYear: 2025,
    demandPoints: {
      id: villages.map((_, i) => `v${i}`),
      name: villages.map((_, i) => `村${i}`),
      place: Int32Array.from(villages.keys()),
      township: Int32Array.from(villages, (v) => v.township ?? 0),
      population: Float64Array.from(villages, (v) => v.people ?? 1000),
    },
    sites: {
      id: spots.map((_, j) => `s${j}`),
      name: spots.map((_, j) => ({ en: `site ${j}`, zh: `站${j}` })),
      place: new Int32Array(spots.length).fill(-1),
      township: Int32Array.from(spots, (s) => s.township ?? 0),
      lon: Float64Array.from(spots, (_, j) => 107 + 0.01 * j),
      lat: Float64Array.from(spots, (_, j) => 30 + 0.01 * j),
      slots: Int32Array.from(spots, (s) => s.slots ?? 24),
      openingCost: Float64Array.from(spots, (s) => s.opening ?? 30000),
      existing: Int32Array.from(spots, (s) => s.existing ?? 0),
      hostingGroup: Int32Array.from(spots, (s) => s.group ?? -1),
    },
    townships: {
      id: townships.map((_, w) => `t${w}`),
      name: townships.map((t, w) => t.name ?? `镇${w}`),
      county: Int32Array.from(townships, (t) => t.county ?? 0),
      suitable: Uint8Array.from(townships, (t) => (t.suitable === false ? 0 : 1)),
    },
    counties: {
      id: Array.from({ length: counties }, (_, c) => `c${c}`),
      name: Array.from({ length: counties }, (_, c) => `县${c}`),
      county: new Int32Array(counties),
      suitable: new Uint8Array(counties).fill(1),
    },
    moduleTypes: types,
    layoutCounts: Int32Array.from(layouts.flat()),
    access: { start: Int32Array.from(start), point: Int32Array.from(point), travelMin: Float64Array.from(travelMin) },
    capture: { fullCaptureMin: 10, decayMin: 15, maxMin: 30, ...spec.capture },
    energyKwhPerDay: energy,
    peaks: peaks.map(({ waitMin, alpha }, p) => ({
      scenarioDay: `day${p}`,
      dayName: { en: `day ${p}`, zh: `日${p}` },
      startHour: 12,
      hours: 1,
      waitMin,
      alpha,
    })),
    peakKwhPerHour: Float64Array.from(atPeak),
    queue: { arrivalScv: 1, serviceScv: 1 },
    cost: {
      siteLifeYears: 20,
      siteOpexPerYear: 2000,
      discountRate: 0.06,
      timeValuePerHour: 20,
      unservedPerKwh: 3,
      tripKwh: 20,
      daysPerYear: 365,
      ...spec.cost,
    },
    budget: spec.budget ?? null,
    rules: { townshipPile: null, countyStation: null, coverage: null, ...spec.rules },
    hosting: spec.hosting
      ? { name: spec.hosting.map((h) => h.name), spareKw: Float64Array.from(spec.hosting.flatMap((h) => [...h.kw])) }
      : null,
    travel: { method: 'crowFly', factor: 1.5, speedKmh: 40 },
    facts: {
      board: 'hand',
      coverageMin: spec.rules?.coverage?.withinMin ?? 20,
      evCount: energy.map((x) => x / 2),
      demandLevel: 'synthetic',
      sources: ['made by hand'],
      warnings: [],
    },
  };
}

/** What a random problem may hold. */
export interface RandomShape {
  readonly villages?: number;
  readonly spots?: number;
  readonly years?: number;
  readonly twoTypes?: boolean;
  readonly peaks?: number;
}

/** A small random problem with all rules, a budget and transformers drawn at random. The same seed gives the same one. */
export function randomProblem(seed: number, shape: RandomShape = {}): PlanProblem {
  const rng = random(seed);
  const [I, J, T] = [shape.villages ?? 4, shape.spots ?? 3, shape.years ?? 2];
  const years = Array.from({ length: T }, (_, t) => 2026 + t);
  const growth = 1 + rng.next();
  const two = shape.twoTypes ?? false;
  const layouts = two
    ? [
        [0, 0],
        [1, 0],
        [0, 1],
        [2, 1],
        [2, 3],
      ]
    : [[0], [1], [2], [4]];
  const groups = rng.below(3);
  return handProblem({
    years,
    villages: Array.from({ length: I }, () => {
      const kwh = 40 + 400 * rng.next();
      return {
        township: rng.below(2),
        people: rng.next() < 0.15 ? NaN : 200 + rng.below(3000),
        kwh: years.map((_, t) => kwh * growth ** t),
      };
    }),
    spots: Array.from({ length: J }, () => ({
      township: rng.below(2),
      slots: [2, 4, 8][rng.below(3)],
      opening: 5000 + 40000 * rng.next(),
      existing: rng.next() < 0.25 ? 1 : 0,
      group: rng.below(groups + 1) - 1,
      minutes: Array.from({ length: I }, () => (rng.next() < 0.25 ? null : 35 * rng.next())),
    })),
    types: two ? [ac7, dc60] : [dc60],
    layouts,
    peaks: Array.from({ length: shape.peaks ?? 1 }, (_, p) => ({
      share: 0.06 + 0.06 * rng.next() + 0.1 * p,
      waitMin: p === 0 ? 10 : 30,
      alpha: p === 0 ? 0.1 : 0.3,
    })),
    townships: [{}, { suitable: rng.next() < 0.8 }],
    budget:
      rng.next() < 0.6 ? { byYear: years.map(() => 30000 + 250000 * rng.next()), carryOver: rng.next() < 0.5 } : null,
    rules: {
      townshipPile:
        rng.next() < 0.5 ? { guns: years.map(() => 1 + rng.below(2)), pricePerGun: 5000 + 60000 * rng.next() } : null,
      countyStation:
        rng.next() < 0.5
          ? { kw: years.map(() => [0, 60, 120][rng.below(3)]), pricePerCounty: 90000 * rng.next() }
          : null,
      coverage:
        rng.next() < 0.6
          ? { share: years.map(() => 0.5 + 0.5 * rng.next()), withinMin: 20, pricePerPerson: 40 * rng.next() }
          : null,
    },
    ...(groups > 0
      ? {
          hosting: Array.from({ length: groups }, (_, g) => ({
            name: `T${g}`,
            kw: years.map(() => [60, 130, 300][rng.below(3)]),
          })),
        }
      : {}),
  });
}
