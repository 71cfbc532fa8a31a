import { random, type Random } from '@qipan/base';
import type { Panel } from '../panel.js';

/** What the demo needs to know of an industry; the order is that of the panel's columns. */
export interface DemoIndustry {
  readonly code: string;
  /** Section: industries of one section ask for kindred capabilities. */
  readonly parent: string;
}

export interface DemoRegion {
  readonly code: string;
  readonly name: string;
  readonly nameZh: string;
  readonly parent: string;
  readonly lon: number;
  readonly lat: number;
  readonly population: number;
  readonly areaKm2: number;
  readonly isLagging: boolean;
}

export interface DemoPanelOptions {
  readonly seed: number;
  readonly regions: number;
  readonly industries: readonly DemoIndustry[];
  /** Rising. */
  readonly years: readonly number[];
}

export interface DemoPanel {
  readonly regions: readonly DemoRegion[];
  /** Persons employed, one panel a year, all under the same codes; no cell is unknown. */
  readonly panels: readonly Panel[];
}

const capabilities = 6;
const regionsPerProvince = 11;
/** Rectangle of the made-up land, degrees; no place of it is a real one. */
const land = { west: 100, east: 120, south: 24, north: 42 } as const;

const padded = (n: number, width: number) => String(n).padStart(width, '0');

interface Province {
  readonly lon: number;
  readonly lat: number;
  readonly level: number;
  readonly capability: Float64Array;
}

const normals = (g: Random, scale: number, around?: Float64Array): Float64Array =>
  Float64Array.from({ length: capabilities }, (_, k) => (around?.[k] ?? 0) + scale * g.normal());

function provinces(g: Random, count: number): readonly Province[] {
  return Array.from({ length: count }, () => ({
    lon: land.west + (land.east - land.west) * g.next(),
    lat: land.south + (land.north - land.south) * g.next(),
    level: 0.2 + 0.6 * g.next(),
    capability: normals(g, 0.8),
  }));
}

interface Drawn {
  readonly region: DemoRegion;
  /** 0 to 1; how complex an industry the region can carry. */
  readonly level: number;
  readonly capability: Float64Array;
}

function drawRegion(g: Random, r: number, all: readonly Province[]): Drawn {
  const p = Math.floor(r / regionsPerProvince);
  const province = all[p];
  const level = Math.min(0.98, Math.max(0.02, province.level + 0.18 * g.normal()));
  const population = Math.round(1e4 * Math.exp(5.3 + 0.9 * level + 0.6 * g.normal()));
  return {
    level,
    capability: normals(g, 0.6, province.capability),
    region: {
      code: `D${padded(p + 1, 2)}${padded((r % regionsPerProvince) + 1, 2)}`,
      name: `Demo region ${padded(p + 1, 2)}-${padded((r % regionsPerProvince) + 1, 2)}`,
      nameZh: `示例地区${padded(p + 1, 2)}-${padded((r % regionsPerProvince) + 1, 2)}`,
      parent: `D${padded(p + 1, 2)}`,
      lon: province.lon + 0.9 * g.normal(),
      lat: province.lat + 0.7 * g.normal(),
      population,
      areaKm2: Math.round(12_000 * Math.exp(0.5 * g.normal())),
      isLagging: level < 0.3,
    },
  };
}

interface Need {
  readonly complexity: number;
  readonly capability: Float64Array;
  readonly weight: number;
  readonly section: number;
}

function needs(g: Random, industries: readonly DemoIndustry[]): readonly Need[] {
  const sections = [...new Set(industries.map((i) => i.parent))];
  const centre = sections.map(() => ({ complexity: 0.15 + 0.6 * g.next(), capability: normals(g, 0.7) }));
  return industries.map(({ parent }) => {
    const section = sections.indexOf(parent);
    const { complexity, capability } = centre[section];
    return {
      section,
      complexity: Math.min(0.95, Math.max(0.02, complexity + 0.2 * g.normal())),
      capability: normals(g, 0.5, capability),
      weight: Math.exp(-3.6 + 0.8 * g.normal()),
    };
  });
}

/** How well region and industry fit: what the region can carry against what the industry asks for, and shared capabilities. */
function fit(region: Drawn, need: Need): number {
  let shared = 0;
  for (let k = 0; k < capabilities; k++) shared += region.capability[k] * need.capability[k];
  return 5 * (region.level - need.complexity) + 0.9 * shared;
}

/** Share of the industries of each section that the region has. */
function sectionShares(score: Float64Array, row: number, all: readonly Need[], sections: number): Float64Array {
  const have = new Float64Array(sections);
  const size = new Float64Array(sections);
  all.forEach((need, i) => {
    size[need.section]++;
    if (score[row + i] > 0) have[need.section]++;
  });
  return have.map((n, s) => n / size[s]);
}

/**
 * A national panel drawn from a seed: regions in provinces on a made-up land, industries that ask for kindred capabilities within a
 * section, presence that is nested (complex industries in few, diverse regions) and moves to what is near to what a region has. It is
 * synthetic: no figure belongs to a real place. Cost: 340 × 97 × 3 in about 30 ms.
 */
export function demoPanel(options: DemoPanelOptions): DemoPanel {
  const { regions: count, industries, years } = options;
  const g = random(options.seed);
  const all = provinces(g.fork('provinces'), Math.ceil(count / regionsPerProvince));
  const draw = g.fork('regions');
  const regions = Array.from({ length: count }, (_, r) => drawRegion(draw, r, all));
  const need = needs(g.fork('industries'), industries);
  const sections = Math.max(...need.map((n) => n.section)) + 1;
  const noise = g.fork('cells');
  const width = industries.length;
  const score = Float64Array.from({ length: count * width }, (_, k) => {
    return fit(regions[Math.floor(k / width)], need[k % width]) + 0.7 * noise.normal();
  });
  const codes = { regionCode: regions.map((r) => r.region.code), industryCode: industries.map((i) => i.code) };
  const panels = years.map((year, t): Panel => {
    if (t > 0)
      for (let r = 0; r < count; r++) {
        const shares = sectionShares(score, r * width, need, sections);
        for (let i = 0; i < width; i++)
          score[r * width + i] += 0.7 * (shares[need[i].section] - 0.5) + 0.55 * noise.normal();
      }
    const value = score.map((x, k) => (x > 0.3 ? need[k % width].weight * Math.exp(0.8 * Math.min(3, x)) : 0));
    for (let r = 0; r < count; r++) {
      const row = value.subarray(r * width, (r + 1) * width);
      const scale = (0.45 * regions[r].region.population * (1 + 0.03 * t)) / row.reduce((sum, x) => sum + x, 0);
      row.forEach((x, i) => (row[i] = Math.round(x * scale)));
    }
    return { year, measure: 'employment', regions: count, industries: width, ...codes, value };
  });
  return { regions: regions.map((r) => r.region), panels };
}
