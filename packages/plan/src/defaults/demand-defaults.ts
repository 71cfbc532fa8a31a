import type { DefaultRow, DemandLayer } from '../model/parameters.js';
import { defaultRow } from './row.js';

const perthKinross =
  'Perth & Kinross Council charging sessions, Sep 2016 to Aug 2018 (Open Government Licence v3.0), own statistics';
const ieaStock =
  'IEA Global EV Outlook 2024, STEPS: 42 million electric cars in China in 2025 and 115 million in 2030 (CC BY 4.0), over the 494.16 million households of the 2020 census, geometric in between';

/** Electric cars per household of the country: 42/494.16 in 2025, 115/494.16 in 2030. */
const evYears: readonly [number, number][] = [2025, 2026, 2027, 2028, 2029, 2030].map((year) => {
  const share = (42 / 494.16) * (115 / 42) ** ((year - 2025) / 5);
  return [year, Math.round(share * 1e4) / 1e4];
});

const days: readonly [
  string,
  string,
  string,
  number,
  Readonly<Record<DemandLayer, readonly [number, number, number]>>,
][] = [
  [
    'weekday',
    'an ordinary weekday',
    '普通工作日',
    245,
    { residents: [1, 1, 1], throughTraffic: [1, 1, 1], tourism: [0.5, 0.7, 1], fleets: [1, 1, 1] },
  ],
  [
    'weekend',
    'a weekend day',
    '周末',
    104,
    { residents: [0.8, 0.88, 1.1], throughTraffic: [1, 1.2, 1.5], tourism: [1.2, 1.6, 2.5], fleets: [0.4, 0.7, 1] },
  ],
  [
    'springFestival',
    'a Spring Festival day',
    '春节',
    8,
    { residents: [2, 3, 4], throughTraffic: [1.5, 2.4, 3.5], tourism: [1.5, 2.5, 4], fleets: [0.3, 0.5, 1] },
  ],
  [
    'nationalDay',
    'a National Day holiday',
    '国庆',
    8,
    { residents: [1, 1.5, 2.59], throughTraffic: [2, 2.59, 3.5], tourism: [2, 3, 5], fleets: [0.4, 0.7, 1] },
  ],
];

const layerWords: Readonly<Record<DemandLayer, { en: string; zh: string }>> = {
  residents: { en: 'residents', zh: '居民' },
  throughTraffic: { en: 'through-traffic', zh: '过境车辆' },
  tourism: { en: 'tourism', zh: '旅游' },
  fleets: { en: 'fleets', zh: '车队' },
};

const multiplierSource: Readonly<Record<string, string>> = {
  weekday: 'reference day',
  weekend: `Saturday and Sunday against other days 0.88 in ${perthKinross}; other layers estimated`,
  springFestival: 'prior 2 to 4 for the return to villages; no published rural figure, to be verified locally',
  nationalDay:
    'expressways 2.59 times an ordinary day, 1-8 Oct 2025 (National Energy Administration through the press); other layers estimated',
};

function dayRows(): DefaultRow[] {
  return days.flatMap(([id, en, zh, count, multiplier]) => [
    defaultRow(`scenarioDays.${id}.daysPerYear`, [0, count, 365], [0, 366], {
      unit: 'd/yr',
      source: 'calendar',
      en: `Days a year that are ${en}`,
      zh: `一年中属于${zh}的天数`,
    }),
    ...(Object.keys(multiplier) as DemandLayer[]).map((layer) =>
      defaultRow(`scenarioDays.${id}.multiplier.${layer}`, multiplier[layer], [0, 20], {
        unit: '',
        source: multiplierSource[id] as string,
        en: `Demand of ${layerWords[layer].en} on ${en}, weekday = 1 (normalised over the year)`,
        zh: `${layerWords[layer].zh}在${zh}的需求倍数（全年归一）`,
        dataLevel: id === 'weekend' && layer === 'residents' ? 'measured' : 'default',
      }),
    ),
  ]);
}

