import { declareTable, type Column, type Row, type Table, type Unit } from '@qipan/base';
import type { BoardView, PlanView } from '../contract.js';
import type { Sheet } from './sheets.js';

const column = (name: string, type: Column['type'], unit: Unit, en: string, zh: string): Column => ({
  name,
  type,
  unit,
  required: false,
  description: { en, zh },
});

const table = (name: string, en: string, zh: string, columns: readonly Column[]): Table =>
  declareTable({ name, description: { en, zh }, source: 'a plan run', columns });

const sites = table('sites', 'Sites of the plan', '规划站点', [
  column('siteId', 'string', '', 'Site', '站点编号'),
  column('name', 'string', '', 'Name', '名称'),
  column('lon', 'number', 'deg', 'Longitude, WGS-84', '经度'),
  column('lat', 'number', 'deg', 'Latitude, WGS-84', '纬度'),
  column('openYear', 'year', 'yr', 'First year open', '投运年份'),
  column('existing', 'boolean', '', 'Stands already', '已建'),
  column('guns', 'integer', '', 'Guns in the last year', '末年枪数'),
  column('powerKw', 'number', 'kW', 'Installed power in the last year', '末年装机功率'),
  column('capex', 'number', 'currency', 'Investment', '投资'),
  column('energyKwhPerDay', 'number', 'kWh/d', 'Energy in the last year', '末年日电量'),
  column('peakUse', 'number', 'share', 'Use of capacity in the busiest hour', '高峰小时利用率'),
  column('villages', 'integer', '', 'Villages nearest to it', '覆盖村数'),
  column('population', 'integer', 'persons', 'People in these villages', '覆盖人口'),
  column('reasonSizeEn', 'string', '', 'Why this size', '规模理由（英）'),
  column('reasonSizeZh', 'string', '', 'Why this size, Chinese', '规模理由'),
  column('reasonYearEn', 'string', '', 'Why this year', '年份理由（英）'),
  column('reasonYearZh', 'string', '', 'Why this year, Chinese', '年份理由'),
]);

const siteModules = table('siteModules', 'Guns by site, module type and year', '分年枪数', [
  column('siteId', 'string', '', 'Site', '站点编号'),
  column('moduleType', 'string', '', 'Module type', '模块类型'),
  column('current', 'string', '', 'AC or DC', '交流或直流'),
  column('modulePowerKw', 'number', 'kW', 'Power of one module', '单模块功率'),
  column('year', 'year', 'yr', 'Year', '年份'),
  column('guns', 'integer', '', 'Guns', '枪数'),
]);

const villages = table('villages', 'Villages and their answer', '村庄结果', [
  column('placeId', 'string', '', 'Place', '地点编号'),
  column('name', 'string', '', 'Name', '名称'),
  column('population', 'integer', 'persons', 'Population; empty is unknown', '人口'),
  column('coveredYear', 'year', 'yr', 'First year covered; empty is not within the horizon', '覆盖年份'),
  column('reason', 'string', '', 'Binding reason', '理由代码'),
  column('nearestSiteId', 'string', '', 'Nearest open site of the last year', '最近站点'),
  column('travelMin', 'number', 'min', 'Travel time to it', '行程时间'),
  column('servedShareLastYear', 'number', 'share', 'Share of demand served in the last year', '末年满足率'),
]);

const costByYear = table('costByYear', 'Cost and cover by year', '分年投资与覆盖', [
  column('year', 'year', 'yr', 'Year', '年份'),
  column('capex', 'number', 'currency', 'Investment', '投资'),
  column('opex', 'number', 'currency/yr', 'Operation', '运营费用'),
  column('budget', 'number', 'currency', 'Budget; empty is none', '预算'),
  column('sites', 'integer', '', 'Open sites', '站点数'),
  column('guns', 'integer', '', 'Guns', '枪数'),
  column('powerKw', 'number', 'kW', 'Installed power', '装机功率'),
  column('coveredShare', 'number', 'share', 'Share of people within reach', '人口覆盖率'),
  column('energyKwhPerDay', 'number', 'kWh/d', 'Energy served', '日电量'),
  column('servedShare', 'number', 'share', 'Share of demand served', '需求满足率'),
]);

const objectiveTerms = table('objectiveTerms', 'Terms of the objective', '目标函数各项', [
  column('name', 'string', '', 'Term', '项'),
  column('en', 'string', '', 'In words', '英文'),
  column('zh', 'string', '', 'In words, Chinese', '中文'),
  column('amount', 'number', 'currency', 'Amount, discounted', '折现金额'),
]);

