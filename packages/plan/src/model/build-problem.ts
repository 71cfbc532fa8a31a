import { QipanError, type Bilingual } from '@qipan/base';
import type { Board } from '@qipan/territory';
import { demand } from '../demand/demand.js';
import { busiestHours } from '../demand/peaks.js';
import { planParameters, valueInYear } from '../defaults/plan-parameters.js';
import { accessLists } from './access.js';
import { boardWithSites, candidateSites, type Candidate } from './candidates.js';
import { standardLayouts } from './layouts.js';
import type { PlanParameters, PlanParametersInput } from './parameters.js';
import type { ModuleType, PlanProblem, PlanRules, RegionColumns, SiteColumns } from './problem.js';

/**
 * The plan's problem from a board and the parameters that `POST /scenarios` carries; absent parameters take the defaults.
 * @throws `BAD_INPUT`, `OUT_OF_RANGE`, `UNKNOWN_REFERENCE` naming the field; `INCOMPLETE_TABLE` when no demand is known
 */
export function buildProblem(given: Board, input: PlanParametersInput = {}): PlanProblem {
  const p = planParameters(input);
  const board = boardWithSites(given, p.sites.slotsPlace);
  const table = demand(board, p);
  if (!table.kwhPerDay.some((x) => x > 0))
    throw new QipanError('INCOMPLETE_TABLE', 'no place has a known demand: no population and no other layer', {
      field: 'places.population',
      expected: 'a population, or demand.evCount, or another layer of demand',
    });
  const { peaks, kwhPerHour } = busiestHours(table, p);
  const moduleTypes = modules(p);
  const candidates = candidateSites(board, p);
  const rules = planRules(p);
  const queue = { arrivalScv: p.serviceLevel.arrivalScv, serviceScv: p.serviceLevel.serviceScv };
  const standing = existingCounts(p, candidates, moduleTypes);
  const layoutCounts = standardLayouts({
    moduleTypes,
    ladder: p.ladder,
    peaks,
    queue,
    maxGuns: Math.max(...candidates.map((c) => c.slots)),
    wantedGuns: Math.max(0, ...(rules.townshipPile?.guns ?? [])),
    wantedKw: Math.max(0, ...(rules.countyStation?.kw ?? [])),
    existing: [...standing.values()],
  });
  const { lists, travel, warnings } = accessLists(board, candidates, p);
  const regions = regionTables(board, candidates, p);
  const room = hosting(p, candidates);
  return {
    format: 'qipan.planProblem/1',
    years: p.years,
    currency: p.currency,
    priceYear: p.priceYear,
    demandPoints: {
      id: board.places.id,
      name: board.places.name,
      place: Int32Array.from(board.places.id, (_, i) => i),
      township: regions.townshipOf(board.places.region),
      population: board.places.population,
    },
    sites: siteColumns(p, candidates, { standing, layoutCounts, township: regions.townshipOf, group: room.group }),
    townships: regions.townships,
    counties: regions.counties,
    moduleTypes,
    layoutCounts,
    access: lists,
    capture: p.access,
    energyKwhPerDay: table.kwhPerDay,
    peaks,
    peakKwhPerHour: kwhPerHour,
    queue,
    cost: { ...p.cost, tripKwh: p.demand.tripKwh, daysPerYear: 365 },
    budget: p.budget.byYear && { byYear: byYear(p, p.budget.byYear), carryOver: p.budget.carryOver },
    rules,
    hosting: room.hosting,
    travel,
    facts: {
      board: board.id,
      coverageMin: p.access.coverageMin,
      evCount: table.evCount,
      demandLevel: table.dataLevel,
      sources: [...board.sources.map((s) => s.attribution), ...table.sources],
      warnings: [...board.warnings, ...table.warnings, ...warnings, ...existingWarnings(p)],
    },
  };
}

const byYear = (p: PlanParameters, table: Readonly<Record<string, number>>) =>
  p.years.map((year) => valueInYear(table, year));

function modules(p: PlanParameters): ModuleType[] {
  return Object.entries(p.moduleTypes).map(([id, m]) => {
    const capex = m.capex + p.cost.civilPerKw * m.powerKw;
    const { powerKw, current, guns, lifeYears, plugMin, sessionKwh } = m;
    const name = { en: m.en, zh: m.zh };
    return {
      id,
      name,
      powerKw,
      current,
      guns,
      capex,
      opexPerYear: capex * p.cost.opexShare,
      lifeYears,
      plugMin,
      sessionKwh,
    };
  });
}

function planRules(p: PlanParameters): PlanRules {
  const { townshipPile, countyStation, coverage } = p.rules;
  return {
    townshipPile: townshipPile && {
      guns: byYear(p, townshipPile.gunsByYear),
      pricePerGun: townshipPile.pricePerGun,
    },
    countyStation: countyStation && {
      kw: byYear(p, countyStation.kwByYear),
      pricePerCounty: countyStation.pricePerCounty,
    },
    coverage: coverage && {
      share: byYear(p, coverage.shareByYear),
      withinMin: p.access.coverageMin,
      pricePerPerson: coverage.pricePerPerson,
    },
  };
}

