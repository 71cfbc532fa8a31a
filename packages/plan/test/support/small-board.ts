import { sha256Hex } from '@qipan/numeric';
import { makeBoard, noIndustries, noStations, type Board, type SiteClass } from '@qipan/territory';

export interface SmallPlace {
  readonly id: string;
  /** km east and north of 107° E, 30° N. */
  readonly km: readonly [number, number];
  readonly township?: number;
  readonly population?: number;
  readonly households?: number;
}

export interface SmallSite {
  readonly id: string;
  readonly km: readonly [number, number];
  readonly township?: number;
  readonly slots?: number;
  readonly siteClass?: SiteClass;
}

/** Degrees of one km on a sphere of 6,371.0088 km: north, and east at 30° N. */
export const degreeNorth = 180 / Math.PI / 6371.0088;
export const degreeEast = degreeNorth / Math.cos(Math.PI / 6);

/** A board of one county with the townships T0, T1 … and what stands in them. */
export function smallBoard(
  places: readonly SmallPlace[],
  sites: readonly SmallSite[],
  { townships = 1, withCounty = true }: { townships?: number; withCounty?: boolean } = {},
): Board {
  const many = <X>(n: number, value: X): X[] => Array.from({ length: n }, () => value);
  const base = withCounty ? 1 : 0;
  const R = base + townships;
  const nan = (n: number) => new Float64Array(n).fill(NaN);
  const spot = (list: readonly (SmallPlace | SmallSite)[]) => ({
    id: list.map((x) => x.id),
    name: list.map((x) => x.id),
    nameLatin: many(list.length, ''),
    region: Int32Array.from(list, (x) => base + (x.township ?? 0)),
    lon: Float64Array.from(list, (x) => 107 + x.km[0] * degreeEast),
    lat: Float64Array.from(list, (x) => 30 + x.km[1] * degreeNorth),
    positionQuality: many(list.length, 'surveyed' as const),
  });
  return makeBoard(
    {
      name: { en: 'Small county', zh: '小县' },
      regions: {
        id: [...many(base, 'C'), ...many(townships, '').map((_, w) => `T${w}`)],
        name: [...many(base, '小县'), ...many(townships, '').map((_, w) => `镇${w}`)],
        nameLatin: many(R, ''),
        level: [...many(base, 'county' as const), ...many(townships, 'township' as const)],
        parent: Int32Array.from([...many(base, -1), ...many(townships, base - 1)]),
        population: nan(R),
        populationLevel: many(R, 'synthetic' as const),
        control: nan(R),
        controlYear: nan(R),
        lon: nan(R),
        lat: nan(R),
        shape: many(R, null),
        shapeLevel: many(R, 'synthetic' as const),
      },
      places: {
        ...spot(places),
        kind: many(places.length, 'village' as const),
        population: Float64Array.from(places, (x) => x.population ?? NaN),
        households: Float64Array.from(places, (x) => x.households ?? NaN),
        populationLevel: many(places.length, 'synthetic' as const),
      },
      sites: {
        ...spot(sites),
        siteClass: sites.map((x) => x.siteClass ?? 'other'),
        place: new Int32Array(sites.length).fill(-1),
        slots: Int32Array.from(sites, (x) => x.slots ?? 8),
        landLeaseYears: nan(sites.length),
        landCost: nan(sites.length),
        transformer: many(sites.length, ''),
        feeder: many(sites.length, ''),
        dataLevel: many(sites.length, 'synthetic' as const),
      },
      stations: noStations,
      industries: noIndustries,
      years: [2026],
      populationYear: 2020,
      outline: null,
      roads: null,
      sources: [{ name: 'invented', licence: 'none', attribution: 'small county' }],
      warnings: [],
    },
    sha256Hex,
  );
}
