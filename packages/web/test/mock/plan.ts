import { random } from '@qipan/base';
import type {
  BoardView,
  DefaultValue,
  PlanSiteView,
  PlanView,
  PlanVillageView,
  VillageWhy,
} from '@qipan/server/contract';

const years = [2026, 2027, 2028, 2029, 2030];

const both = (en: string, zh: string) => ({ en, zh });

function siteOf(board: BoardView, place: number, i: number): PlanSiteView {
  const openYear = years[Math.min(4, Math.floor(i / 8))] as number;
  const guns = years.map((y) => (y < openYear ? 0 : 2 + (i % 3) + (y - openYear)));
  const powerKw = i % 4 === 0 ? 120 : i % 4 === 1 ? 60 : 30;
  return {
    id: `site-${board.place.id[place]}`,
    place,
    name: `${board.place.name[place]}充电站`,
    lon: board.place.lon[place] as number,
    lat: board.place.lat[place] as number,
    openYear,
    existing: i === 0,
    modules: [{ moduleType: `dc${powerKw}`, powerKw, current: 'DC', gunsByYear: guns }],
    powerKwByYear: guns.map((g) => g * powerKw),
    capex: (guns.at(-1) as number) * powerKw * 1100,
    energyKwhPerDay: (guns.at(-1) as number) * 92.4,
    peakUse: 0.41 + 0.013 * (i % 20),
    villages: 5 + (i % 12),
    population: 9_000 + 731 * i,
    reasonSize: both(
      `${guns.at(-1)} guns keep P(wait > 15 min) at 8.1 % ≤ 10 % in the busiest hour of an ordinary day; one fewer gives 17.4 %.`,
      `${guns.at(-1)} 枪可使平日最忙一小时等待超过 15 分钟的概率为 8.1 % ≤ 10 %；少一枪则为 17.4 %。`,
    ),
    reasonYear: both(
      `Opens in ${openYear}: the budget of the year before was spent on sites that serve more people per yuan.`,
      `${openYear} 年建设：上一年预算用于单位投资服务人口更多的站点。`,
    ),
  };
}

/** A made-up plan in the shape of the contract; nothing of it was computed. */
export function mockPlan(board: BoardView, runId: string, level: number): PlanView {
  const draw = random(11 + level);
  const seats = board.place.kind.flatMap((k, i) => (k === 'seat' ? [i] : []));
  const sites = [...seats, seats.length + 3, seats.length + 60, seats.length + 140]
    .slice(0, 28 - level)
    .map((p, i) => siteOf(board, p, i));
  const villages = board.place.id.map((_, place): PlanVillageView => {
    const nearest = sites.findIndex(
      (s) => s.place !== null && board.place.region[s.place] === board.place.region[place],
    );
    const covered = nearest !== -1 && draw.next() > 0.12;
    const open = covered ? (sites[nearest] as PlanSiteView).openYear : null;
    return {
      place,
      coveredYear: open,
      reason: covered ? 'served' : draw.next() > 0.5 ? 'noCandidateInRadius' : 'betterUseElsewhere',
      nearestSite: nearest === -1 ? null : nearest,
      travelMin: nearest === -1 ? null : 4 + 24 * draw.next(),
      servedShareByYear: years.map((y) => (open !== null && y >= open ? 0.94 : 0)),
    };
  });
  const value = 61_482_300 - 900_000 * level;
  const bound = value * 0.9931;
  return {
    runId,
    boardId: board.id,
    status: 'gapReached',
    value,
    bound,
    gap: (value - bound) / value,
    unit: 'CNY/2025',
    years,
    currency: 'CNY',
    travel: { method: 'crowFly', factor: 1.5, speedKmh: 40 },
    verified: { ok: true, checks: 24_812, failures: [] },
    costByYear: years.map((year, i) => ({
      year,
      capex: 4_800_000 + 310_000 * i - 50_000 * level,
      opex: 410_000 * (i + 1),
      budget: 6_500_000,
      sites: Math.min(28, 8 * (i + 1)),
      guns: 28 * (i + 1),
      powerKw: 1_900 * (i + 1),
      coveredShare: 0.42 + 0.11 * i,
      energyKwhPerDay: 4_310 * (i + 1),
      servedShare: 0.48 + 0.1 * i,
    })),
    objectiveTerms: [
      { name: 'opening', label: both('Opening of sites', '站点建设'), amount: 6_100_000 },
      { name: 'modules', label: both('Charging modules', '充电模块'), amount: 14_280_000 },
      { name: 'operation', label: both('Operation', '运行维护'), amount: 5_902_300 },
      { name: 'travel', label: both('Travel time', '出行时间'), amount: 21_200_000 },
      { name: 'unserved', label: both('Unserved demand', '未服务需求'), amount: 15_500_000 - 900_000 * level },
      { name: 'salvage', label: both('Value left at the end', '期末残值'), amount: -1_500_000 },
    ],
    sites,
    villages,
    slacks: level === 0 ? [] : [{ constraint: 'townshipPile', where: '沙坪镇', year: 2027, amount: 1, cost: 20_000 }],
    provenance: {
      board: board.id,
      seed: 1,
      version: '0.1.0',
      sources: ['GeoNames, CC BY 4.0'],
      warnings: [
        both(
          'No road file: travel times are crow-fly × 1.5 at 40 km/h.',
          '无路网文件：行程时间按直线距离 × 1.5、40 km/h 估算。',
        ),
      ],
      dataLevel: 'estimated',
    },
  };
}

