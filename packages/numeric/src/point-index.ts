import { earthRadiusM, QipanError } from '@qipan/base';
import KDBush from 'kdbush';
import { haversineM } from './geodesy.js';

const degrees = 180 / Math.PI;

/** Points found, nearest first, ties by the smaller id. */
export interface Neighbours {
  readonly id: Int32Array;
  readonly distanceM: Float64Array;
}

/**
 * An index of points on the globe for "what is near": great-circle distances, exact at the antimeridian and the poles.
 * Points with NaN coordinates are never found. Building costs O(n log n).
 */
export class PointIndex {
  readonly #lon: ArrayLike<number>;
  readonly #lat: ArrayLike<number>;
  readonly #tree: KDBush;
  /** Index in the arrays of each point of the tree. */
  readonly #ids: Int32Array;

  /** @param lon degrees, −180…180; `lat` degrees, −90…90, of the same length */
  constructor(lon: ArrayLike<number>, lat: ArrayLike<number>) {
    if (lon.length !== lat.length)
      throw new QipanError('SHAPE_MISMATCH', `${lon.length} longitudes and ${lat.length} latitudes`);
    this.#lon = lon;
    this.#lat = lat;
    const known: number[] = [];
    for (let i = 0; i < lon.length; i++) if (!Number.isNaN(lon[i]) && !Number.isNaN(lat[i])) known.push(i);
    this.#ids = Int32Array.from(known);
    this.#tree = new KDBush(known.length, 16, Float64Array);
    for (const i of known) this.#tree.add(lon[i], lat[i]);
    this.#tree.finish();
  }

  /** All points at most `radiusM` metres (inclusive) away. */
  within(lon: number, lat: number, radiusM: number): Neighbours {
    const found = this.#box(lon, lat, radiusM)
      .map((k) => this.#ids[k])
      .map((id) => ({ id, d: haversineM(lon, lat, this.#lon[id], this.#lat[id]) }))
      .filter(({ d }) => d <= radiusM)
      .sort((a, b) => a.d - b.d || a.id - b.id);
    return { id: Int32Array.from(found, (f) => f.id), distanceM: Float64Array.from(found, (f) => f.d) };
  }

  /** The k nearest points, fewer when there are fewer within `maxM` metres. */
  nearest(lon: number, lat: number, k = 1, maxM = Infinity): Neighbours {
    const all = Math.PI * earthRadiusM * 1.001;
    let radius = Math.min(maxM, 1000);
    for (;;) {
      const found = this.within(lon, lat, radius);
      if (found.id.length >= k || radius >= maxM || radius >= all)
        return { id: found.id.slice(0, k), distanceM: found.distanceM.slice(0, k) };
      radius = Math.min(maxM, radius * 3);
    }
  }

  #box(lon: number, lat: number, radiusM: number): number[] {
    if (this.#ids.length === 0) return [];
    // A little wider than the circle, so that no rounding of the box hides a point at exactly the radius.
    const reach = (radiusM / earthRadiusM) * degrees * (1 + 1e-9) + 1e-9;
    const south = lat - reach;
    const north = lat + reach;
    if (!(south > -90 && north < 90)) return this.#tree.range(-180, south, 180, north);
    const wide = Math.asin(Math.min(1, Math.sin(reach / degrees) / Math.cos(lat / degrees))) * degrees * (1 + 1e-9);
    const west = lon - wide;
    const east = lon + wide;
    if (wide >= 180) return this.#tree.range(-180, south, 180, north);
    const found = this.#tree.range(west, south, east, north);
    if (west < -180) found.push(...this.#tree.range(west + 360, south, 180, north));
    if (east > 180) found.push(...this.#tree.range(-180, south, east - 360, north));
    return found;
  }
}