/** Rates of the demand model. */
export const demandDefaults: readonly DefaultRow[] = [
  defaultRow('demand.householdSize', [2.3, 2.7, 3.5], [1, 10], {
    unit: 'persons',
    source: '2020 census: 2.62 persons a household in China; rural counties a little more, estimated',
    en: 'Persons in a household',
    zh: '户均人口',
  }),
  ...evYears.map(([year, share]) =>
    defaultRow(`demand.evPerHousehold.${year}`, [share * 0.7, share, share * 1.3], [0, 3], {
      unit: 'vehicles',
      source: ieaStock,
      en: `Electric cars per household of the country in ${year} (scenario)`,
      zh: `${year}年全国户均电动汽车保有量（情景）`,
    }),
  ),
  defaultRow('demand.ruralFactor', [0.3, 0.6, 1], [0, 3], {
    unit: 'share',
    source: 'estimate: rural counties below the country; replace by local registrations',
    en: 'Electric cars per household in the county against the country',
    zh: '本县户均电动汽车与全国之比',
  }),
  defaultRow('demand.kmPerYear', [8000, 12000, 18000], [0, 200000], {
    unit: 'km',
    source: 'estimate, usual range of private cars in China',
    en: 'Kilometres a car drives a year',
    zh: '单车年行驶里程',
  }),
  defaultRow('demand.kwhPerKm', [0.12, 0.14, 0.18], [0.03, 3], {
    unit: 'kWh/km',
    source: 'estimate, compact electric cars; type approval figures are lower',
    en: 'Energy per kilometre at mild temperature',
    zh: '常温单位里程电耗',
  }),
  defaultRow('demand.winterFactor', [1, 1.1, 1.3], [1, 2], {
    unit: '',
    source: 'estimate, yearly mean with heating and cold batteries',
    en: 'Yearly mean energy against mild temperature',
    zh: '全年平均电耗与常温之比（含冬季）',
  }),
  defaultRow('demand.homeShare', [0.5, 0.75, 0.9], [0, 1], {
    unit: 'share',
    source: 'estimate: most rural houses can have a socket of their own; to be verified locally',
    en: 'Share of charging energy taken at home',
    zh: '家充电量占比',
  }),
  defaultRow('demand.localShare', [0.5, 0.7, 0.9], [0, 1], {
    unit: 'share',
    source: 'estimate',
    en: 'Share of the public charging energy that is taken in the county',
    zh: '公共充电量中县内占比',
  }),
  defaultRow('demand.tripKwh', [11.26, 20, 25], [1, 200], {
    unit: 'kWh',
    source: `mean 11.26 measured in ${perthKinross}; 25 kWh a session in Spring Festival 2026 (press); between the two`,
    en: 'Energy of one trip to a public charger',
    zh: '单次公共充电电量',
    dataLevel: 'estimated',
  }),
  defaultRow('demand.uncertaintyCv', [0.15, 0.3, 0.5], [0.001, 3], {
    unit: '',
    source: 'estimate: spread of the EV scenario (±30 %) taken as one standard deviation of a gamma distribution',
    en: 'Coefficient of variation of demand about its forecast',
    zh: '需求预测的变异系数',
  }),
  ...dayRows(),
  defaultRow('serviceLevel.ordinary.waitMin', [5, 10, 20], [0, 600], {
    unit: 'min',
    source: 'planning choice',
    en: 'Wait that few may exceed in the busiest hour of an ordinary day',
    zh: '平日最忙时段的等待上限',
  }),
  defaultRow('serviceLevel.ordinary.alpha', [0.05, 0.1, 0.2], [0.0001, 0.9], {
    unit: 'share',
    source: 'planning choice',
    en: 'Share of arrivals that may wait longer on an ordinary day',
    zh: '平日允许超时等待的比例',
  }),
  defaultRow('serviceLevel.festival.waitMin', [20, 30, 60], [0, 600], {
    unit: 'min',
    source: 'planning choice: looser, festivals are met by mobile chargers and booking too',
    en: 'Wait that few may exceed in the busiest hour of a festival',
    zh: '节日最忙时段的等待上限',
  }),
  defaultRow('serviceLevel.festival.alpha', [0.1, 0.3, 0.5], [0.0001, 0.9], {
    unit: 'share',
    source: 'planning choice',
    en: 'Share of arrivals that may wait longer on a festival day',
    zh: '节日允许超时等待的比例',
  }),
  defaultRow('serviceLevel.arrivalScv', [1, 1, 1.5], [0, 20], {
    unit: '',
    source: 'Poisson arrivals',
    en: 'Squared coefficient of variation of the times between arrivals',
    zh: '到达间隔的变异系数平方',
  }),
  defaultRow('serviceLevel.serviceScv', [0.5, 1, 3.1], [0, 20], {
    unit: '',
    source: `exponential; 1.1 to 3.1 measured with stays capped at 24 h in ${perthKinross}`,
    en: 'Squared coefficient of variation of the plug time',
    zh: '占用时长的变异系数平方',
  }),
];

/** Names of the scenario days that stand in the defaults, with the service level that holds on each. */
export const defaultDays = days.map(([id, en, zh]) => ({
  id,
  en: en.replace(/^an? /, ''),
  zh,
  serviceLevel: id === 'springFestival' || id === 'nationalDay' ? ('festival' as const) : ('ordinary' as const),
}));
