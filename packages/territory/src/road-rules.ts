import type { OsmTags } from './osm-extract.js';

/** Free-flow speeds that are driven, km/h, and how much of them a surface leaves. All are defaults, to be replaced. */
export interface RoadRules {
  /** Classes that are taken, with the speed where no limit is posted. */
  readonly speedKmh: Readonly<Record<string, number>>;
  /** Share of a posted limit that is driven. */
  readonly limitShare: number;
  /** Upper limit of the speed on a surface, km/h. */
  readonly surfaceKmh: Readonly<Record<string, number>>;
}

/** Classes a car may need to reach a village; without service roads and tracks unless they are added. */
export const defaultRoadRules: RoadRules = {
  speedKmh: {
    motorway: 100,
    motorway_link: 50,
    trunk: 75,
    trunk_link: 45,
    primary: 60,
    primary_link: 40,
    secondary: 50,
    secondary_link: 35,
    tertiary: 40,
    tertiary_link: 30,
    unclassified: 35,
    residential: 25,
    living_street: 10,
  },
  limitShare: 0.9,
  surfaceKmh: {
    unpaved: 30,
    compacted: 35,
    fine_gravel: 30,
    gravel: 25,
    pebblestone: 25,
    cobblestone: 25,
    sett: 30,
    ground: 20,
    dirt: 20,
    earth: 20,
    grass: 15,
    sand: 10,
    mud: 10,
  },
};

const milesToKm = 1.609344;

/** A posted limit in km/h; NaN when there is none or it is not understood. `none` (no limit) is NaN too: the class decides. */
export function limitKmh(maxspeed: string | undefined): number {
  const m = /^(\d+(?:\.\d+)?)\s*(mph|km\/h|kmh|kph)?$/.exec((maxspeed ?? '').trim());
  if (!m) return maxspeed?.trim() === 'walk' ? 7 : NaN;
  return Number(m[1]) * (m[2] === 'mph' ? milesToKm : 1);
}

/** Speed driven on a way, km/h; NaN when its class is not taken. */
export function driveKmh(tags: OsmTags, rules: RoadRules): number {
  const byClass = rules.speedKmh[tags['highway'] ?? ''];
  if (byClass === undefined) return NaN;
  const limit = limitKmh(tags['maxspeed']);
  const posted = Number.isNaN(limit) ? byClass : Math.max(5, limit * rules.limitShare);
  return Math.min(posted, rules.surfaceKmh[tags['surface'] ?? ''] ?? Infinity);
}

const closedValues = new Set([
  'no',
  'private',
  'agricultural',
  'forestry',
  'permit',
  'military',
  'emergency',
  'psv',
  'bus',
]);

/** Whether a private car may drive there: the most special of the access tags decides. */
export function isOpen(tags: OsmTags): boolean {
  const value = tags['motorcar'] ?? tags['motor_vehicle'] ?? tags['vehicle'] ?? tags['access'];
  return value === undefined || !closedValues.has(value);
}

/** 1 = both ways, 2 = along the way only, 3 = against it only, 0 = closed. Roundabouts and motorways are one-way unless they say no. */
export function directionOf(tags: OsmTags): 0 | 1 | 2 | 3 {
  if (!isOpen(tags)) return 0;
  const oneway = tags['oneway'];
  if (oneway === '-1' || oneway === 'reverse') return 3;
  if (oneway === 'yes' || oneway === 'true' || oneway === '1') return 2;
  if (oneway === 'no' || oneway === 'false' || oneway === '0') return 1;
  const implied =
    tags['junction'] === 'roundabout' ||
    tags['junction'] === 'circular' ||
    tags['highway'] === 'motorway' ||
    tags['highway'] === 'motorway_link';
  return implied ? 2 : 1;
}
