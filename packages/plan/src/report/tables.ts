import type { PlanResult } from '../model/plan.js';

export type TableCell = string | number | boolean | null;

/** A sheet: column names, their units, rows. The units are the second header row of files. */
export interface PlanTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly units: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/**
 * A text cell that a spreadsheet would take for a formula gets an apostrophe before it (it begins with `=`, `+`, `-`, `@`,
 * a tab or a carriage return). Numbers stay numbers.
 */
export function escapeCell(cell: TableCell): TableCell {
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

type Columns<Item> = readonly (readonly [name: string, unit: string, value: (item: Item) => TableCell])[];

function sheet<Item>(name: string, items: readonly Item[], columns: Columns<Item>): PlanTable {
  return {
    name,
    columns: columns.map((c) => c[0]),
    units: columns.map((c) => c[1]),
    rows: items.map((item) => columns.map((c) => c[2](item))),
  };
}

/** The sheets of a plan: years, sites, modules, villages, objective, slacks, provenance. */
export function planTables(result: PlanResult): PlanTable[] {
  const { currency, years, unit } = result;
  const last = years.length - 1;
  return [
    sheet('years', result.costByYear, [
      ['year', '', (y) => y.year],
      ['capex', currency, (y) => y.capex],
      ['opex', `${currency}/yr`, (y) => y.opex],
      ['budget', currency, (y) => y.budget],
      ['sites', '', (y) => y.sites],
      ['guns', '', (y) => y.guns],
      ['powerKw', 'kW', (y) => y.powerKw],
      ['coveredShare', 'share', (y) => y.coveredShare],
      ['energyKwhPerDay', 'kWh/d', (y) => y.energyKwhPerDay],
      ['servedShare', 'share', (y) => y.servedShare],
    ]),
    sheet('sites', result.sites, [
      ['id', '', (s) => s.id],
      ['name', '', (s) => s.name.zh],
      ['township', '', (s) => s.township],
      ['lon', 'deg', (s) => s.lon],
      ['lat', 'deg', (s) => s.lat],
      ['openYear', '', (s) => s.openYear],
      ['existing', '', (s) => s.existing],
      ['guns', '', (s) => s.modules.reduce((n, m) => n + m.gunsByYear[last], 0)],
      ['powerKw', 'kW', (s) => s.powerKwByYear[last]],
      ['capex', currency, (s) => s.capex],
      ['energyKwhPerDay', 'kWh/d', (s) => s.energyKwhPerDayByYear[last]],
      ['peakUse', 'share', (s) => s.peakUseByYear[last]],
      ['villages', '', (s) => s.villages],
      ['population', 'persons', (s) => s.population],
      ['reasonSize', '', (s) => s.reasonSize.zh],
      ['reasonYear', '', (s) => s.reasonYear.zh],
    ]),
    sheet(
      'modules',
      result.sites.flatMap((site) => site.modules.flatMap((m) => years.map((year, t) => ({ site, m, year, t })))),
      [
        ['site', '', (x) => x.site.id],
        ['moduleType', '', (x) => x.m.moduleType],
        ['year', '', (x) => x.year],
        ['modules', '', (x) => x.m.modulesByYear[x.t]],
        ['guns', '', (x) => x.m.gunsByYear[x.t]],
        ['powerKw', 'kW', (x) => x.m.modulesByYear[x.t] * x.m.powerKw],
      ],
    ),
    sheet('villages', result.villages, [
      ['id', '', (v) => v.id],
      ['name', '', (v) => v.name],
      ['township', '', (v) => v.township],
      ['population', 'persons', (v) => v.population],
      ['coveredYear', '', (v) => v.coveredYear],
      ['reason', '', (v) => v.reason],
      ['nearestSite', '', (v) => (v.nearestSite === null ? null : result.sites[v.nearestSite].id)],
      ['travelMin', 'min', (v) => v.travelMin],
      ['servedShare', 'share', (v) => v.servedShareByYear[last]],
      ['energyKwhPerDay', 'kWh/d', (v) => v.energyKwhPerDayByYear[last]],
    ]),
    sheet(
      'objective',
      [...result.objectiveTerms, { name: 'value', label: { en: 'Value', zh: '合计' }, amount: result.value }],
      [
        ['term', '', (t) => t.name],
        ['label', '', (t) => t.label.zh],
        ['amount', unit, (t) => t.amount],
      ],
    ),
    sheet('slacks', result.slacks, [
      ['constraint', '', (s) => s.constraint],
      ['where', '', (s) => s.where],
      ['year', '', (s) => s.year],
      ['amount', '', (s) => s.amount],
      ['unit', '', (s) => s.unit],
      ['cost', unit, (s) => s.cost],
    ]),
    provenance(result),
  ];
}

function provenance(result: PlanResult): PlanTable {
  const { travel } = result;
  const facts: (readonly [string, TableCell])[] = [
    ['board', result.provenance.board],
    ['seed', result.provenance.seed],
    ['version', result.provenance.version],
    ['status', result.status],
    ['value', result.value],
    ['bound', result.bound],
    ['gap', result.gap],
    ['unit', result.unit],
    ['dataLevel', result.demandLevel],
    ['travel', travel.method === 'road' ? 'road' : `crowFly × ${travel.factor} at ${travel.speedKmh} km/h`],
    ...result.provenance.sources.map((s) => ['source', s] as const),
    ...result.provenance.warnings.map((w) => ['warning', `${w.zh} ${w.en}`] as const),
  ];
  return { name: 'provenance', columns: ['fact', 'value'], units: ['', ''], rows: facts };
}