const slacks = table('slacks', 'Rules that had to be broken', '被突破的规则', [
  column('constraint', 'string', '', 'Constraint', '约束'),
  column('where', 'string', '', 'Where', '位置'),
  column('year', 'year', 'yr', 'Year', '年份'),
  column('amount', 'number', '', 'By how much', '数量'),
  column('cost', 'number', 'currency', 'At what price', '代价'),
]);

const provenance = table('provenance', 'Where the figures come from', '数据来源', [
  column('key', 'string', '', 'What', '项'),
  column('value', 'string', '', 'Value', '值'),
]);

/** The plan as declared tables: sites, their guns, villages, cost, objective, slacks, provenance. */
export function planSheets(plan: PlanView, board: BoardView): readonly Sheet[] {
  return [
    { table: sites, rows: plan.sites.map(siteRow) },
    { table: siteModules, rows: moduleRows(plan) },
    { table: villages, rows: villageRows(plan, board) },
    { table: costByYear, rows: plan.costByYear.map((y) => ({ ...y })) },
    {
      table: objectiveTerms,
      rows: plan.objectiveTerms.map((t) => ({ name: t.name, en: t.label.en, zh: t.label.zh, amount: t.amount })),
    },
    { table: slacks, rows: plan.slacks.map((s) => ({ ...s })) },
    { table: provenance, rows: provenanceRows(plan, board) },
  ];
}

function siteRow(s: PlanView['sites'][number]): Row {
  return {
    siteId: s.id,
    name: s.name,
    lon: s.lon,
    lat: s.lat,
    openYear: s.openYear,
    existing: s.existing,
    guns: s.modules.reduce((sum, m) => sum + (m.gunsByYear.at(-1) ?? 0), 0),
    powerKw: s.powerKwByYear.at(-1) ?? null,
    capex: s.capex,
    energyKwhPerDay: s.energyKwhPerDay,
    peakUse: s.peakUse,
    villages: s.villages,
    population: s.population,
    reasonSizeEn: s.reasonSize.en,
    reasonSizeZh: s.reasonSize.zh,
    reasonYearEn: s.reasonYear.en,
    reasonYearZh: s.reasonYear.zh,
  };
}

function moduleRows(plan: PlanView): Row[] {
  return plan.sites.flatMap((s) =>
    s.modules.flatMap((m) =>
      m.gunsByYear.map((guns, t) => ({
        siteId: s.id,
        moduleType: m.moduleType,
        current: m.current,
        modulePowerKw: m.powerKw,
        year: plan.years[t] ?? null,
        guns,
      })),
    ),
  );
}

function villageRows(plan: PlanView, board: BoardView): Row[] {
  return plan.villages.map((v) => ({
    placeId: board.place.id[v.place] ?? null,
    name: board.place.name[v.place] ?? null,
    population: board.place.population[v.place] ?? null,
    coveredYear: v.coveredYear,
    reason: v.reason,
    nearestSiteId: v.nearestSite === null ? null : (plan.sites[v.nearestSite]?.id ?? null),
    travelMin: v.travelMin,
    servedShareLastYear: v.servedShareByYear.at(-1) ?? null,
  }));
}

function provenanceRows(plan: PlanView, board: BoardView): Row[] {
  const { travel, provenance: p, verified } = plan;
  const rows: [string, string][] = [
    ['run', plan.runId],
    ['board', p.board],
    ['seed', String(p.seed)],
    ['version', p.version],
    ['dataLevel', p.dataLevel],
    ['status', plan.status],
    ['value', `${plan.value} ${plan.unit}`],
    ['bound', `${plan.bound} ${plan.unit}`],
    ['gap', String(plan.gap)],
    [
      'travel',
      travel.method === 'road' ? 'road' : `crow-fly × ${travel.factor ?? '?'} at ${travel.speedKmh ?? '?'} km/h`,
    ],
    ['verified', verified.ok ? `yes, ${verified.checks} checks` : `NO: ${verified.failures.join('; ')}`],
    ...p.sources.map((s): [string, string] => ['source', s]),
    ...board.attribution.map((s): [string, string] => ['attribution', s]),
    ...p.warnings.flatMap((w): [string, string][] => [
      ['warning', w.en],
      ['提示', w.zh],
    ]),
  ];
  return rows.map(([key, value]) => ({ key, value }));
}
