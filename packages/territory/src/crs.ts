import { QipanError, type Bilingual } from '@qipan/base';
import gcoordModule from 'gcoord';
import type { Position } from './geojson.js';

// The package's types describe an ES module; what Node loads is its CommonJS build, whose export is the object itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** Coordinate systems that positions come in: GCJ-02 is the shifted one of Chinese maps, BD-09 Baidu's on top of it. */
export type Crs = 'wgs84' | 'gcj02' | 'bd09';

export const crsNames: readonly Crs[] = ['wgs84', 'gcj02', 'bd09'];

type Conversion = (p: Position) => Position;

/** GCJ-02 of a WGS-84 position; unchanged outside the box 72.004…137.8347 E, 0.8293…55.8271 N. */
export const gcj02FromWgs84: Conversion = ([lon, lat]) => {
  const [x, y] = gcoord.transform([lon, lat], gcoord.WGS84, gcoord.GCJ02);
  return [x, y];
};

const bd09FromGcj02: Conversion = ([lon, lat]) => {
  const [x, y] = gcoord.transform([lon, lat], gcoord.GCJ02, gcoord.BD09);
  return [x, y];
};

/** BD-09 of a WGS-84 position. */
export const bd09FromWgs84: Conversion = (p) => bd09FromGcj02(gcj02FromWgs84(p));

const tightDeg = 1e-9;

/**
 * The position whose forward image is `wanted`, to 1e-9 degree (0.1 mm): the shift varies slowly, so taking off the
 * error of the image again and again converges by a factor of about a hundred a step.
 * @throws `OUT_OF_RANGE` where it does not, at the very edge of the box outside which nothing is shifted
 */
function inverse(forward: Conversion, wanted: Position): Position {
  let [lon, lat] = wanted;
  for (let round = 0; round < 40; round++) {
    const [x, y] = forward([lon, lat]);
    if (Math.abs(x - wanted[0]) <= tightDeg && Math.abs(y - wanted[1]) <= tightDeg) return [lon, lat];
    lon -= x - wanted[0];
    lat -= y - wanted[1];
  }
  throw new QipanError('OUT_OF_RANGE', `no WGS-84 position is known for [${wanted.join(', ')}]`, { got: wanted });
}

/** WGS-84 of a GCJ-02 position, to 1e-9 degree. */
export const wgs84FromGcj02: Conversion = (p) => inverse(gcj02FromWgs84, p);

/** WGS-84 of a BD-09 position, to 1e-9 degree. */
export const wgs84FromBd09: Conversion = (p) => inverse(gcj02FromWgs84, inverse(bd09FromGcj02, p));

const toWgs84: Readonly<Record<Crs, Conversion>> = { wgs84: (p) => p, gcj02: wgs84FromGcj02, bd09: wgs84FromBd09 };

export interface ConvertedPoints {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  /** That a conversion took place, and whether the named system is doubtful. */
  readonly notes: readonly Bilingual[];
}

/**
 * Brings points of a named system to WGS-84; unknown (NaN) positions stay unknown. The caller names the system, for the
 * usual bounding box holds Hong Kong, Taiwan and neighbours too, where no shift was ever applied: the box is only used
 * to say that a name is doubtful.
 */
export function pointsToWgs84(lon: ArrayLike<number>, lat: ArrayLike<number>, crs: Crs): ConvertedPoints {
  const n = lon.length;
  const out = { lon: Float64Array.from(lon), lat: Float64Array.from(lat) };
  if (crs === 'wgs84') return { ...out, notes: [] };
  let outside = 0;
  let known = 0;
  for (let i = 0; i < n; i++) {
    const p: Position = [lon[i] as number, lat[i] as number];
    if (Number.isNaN(p[0]) || Number.isNaN(p[1])) continue;
    known++;
    if (!isInBox(p)) outside++;
    const [x, y] = toWgs84[crs](p);
    out.lon[i] = x;
    out.lat[i] = y;
  }
  const notes: Bilingual[] = [
    {
      en: `${known} positions were converted from ${crs} to WGS-84`,
      zh: `${known} 个坐标已由 ${crs} 转换为 WGS-84`,
    },
  ];
  if (outside > 0)
    notes.push({
      en: `${outside} of ${known} positions lie outside the area where ${crs} is used; is the coordinate system named rightly?`,
      zh: `${known} 个坐标中有 ${outside} 个在 ${crs} 的使用范围之外；坐标系是否标注正确？`,
    });
  return { ...out, notes };
}

const isInBox = ([lon, lat]: Position) => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;
