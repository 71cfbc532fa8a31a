import { indexOfId, type OsmExtract, type OsmTags } from './osm-extract.js';
import type { MultiPolygonCoordinates, Position, Ring } from './geojson.js';
import { relationPolygons, ringCentre, wayPositions } from './osm-areas.js';
import { areaKm2, insideTest } from './polygon.js';

/** A mapped thing as a point: a node itself, an area by its centre of gravity. */
export interface OsmPoint {
  /** n, w or r and the number. */
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  /** NaN where it is mapped as a point or a line. */
  readonly areaM2: number;
  readonly tags: OsmTags;
}

/** What the planner looks for. */
export type OsmTheme = 'chargingStation' | 'fuel' | 'parking' | 'tourism' | 'power' | 'settlement';

const settlementKinds = new Set(['city', 'town', 'village', 'hamlet', 'isolated_dwelling']);
const powerKinds = new Set(['substation', 'transformer', 'plant']);
const themes: Readonly<Record<OsmTheme, (t: OsmTags) => boolean>> = {
  chargingStation: (t) => t['amenity'] === 'charging_station',
  fuel: (t) => t['amenity'] === 'fuel',
  parking: (t) => t['amenity'] === 'parking',
  tourism: (t) => t['tourism'] !== undefined || t['aerialway'] === 'station',
  power: (t) => powerKinds.has(t['power'] ?? ''),
  settlement: (t) => settlementKinds.has(t['place'] ?? ''),
};

/** Tag keys that some theme, the roads or the boundaries read: all others may be dropped when a file is read. */
export const osmKeys: Readonly<Record<'node' | 'way' | 'relation', readonly string[]>> = {
  node: [
    'amenity',
    'tourism',
    'aerialway',
    'power',
    'place',
    'name',
    'name:en',
    'name:zh',
    'population',
    'capacity',
    'operator',
    'brand',
    'network',
    'access',
    'fee',
    'opening_hours',
    'voltage',
    'rooms',
    'beds',
    'stars',
    'motorcar',
    'socket:type2',
    'socket:type2:output',
    'socket:type2_cable',
    'socket:type2_cable:output',
    'socket:type2_combo',
    'socket:type2_combo:output',
    'socket:chademo',
    'socket:chademo:output',
    'socket:gb_dc',
    'socket:gb_dc:output',
    'socket:gb_ac',
    'socket:gb_ac:output',
    'socket:schuko',
    'socket:schuko:output',
    'socket:tesla_supercharger_ccs',
    'socket:tesla_supercharger_ccs:output',
  ],
  way: [
    'highway',
    'oneway',
    'junction',
    'maxspeed',
    'surface',
    'access',
    'vehicle',
    'motor_vehicle',
    'motorcar',
    'area',
    'amenity',
    'tourism',
    'aerialway',
    'power',
    'place',
    'name',
    'population',
    'capacity',
    'operator',
    'brand',
    'fee',
    'opening_hours',
    'voltage',
    'rooms',
    'beds',
    'stars',
    'socket:type2',
    'socket:type2:output',
    'socket:type2_combo',
    'socket:type2_combo:output',
    'socket:chademo',
    'socket:chademo:output',
    'socket:gb_dc',
    'socket:gb_dc:output',
    'socket:gb_ac',
    'socket:gb_ac:output',
    'parking',
  ],
  relation: [
    'type',
    'boundary',
    'admin_level',
    'name',
    'ref',
    'ISO3166-1',
    'ISO3166-2',
    'amenity',
    'tourism',
    'aerialway',
    'power',
    'place',
    'population',
    'capacity',
    'operator',
    'access',
    'fee',
    'parking',
  ],
};

/** All things of a theme, nodes, then areas and lines, then relations; `within` leaves out what lies outside. */
export function osmPoints(extract: OsmExtract, theme: OsmTheme, within?: MultiPolygonCoordinates): OsmPoint[] {
  const wanted = themes[theme];
  const isWithin = within === undefined ? () => true : insideTest(within);
  const out: OsmPoint[] = [];
  const add = (id: string, tags: OsmTags, at: Position | null, areaM2: number) => {
    if (at !== null && isWithin(at[0], at[1])) out.push({ id, lon: at[0], lat: at[1], areaM2, tags });
  };
  extract.nodeTags.forEach((tags, k) => {
    const node = extract.taggedNode[k] as number;
    if (wanted(tags))
      add(`n${extract.nodeId[node]}`, tags, [extract.lon[node] as number, extract.lat[node] as number], NaN);
  });
  extract.wayTags.forEach((tags, w) => {
    if (tags === undefined || !wanted(tags)) return;
    const line = wayPositions(extract, w);
    if (line.length > 0) add(`w${extract.wayId[w]}`, tags, ringCentre(line), ringAreaM2(line));
  });
  for (const r of extract.relations) {
    if (!wanted(r.tags)) continue;
    const polygons = relationPolygons(extract, r);
    const largest = polygons?.map((p) => p[0] as Ring).sort((a, b) => ringAreaM2(b) - ringAreaM2(a))[0];
    const areaM2 = polygons === null ? NaN : areaKm2(polygons) * 1e6;
    add(`r${r.id}`, r.tags, largest === undefined ? memberPoint(extract, r.members) : ringCentre(largest), areaM2);
  }
  return out;
}

function ringAreaM2(line: readonly Position[]): number {
  const [first, last] = [line[0], line.at(-1)];
  const isClosed = line.length > 3 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return isClosed ? areaKm2([[line]]) * 1e6 : NaN;
}

/** A relation that makes no polygon stands at its first member that is in the extract. */
function memberPoint(extract: OsmExtract, members: readonly { type: string; ref: number }[]): Position | null {
  for (const m of members) {
    const node = m.type === 'node' ? indexOfId(extract.nodeId, m.ref) : -1;
    if (node !== -1) return [extract.lon[node] as number, extract.lat[node] as number];
    const way = m.type === 'way' ? indexOfId(extract.wayId, m.ref) : -1;
    const line = way === -1 ? [] : wayPositions(extract, way);
    if (line.length > 0) return ringCentre(line);
  }
  return null;
}
