import type { Issue, Row } from '@qipan/base';
import { PointIndex } from '@qipan/numeric';
import type { MultiPolygonCoordinates } from './geojson.js';
import { boxOf, distanceToEdgeM, isInside } from './polygon.js';

export interface PointCheckContext {
  readonly file: string;
  readonly rows: readonly Row[];
  readonly rowNumbers: readonly number[];
  /** Region ids that exist; null when any will do. */
  readonly regions: ReadonlySet<string> | null;
  /** Points must lie in it, or at most `toleranceM` outside; null when unknown. */
  readonly outline: MultiPolygonCoordinates | null;
  readonly toleranceM: number;
}

/**
 * What a declaration cannot say about rows of points: that the region exists, that (0, 0) is no place, that longitude
 * and latitude are not swapped, that the point is in the outline (offering the nearest point that is), and that one
 * name does not stand on one spot twice.
 */
export function pointIssues(c: PointCheckContext): Issue[] {
  const inside = c.rows.filter((r) => isPoint(r) && c.outline !== null && isInside(c.outline, lonOf(r), latOf(r)));
  const index = new PointIndex(
    inside.map((r) => lonOf(r)),
    inside.map((r) => latOf(r)),
  );
  const seen = new Map<string, number>();
  return c.rows.flatMap((row, i): Issue[] => {
    const at = c.rowNumbers[i] as number;
    const issue = (column: string, got: unknown, expected: string, code: Issue['code'] = 'BAD_CELL'): Issue => ({
      code,
      message: `${c.file} row ${at}, column ${column}: ${String(got)}; expected ${expected}`,
      file: c.file,
      row: at,
      column,
      got,
      expected,
    });
    const out: Issue[] = [];
    const region = row['region'];
    if (c.regions !== null && typeof region === 'string' && !c.regions.has(region))
      out.push(issue('region', region, 'the id of a region of the board', 'UNKNOWN_REFERENCE'));
    if (!isPoint(row)) return out;
    const [lon, lat] = [lonOf(row), latOf(row)];
    if (lon === 0 && lat === 0)
      return [...out, issue('lon, lat', '(0, 0)', 'a position; (0, 0) is what an empty cell becomes')];
    const twin = `${String(row['name'] ?? '')}|${lon}|${lat}`;
    const before = seen.get(twin);
    if (row['name'] && before !== undefined)
      out.push(
        issue('name', row['name'], `one row; the same name on the same spot stands in row ${before}`, 'DUPLICATE_ID'),
      );
    else seen.set(twin, at);
    const expected = c.outline === null ? null : placeProblem(c.outline, [lon, lat], c.toleranceM);
    if (expected !== null)
      out.push(issue('lon, lat', `(${lon}, ${lat})`, expected + nearestOffer(index, inside, [lon, lat])));
    return out;
  });
}

const lonOf = (r: Row) => r['lon'] as number;
const latOf = (r: Row) => r['lat'] as number;
const isPoint = (r: Row) => typeof r['lon'] === 'number' && typeof r['lat'] === 'number';

function placeProblem(outline: MultiPolygonCoordinates, [lon, lat]: readonly [number, number], toleranceM: number) {
  if (isInside(outline, lon, lat) || distanceToEdgeM(outline, lon, lat) <= toleranceM) return null;
  const [w, s, e, n] = boxOf(outline);
  if (isInside(outline, lat, lon))
    return `longitude first: the two seem swapped (the outline spans ${w}…${e} E, ${s}…${n} N)`;
  return `a point within the outline (${w}…${e} E, ${s}…${n} N)`;
}

function nearestOffer(index: PointIndex, inside: readonly Row[], [lon, lat]: readonly [number, number]): string {
  const near = index.nearest(lon, lat);
  const row = inside[near.id[0] ?? -1];
  if (row === undefined) return '';
  return `; the nearest row inside is ${String(row['name'] ?? row['id'])}, ${((near.distanceM[0] as number) / 1000).toFixed(1)} km away`;
}
