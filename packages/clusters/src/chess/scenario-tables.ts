import type { Cell } from '@qipan/base';
import type { ChessData } from './data.js';
import type { ScenarioFile } from './read-scenario.js';

type JsonRow = Record<string, Cell>;

const limited = (x: number): number | null => (Number.isFinite(x) ? x : null);
const codeOf = (codes: readonly string[], k: number): string | null => (k < 0 ? null : codes[k]);

function regionRows({ regions, provinces, zones }: ChessData): JsonRow[] {
  return regions.code.map((code, r) => ({
    code,
    name: regions.name[r],
    ...(regions.nameZh ? { nameZh: regions.nameZh[r] } : {}),
    province: codeOf(provinces.code, regions.province[r]),
    zone: codeOf(zones, regions.zone[r]),
    isLagging: regions.isLagging[r] === 1,
    slots: regions.slots[r],
    minSlots: regions.minSlots[r],
    valueFloor: regions.valueFloor[r],
    footprintLimit: limited(regions.footprintLimit[r]),
    lon: limited(regions.lon[r]),
    lat: limited(regions.lat[r]),
  }));
}

function pairRows(data: ChessData): { candidates: JsonRow[]; wishes: JsonRow[] } {
  const { pairs, regions, industries } = data;
  const candidates: JsonRow[] = [];
  const wishes: JsonRow[] = [];
  for (let k = 0; k < pairs.region.length; k++) {
    const at = { region: regions.code[pairs.region[k]], industry: industries.code[pairs.industry[k]] };
    candidates.push({
      ...at,
      probability: pairs.probability[k],
      value: pairs.value[k],
      cost: pairs.cost[k],
      footprint: pairs.footprint[k],
      size: pairs.size[k],
      isPresent: pairs.isPresent[k] === 1,
      relatedness: limited(pairs.relatedness[k]),
    });
    if (pairs.isWish[k] === 1) wishes.push({ ...at, plannedCapacity: limited(pairs.plannedCapacity[k]) });
  }
  return { candidates, wishes };
}

/** A board as a scenario file, the inverse of reading one. */
export function scenarioOf(data: ChessData): ScenarioFile {
  const { industries, links, zones, provinces, weights, rules } = data;
  const code = (i: number) => industries.code[i];
  const existing = links.code.flatMap((link, c) =>
    zones.flatMap((zone, z): JsonRow[] => {
      const capacity = links.existing[c * zones.length + z];
      return capacity > 0 ? [{ link, zone, capacity }] : [];
    }),
  );
  return {
    name: data.name,
    unit: data.unit,
    currency: data.currency,
    dataLevel: data.dataLevel,
    sources: data.sources,
    weights: Object.fromEntries(Object.entries(weights).map(([k, w]) => [k, w === Infinity ? 'hard' : w])),
    rules: { ...rules },
    tables: {
      regions: regionRows(data),
      industries: industries.code.map((c, i) => ({
        code: c,
        name: industries.name[i],
        ...(industries.nameZh ? { nameZh: industries.nameZh[i] } : {}),
        link: codeOf(links.code, industries.link[i]),
        marketRoom: limited(industries.marketRoom[i]),
      })),
      ...pairRows(data),
      links: links.code.map((c, k) => ({
        code: c,
        name: links.name[k],
        need: links.need[k],
        zones: links.zones[k],
        maxZoneShare: links.maxZoneShare[k],
      })),
      existing,
      provinces: provinces.code.map((c, q) => ({ code: c, budget: limited(provinces.budget[q]) })),
      prerequisites: data.prerequisites.flatMap((p) =>
        p.needs.map((j) => ({ industry: code(p.industry), needs: code(j) })),
      ),
      colocations: data.colocations.map((c) => ({
        region: data.regions.code[c.region],
        first: code(c.first),
        second: code(c.second),
        bonus: c.bonus,
      })),
    },
  };
}