/** Counts that work, by candidate id. Faulty and unknown stations are never planned with. */
function existingCounts(p: PlanParameters, candidates: readonly Candidate[], types: readonly ModuleType[]) {
  const out = new Map<string, number[]>();
  for (const station of p.existing) {
    if (!candidates.some((c) => c.id === station.site))
      throw new QipanError('UNKNOWN_REFERENCE', `existing: no candidate site ${station.site}`, {
        field: 'existing',
        got: station.site,
        expected: 'the id of a candidate site',
      });
    for (const id of Object.keys(station.modules))
      if (!types.some((m) => m.id === id))
        throw new QipanError('UNKNOWN_REFERENCE', `existing at ${station.site}: no module type ${id}`, {
          field: 'existing',
          got: id,
          expected: types.map((m) => m.id).join(', '),
        });
    if (station.status !== 'working') continue;
    const before = out.get(station.site) ?? types.map(() => 0);
    out.set(
      station.site,
      before.map((n, k) => n + (station.modules[types[k].id] ?? 0)),
    );
  }
  return out;
}

function existingWarnings(p: PlanParameters): Bilingual[] {
  const idle = p.existing.filter((s) => s.status !== 'working').map((s) => s.site);
  if (idle.length === 0) return [];
  return [
    {
      en: `Existing stations that are faulty or of unknown status are not counted on: ${idle.join(', ')}`,
      zh: `故障或状态未知的既有充电站未计入：${idle.join('、')}`,
    },
  ];
}

interface SiteParts {
  readonly standing: ReadonlyMap<string, readonly number[]>;
  readonly layoutCounts: Int32Array;
  readonly township: (regions: ArrayLike<number>) => Int32Array;
  readonly group: Int32Array;
}

function siteColumns(p: PlanParameters, candidates: readonly Candidate[], parts: SiteParts): SiteColumns {
  const K = Object.keys(p.moduleTypes).length;
  const texts = Array.from({ length: parts.layoutCounts.length / K }, (_, v) =>
    parts.layoutCounts.subarray(v * K, v * K + K).join(),
  );
  const slots = candidates.map((c) => {
    const standing = parts.standing.get(c.id);
    const guns = standing ? Object.values(p.moduleTypes).reduce((s, m, k) => s + m.guns * standing[k], 0) : 0;
    return Math.max(c.slots, guns);
  });
  return {
    id: candidates.map((c) => c.id),
    name: candidates.map((c) => c.name),
    place: Int32Array.from(candidates, (c) => c.place),
    township: parts.township(candidates.map((c) => c.region)),
    lon: Float64Array.from(candidates, (c) => c.lon),
    lat: Float64Array.from(candidates, (c) => c.lat),
    slots: Int32Array.from(slots),
    openingCost: new Float64Array(candidates.length).fill(p.cost.siteOpening),
    existing: Int32Array.from(candidates, (c) => {
      const standing = parts.standing.get(c.id);
      return standing ? texts.indexOf(standing.join()) : 0;
    }),
    hostingGroup: parts.group,
  };
}

/** Groups that were handed in, and every other site by itself with what its class can have. */
function hosting(p: PlanParameters, candidates: readonly Candidate[]) {
  const name = (p.hosting ?? []).map((g) => g.name);
  const spareKw = (p.hosting ?? []).flatMap((g) => byYear(p, g.spareKwByYear));
  const groupOf = new Map((p.hosting ?? []).flatMap((g, n) => g.sites.map((id) => [id, n] as const)));
  const group = Int32Array.from(candidates, (c) => {
    const given = groupOf.get(c.id);
    if (given !== undefined) return given;
    const kw = p.sites.spareKwByClass?.[c.siteClass] ?? p.sites.spareKwByClass?.['other'];
    if (kw === undefined) return -1;
    spareKw.push(...p.years.map(() => kw));
    return name.push(c.name.zh) - 1;
  });
  return { group, hosting: name.length > 0 ? { name, spareKw: Float64Array.from(spareKw) } : null };
}

/** Townships and counties that hold a place or a candidate; a board without the level counts the region itself. */
function regionTables(board: Board, candidates: readonly Candidate[], p: PlanParameters) {
  const { regions } = board;
  const up = (region: number, level: string) => {
    let r = region;
    while (r >= 0 && regions.level[r] !== level) r = regions.parent[r];
    return r;
  };
  const townshipRegion = (r: number) => (up(r, 'township') >= 0 ? up(r, 'township') : r);
  const countyRegion = (r: number) => (up(r, 'county') >= 0 ? up(r, 'county') : up(r, 'township'));
  const used = [...board.places.region, ...candidates.map((c) => c.region)];
  const townships = [...new Set(used.map(townshipRegion))].toSorted((a, b) => a - b);
  const counties = [...new Set(townships.map(countyRegion))].toSorted((a, b) => a - b);
  const unsuitable = new Set(p.sites.unsuitableRegions);
  const columns = (list: readonly number[], county: Int32Array): RegionColumns => ({
    id: list.map((r) => regions.id[r] ?? ''),
    name: list.map((r) => regions.name[r] ?? ''),
    county,
    suitable: Uint8Array.from(list, (r) => (unsuitable.has(regions.id[r]) ? 0 : 1)),
  });
  const number = new Map(townships.map((r, w) => [r, w]));
  return {
    townships: columns(
      townships,
      Int32Array.from(townships, (r) => counties.indexOf(countyRegion(r))),
    ),
    counties: columns(counties, new Int32Array(counties.length)),
    townshipOf: (list: ArrayLike<number>) =>
      Int32Array.from({ length: list.length }, (_, i) => number.get(townshipRegion(list[i])) as number),
  };
}
