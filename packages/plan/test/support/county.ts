import { random } from '@qipan/base';
import { makeBoard, noIndustries, noStations, type Board } from '@qipan/territory';
import { sha256Hex } from '@qipan/numeric';

/** An invented county: townships on a jittered grid of 7 km, a seat each, villages about them. Seeded. */
export function inventedCounty(seats: number, villagesPerSeat: number, seed = 7): Board {
  const rng = random(seed);
  const side = Math.ceil(Math.sqrt(seats));
  const km = 1 / 111.2;
  const region = { id: ['C'], name: ['县'], level: ['county'], parent: [-1] };
  const site = {
    id: [] as string[],
    name: [] as string[],
    region: [] as number[],
    lon: [] as number[],
    lat: [] as number[],
  };
  const place = { ...structuredClone(site), population: [] as number[] };
  for (let w = 0; w < seats; w++) {
    const lon = 107 + ((w % side) * 7 + 4 * rng.next()) * km * 1.16;
    const lat = 30 + (Math.floor(w / side) * 7 + 4 * rng.next()) * km;
    const township = region.id.push(`T${w}`) - 1;
    region.name.push(`镇${w}`);
    region.level.push('township');
    region.parent.push(0);
    site.id.push(`S${w}`);
    site.name.push(`镇${w}驻地`);
    site.region.push(township);
    site.lon.push(lon);
    site.lat.push(lat);
    const people = 8000 + 40000 * rng.next() ** 3;
    for (let n = 0; n < villagesPerSeat; n++) {
      place.id.push(`V${w}.${n}`);
      place.name.push(`村${w}-${n}`);
      place.region.push(township);
      place.lon.push(lon + (rng.next() - 0.5) * 8 * km * 1.16);
      place.lat.push(lat + (rng.next() - 0.5) * 8 * km);
      place.population.push(Math.round(people / villagesPerSeat));
    }
  }
  const many = <X>(count: number, value: X) => Array.from({ length: count }, () => value);
  const R = region.id.length;
  const P = places(place, site);
  return makeBoard(
    {
      name: { en: 'Invented county', zh: '虚构县' },
      regions: {
        ...region,
        nameLatin: many(R, ''),
        level: region.level as Board['regions']['level'],
        parent: Int32Array.from(region.parent),
        population: new Float64Array(R).fill(NaN),
        populationLevel: many(R, 'synthetic' as const),
        control: new Float64Array(R).fill(NaN),
        controlYear: new Float64Array(R).fill(NaN),
        lon: new Float64Array(R).fill(NaN),
        lat: new Float64Array(R).fill(NaN),
        shape: many(R, null),
        shapeLevel: many(R, 'synthetic' as const),
      },
      ...P,
      stations: noStations,
      industries: noIndustries,
      years: [2026],
      populationYear: 2020,
      outline: null,
      roads: null,
      sources: [{ name: 'invented', licence: 'none', attribution: 'invented county' }],
      warnings: [],
    },
    sha256Hex,
  );
}

interface Spots {
  readonly id: string[];
  readonly name: string[];
  readonly region: number[];
  readonly lon: number[];
  readonly lat: number[];
}

/** Villages as places; seats and then villages as candidate sites. */
function places(place: Spots & { readonly population: number[] }, seat: Spots): Pick<Board, 'places' | 'sites'> {
  const n = place.id.length;
  const m = seat.id.length + n;
  const many = <X>(count: number, value: X) => Array.from({ length: count }, () => value);
  return {
    places: {
      id: place.id,
      name: place.name,
      nameLatin: many(n, ''),
      kind: many(n, 'village' as const),
      region: Int32Array.from(place.region),
      lon: Float64Array.from(place.lon),
      lat: Float64Array.from(place.lat),
      positionQuality: many(n, 'synthetic' as const),
      population: Float64Array.from(place.population),
      households: new Float64Array(n).fill(NaN),
      populationLevel: many(n, 'synthetic' as const),
    },
    sites: {
      id: [...seat.id, ...place.id],
      name: [...seat.name, ...place.name],
      nameLatin: many(m, ''),
      siteClass: many(m, 'other' as const),
      place: Int32Array.from([...seat.id.map(() => -1), ...place.id.map((_, i) => i)]),
      region: Int32Array.from([...seat.region, ...place.region]),
      lon: Float64Array.from([...seat.lon, ...place.lon]),
      lat: Float64Array.from([...seat.lat, ...place.lat]),
      positionQuality: many(m, 'synthetic' as const),
      slots: Int32Array.from([...seat.id.map(() => 24), ...place.id.map(() => 8)]),
      landLeaseYears: new Float64Array(m).fill(NaN),
      landCost: new Float64Array(m).fill(NaN),
      transformer: many(m, ''),
      feeder: many(m, ''),
      dataLevel: many(m, 'synthetic' as const),
    },
  };
}