export function mockWhy(board: BoardView, plan: PlanView, placeId: string): VillageWhy | null {
  const place = board.place.id.indexOf(placeId);
  const village = plan.villages[place];
  if (village === undefined) return null;
  const site = village.nearestSite === null ? undefined : plan.sites[village.nearestSite];
  const minutes = village.travelMin?.toFixed(1) ?? '—';
  const name = board.place.name[place] as string;
  const served = village.reason === 'served';
  return {
    place,
    placeId,
    name,
    reason: village.reason,
    sentence: served
      ? both(
          `${name} is within ${minutes} min of ${site?.name} from ${village.coveredYear} on; the limit is 30 min.`,
          `自 ${village.coveredYear} 年起，${name}距${site?.name} ${minutes} 分钟，服务限值为 30 分钟。`,
        )
      : both(
          `${name} is not covered by 2030: the budget row of 2030 binds at 6.5 M CNY, and a site here is worth 41,000 CNY less than the one it would replace.`,
          `${name}至 2030 年未覆盖：2030 年预算约束（650 万元）起作用，在此建站比被替换的站点少 4.1 万元效益。`,
        ),
    servingSites:
      served && site
        ? [{ siteId: site.id, name: site.name, share: 0.94, travelMin: village.travelMin ?? 0, year: 2030 }]
        : [],
    binding: served
      ? []
      : [
          {
            constraint: 'budget',
            where: '垫江县',
            year: 2030,
            needed: 6_920_000,
            available: 6_500_000,
            unit: 'CNY',
            price: 0.31,
          },
        ],
    costToCover: served ? null : { atLeast: 41_000, unit: 'CNY/2025' },
    population: board.place.population[place] ?? null,
    evCountByYear: [31, 42, 56, 74, 95],
    energyKwhPerDayByYear: [11.2, 15.9, 21.5, 28.8, 37.1],
    dataLevel: 'estimated',
  };
}

const row = (
  path: string,
  v: readonly [number, number, number],
  unit: string,
  en: string,
  zh: string,
): DefaultValue => ({
  path,
  value: v[0],
  low: v[1],
  high: v[2],
  unit,
  dataLevel: 'default',
  source: 'example row of the mock',
  description: both(en, zh),
});

export const mockDefaults: readonly DefaultValue[] = [
  row('demand.householdSize', [2.62, 2.3, 3.1], 'persons', 'Persons in a household', '户均人口'),
  row(
    'demand.evPerHousehold.2026',
    [0.06, 0.04, 0.09],
    'EV/household',
    'Electric cars per household in 2026',
    '2026 年户均电动汽车',
  ),
  row(
    'demand.evPerHousehold.2030',
    [0.21, 0.12, 0.32],
    'EV/household',
    'Electric cars per household in 2030',
    '2030 年户均电动汽车',
  ),
  row('demand.homeShare', [0.62, 0.4, 0.8], '1', 'Share of energy charged at home', '居家充电占比'),
  row('access.coverageMin', [30, 15, 45], 'min', 'A village is covered within this time', '覆盖时限'),
  row('access.detourFactor', [1.5, 1.3, 1.75], '1', 'Crow-fly detour factor', '直线绕行系数'),
  row('access.speedKmh', [40, 30, 50], 'km/h', 'Travel speed', '行驶速度'),
  row(
    'serviceLevel.ordinary.alpha',
    [0.1, 0.05, 0.2],
    '1',
    'Accepted share of drivers who wait longer than the limit',
    '超时等待的可接受比例',
  ),
  row(
    'moduleTypes.dc60.capex',
    [40_000, 24_000, 56_000],
    'CNY',
    'Installed cost of a 60 kW DC module',
    '60 kW 直流模块安装成本',
  ),
  row(
    'moduleTypes.dc120.capex',
    [75_000, 45_000, 105_000],
    'CNY',
    'Installed cost of a 120 kW dual DC module',
    '120 kW 双枪直流模块安装成本',
  ),
  row('cost.civilPerKw', [400, 240, 560], 'CNY/kW', 'Civil works and connection', '土建与接入'),
  row('cost.discountRate', [0.06, 0.04, 0.08], '1/year', 'Discount rate', '折现率'),
  row('budget.byYear.2026', [6_500_000, 3_000_000, 9_000_000], 'CNY', 'Budget of 2026', '2026 年预算'),
  row(
    'rules.townshipPile.pricePerGun',
    [20_000, 10_000, 40_000],
    'CNY',
    'Price of a township without its pile',
    '乡镇缺桩代价',
  ),
];
