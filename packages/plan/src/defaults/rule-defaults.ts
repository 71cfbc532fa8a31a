import type { DefaultRow } from '../model/parameters.js';
import { defaultRow } from './row.js';

const pack = 'default rule pack of this program; replace by the plan that binds you';
const years = [2026, 2027, 2028, 2029, 2030] as const;

function yearly(
  path: string,
  values: readonly number[],
  spread: readonly [number, number],
  range: readonly [number, number],
  text: { unit: string; source: string; en: string; zh: string },
): DefaultRow[] {
  return years.map((year, t) =>
    defaultRow(
      `${path}.${year}`,
      [Math.max(range[0], values[t] * spread[0]), values[t], Math.min(range[1], values[t] * spread[1])],
      range,
      { ...text, en: `${text.en}, ${year}`, zh: `${text.zh}（${year}年）` },
    ),
  );
}

const spareKw: readonly [string, number, string, string][] = [
  ['government', 240, 'a government yard', '政府院落'],
  ['commercial', 960, 'a commercial centre', '商业中心'],
  ['hub', 480, 'a transport hub', '交通枢纽'],
  ['serviceArea', 960, 'a motorway service area', '高速服务区'],
  ['fuelStation', 480, 'a fuel station', '加油站'],
  ['tourism', 240, 'a tourist place', '旅游景点'],
  ['relocationSettlement', 240, 'a relocation settlement', '易地搬迁安置点'],
  ['postal', 60, 'a post office', '邮政网点'],
  ['logistics', 480, 'a logistics yard', '物流园'],
  ['parking', 120, 'a village square or car park', '村级停车场'],
  ['other', 120, 'any other site', '其他站址'],
];

/** Access, budget, rules and sites: planning choices, none of which is written into the code. */
export const ruleDefaults: readonly DefaultRow[] = [
  defaultRow('access.fullCaptureMin', [5, 10, 15], [0, 600], {
    unit: 'min',
    source: 'planning choice',
    en: 'Travel time up to which everybody comes',
    zh: '全部愿意前往的行程时间',
  }),
  defaultRow('access.decayMin', [8, 15, 30], [0.1, 600], {
    unit: 'min',
    source: 'planning choice',
    en: 'Beyond it the share that comes falls by e for this many minutes',
    zh: '此后意愿衰减的时间尺度',
  }),
  defaultRow('access.maxMin', [20, 30, 60], [0, 600], {
    unit: 'min',
    source: 'planning choice',
    en: 'Nobody travels longer (inclusive)',
    zh: '最长行程时间（含）',
  }),
  defaultRow('access.coverageMin', [10, 20, 30], [0, 600], {
    unit: 'min',
    source: 'planning choice',
    en: 'A village counts as covered within this time (inclusive)',
    zh: '村庄视为覆盖的行程时间（含）',
  }),
  defaultRow('access.detourFactor', [1.3, 1.5, 1.75], [1, 5], {
    unit: '',
    source: 'plain 1.5, mountain 1.75; measured on road graphs p10/50/90 1.34/1.76/2.78 in Andorra',
    en: 'Road distance over crow-fly distance, where there are no roads',
    zh: '无路网时的绕行系数',
  }),
  defaultRow('access.speedKmh', [30, 40, 50], [1, 150], {
    unit: 'km/h',
    source: 'planning choice for rural roads',
    en: 'Speed, where there are no roads in the data',
    zh: '无路网时的车速',
  }),
  ...yearly('budget.byYear', [12e6, 8e6, 8e6, 8e6, 8e6], [0.5, 2], [0, 1e12], {
    unit: 'CNY',
    source: 'scenario of this program; replace by the budget you have',
    en: 'Money for building',
    zh: '建设预算',
  }),
  ...yearly('rules.townshipPile.gunsByYear', [1, 1, 2, 2, 2], [0, 4], [0, 1000], {
    unit: '',
    source: pack,
    en: 'Guns that every suitable township must have',
    zh: '每个适宜乡镇最少枪数',
  }),
  defaultRow('rules.townshipPile.pricePerGun', [20000, 60000, 200000], [0, 1e9], {
    unit: 'CNY/yr',
    source: pack,
    en: 'Price of each gun that is missing in a township, a year',
    zh: '乡镇缺一枪的年代价',
  }),
  ...yearly('rules.countyStation.kwByYear', [240, 240, 480, 480, 480], [0.5, 2], [0, 1e6], {
    unit: 'kW',
    source: pack,
    en: 'A county must have a station of at least this power',
    zh: '县内须有达到此功率的充电站',
  }),
  defaultRow('rules.countyStation.pricePerCounty', [2e5, 1e6, 5e6], [0, 1e10], {
    unit: 'CNY/yr',
    source: pack,
    en: 'Price of a county without such a station, a year',
    zh: '县内无此充电站的年代价',
  }),
  ...yearly('rules.coverage.shareByYear', [0.6, 0.7, 0.8, 0.9, 0.95], [0.8, 1.2], [0, 1], {
    unit: 'share',
    source: pack,
    en: 'Share of people who must live within the coverage time of an open site',
    zh: '覆盖时间内人口占比下限',
  }),
  defaultRow('rules.coverage.pricePerPerson', [5, 20, 100], [0, 1e6], {
    unit: 'CNY/yr',
    source: pack,
    en: 'Price of each person missing from the coverage, a year',
    zh: '覆盖缺口每人的年代价',
  }),
  ...spareKw.map(([siteClass, kw, en, zh]) =>
    defaultRow(`sites.spareKwByClass.${siteClass}`, [kw / 2, kw, kw * 2], [0, 1e6], {
      unit: 'kW',
      source:
        'assumption: about half of a usual transformer (250 kVA in villages, more in towns) is free; replace by the grid company’s figures',
      en: `Power for charging at ${en} of which nothing is known`,
      zh: `${zh}缺少电网资料时可用的充电功率`,
    }),
  ),
  defaultRow('sites.slotsPlace', [2, 8, 24], [0, 500], {
    unit: '',
    source: 'planning choice',
    en: 'Guns that a place can take that is not a candidate site of the board',
    zh: '非候选站址地点的枪数上限',
  }),
];
