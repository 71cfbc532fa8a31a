import type { Bilingual } from '@qipan/base';
import type { Feature, MultiPolygonCoordinates, PolygonCoordinates, Position, Ring } from './geojson.js';
import { indexOfId, type OsmExtract, type OsmRelation } from './osm-extract.js';
import { areaKm2, isInside } from './polygon.js';

/** Positions of a way's nodes; those that the extract misses are left out. */
export function wayPositions(extract: OsmExtract, way: number): Position[] {
  const out: Position[] = [];
  for (let k = extract.wayStart[way] as number; k < (extract.wayStart[way + 1] as number); k++) {
    const node = extract.refs[k] as number;
    if (node !== -1) out.push([extract.lon[node] as number, extract.lat[node] as number]);
  }
  return out;
}

const isSame = (a: Position | undefined, b: Position | undefined) =>
  a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];

/**
 * The polygons of a multipolygon or boundary relation, put together end to end from its member ways; null when a
 * member is missing or a ring does not close. Inner rings go to the outer ring that holds them.
 */
export function relationPolygons(extract: OsmExtract, relation: OsmRelation): MultiPolygonCoordinates | null {
  const lines = (isInner: boolean) =>
    relation.members
      .filter((m) => m.type === 'way' && (m.role === 'inner') === isInner)
      .map((m) => indexOfId(extract.wayId, m.ref));
  const rings = (ways: readonly number[]): Ring[] | null =>
    ways.includes(-1)
      ? null
      : joinRings(
          ways.map((w) => wayPositions(extract, w)),
          ways.map((w) => hasAllNodes(extract, w)),
        );
  const outer = rings(lines(false));
  const inner = rings(lines(true));
  if (outer === null || inner === null || outer.length === 0) return null;
  return outer.map((ring): PolygonCoordinates => [
    ring,
    ...inner.filter(([first]) => first !== undefined && isInside([[ring]], first[0], first[1])),
  ]);
}

function hasAllNodes(extract: OsmExtract, way: number): boolean {
  return !extract.refs.subarray(extract.wayStart[way], extract.wayStart[way + 1]).includes(-1);
}

function joinRings(lines: readonly Position[][], whole: readonly boolean[]): Ring[] | null {
  if (whole.includes(false)) return null;
  const left = lines.filter((l) => l.length > 1);
  const rings: Ring[] = [];
  while (left.length > 0) {
    let ring = left.shift() as Position[];
    while (!isSame(ring[0], ring.at(-1))) {
      const end = ring.at(-1);
      const k = left.findIndex((l) => isSame(l[0], end) || isSame(l.at(-1), end));
      if (k === -1) return null;
      const [next] = left.splice(k, 1) as [Position[]];
      ring = [...ring, ...(isSame(next[0], end) ? next : [...next].reverse()).slice(1)];
    }
    if (ring.length > 3) rings.push(ring);
  }
  return rings;
}

/** Centre of gravity of a ring on a plane true to scale at its first point; the mean of the points when it has no area. */
export function ringCentre(ring: readonly Position[]): Position {
  const [x0, y0] = ring[0] as Position;
  let [sum, sx, sy] = [0, 0, 0];
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [(ring[i - 1] as Position)[0] - x0, (ring[i - 1] as Position)[1] - y0];
    const [bx, by] = [(ring[i] as Position)[0] - x0, (ring[i] as Position)[1] - y0];
    const cross = ax * by - bx * ay;
    sum += cross;
    sx += (ax + bx) * cross;
    sy += (ay + by) * cross;
  }
  if (Math.abs(sum) > 1e-18) return [x0 + sx / (3 * sum), y0 + sy / (3 * sum)];
  const mean = (k: 0 | 1) => ring.reduce((s, p) => s + p[k], 0) / ring.length;
  return [mean(0), mean(1)];
}

export interface OsmBoundaries {
  /** One feature a region: `id` (r + relation id), `name`, `code` (ISO 3166-2 or ref, or ''), `adminLevel`, `areaKm2`. */
  readonly features: readonly Feature[];
  readonly warnings: readonly Bilingual[];
}

/** Administrative boundaries of a level. Those of which the extract holds a part only are left out and named. */
export function osmBoundaries(extract: OsmExtract, adminLevel: number): OsmBoundaries {
  const warnings: Bilingual[] = [];
  const features = extract.relations.flatMap((r): Feature[] => {
    if (r.tags['boundary'] !== 'administrative' || r.tags['admin_level'] !== String(adminLevel)) return [];
    const coordinates = relationPolygons(extract, r);
    const name = r.tags['name'] ?? '';
    if (coordinates === null) {
      warnings.push({
        en: `the boundary of ${name} (relation ${r.id}) is not whole in the extract and was left out`,
        zh: `${name}（关系 ${r.id}）的边界在数据中不完整，已略去`,
      });
      return [];
    }
    const code = r.tags['ISO3166-2'] ?? r.tags['ISO3166-1'] ?? r.tags['ref'] ?? '';
    const properties = { id: `r${r.id}`, name, code, adminLevel, areaKm2: areaKm2(coordinates) };
    return [{ type: 'Feature', properties, geometry: { type: 'MultiPolygon', coordinates } }];
  });
  return { features, warnings };
}
