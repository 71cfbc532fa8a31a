import type { DefaultRow } from '../model/parameters.js';
import { defaultRow } from './row.js';

const local = 'market range 2024-2025, ±40 %, to be verified locally';
const stay =
  'stay beside charging 22.4 min (mean 38.3 min and 11.26 kWh of rapid sockets of about 50 kW, Perth & Kinross Council, OGL v3.0) plus the session energy at 85 % of the power a gun gets';

interface ModuleDefault {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly current: 'AC' | 'DC';
  readonly powerKw: number;
  readonly guns: number;
  readonly capex: number;
  readonly lifeYears: number;
  readonly plugMin: readonly [number, number, number];
  readonly sessionKwh: readonly [number, number, number];
}

const dcSession = [11.26, 20, 25] as const;

/** Modules of the default ladder. A gun of the dual module gets 60 to 120 kW, of the split one about 120 kW. */
export const moduleDefaults: readonly ModuleDefault[] = [
  {
    id: 'ac7',
    en: '7 kW AC pile',
    zh: '7千瓦交流桩',
    current: 'AC',
    powerKw: 7,
    guns: 1,
    capex: 3500,
    lifeYears: 8,
    plugMin: [215, 581.7, 906.2],
    sessionKwh: [7.42, 9.74, 12.25],
  },
  {
    id: 'dc30',
    en: '30 kW DC pile',
    zh: '30千瓦直流桩',
    current: 'DC',
    powerKw: 30,
    guns: 1,
    capex: 20000,
    lifeYears: 8,
    plugMin: [48.9, 69.5, 81.2],
    sessionKwh: dcSession,
  },
  {
    id: 'dc60',
    en: '60 kW DC pile',
    zh: '60千瓦直流桩',
    current: 'DC',
    powerKw: 60,
    guns: 1,
    capex: 40000,
    lifeYears: 10,
    plugMin: [35.6, 45.9, 51.8],
    sessionKwh: dcSession,
  },
  {
    id: 'dc120dual',
    en: '120 kW dual-gun DC pile',
    zh: '120千瓦双枪直流桩',
    current: 'DC',
    powerKw: 120,
    guns: 2,
    capex: 75000,
    lifeYears: 10,
    plugMin: [31.2, 38.1, 45.9],
    sessionKwh: dcSession,
  },
  {
    id: 'dc240split',
    en: '240 kW split system with four guns',
    zh: '240千瓦分体式四枪系统',
    current: 'DC',
    powerKw: 240,
    guns: 4,
    capex: 170000,
    lifeYears: 10,
    plugMin: [29, 34.2, 45.9],
    sessionKwh: dcSession,
  },
];

function moduleRows(m: ModuleDefault): DefaultRow[] {
  const at = `moduleTypes.${m.id}`;
  const measured = m.current === 'AC';
  return [
    defaultRow(`${at}.powerKw`, [m.powerKw, m.powerKw, m.powerKw], [1, 1000], {
      unit: 'kW',
      source: 'module type',
      en: `Power of a ${m.en}`,
      zh: `${m.zh}功率`,
    }),
    defaultRow(`${at}.guns`, [m.guns, m.guns, m.guns], [1, 24], {
      unit: '',
      source: 'module type',
      en: `Guns of a ${m.en}`,
      zh: `${m.zh}枪数`,
    }),
    defaultRow(`${at}.capex`, [m.capex * 0.6, m.capex, m.capex * 1.4], [0, 1e8], {
      unit: 'CNY',
      source: local,
      en: `Installed cost of a ${m.en}`,
      zh: `${m.zh}安装成本`,
    }),
    defaultRow(`${at}.lifeYears`, [m.lifeYears - 2, m.lifeYears, m.lifeYears + 4], [1, 30], {
      unit: 'yr',
      source: 'estimate',
      en: `Life of a ${m.en}`,
      zh: `${m.zh}使用年限`,
    }),
    defaultRow(`${at}.plugMin`, m.plugMin, [1, 10000], {
      unit: 'min',
      source: measured ? 'mean stay at 7 kW sockets, Perth & Kinross Council (OGL v3.0), uncapped' : stay,
      en: `Mean time plugged in at a ${m.en}`,
      zh: `${m.zh}平均占用时长`,
      dataLevel: measured ? 'measured' : 'estimated',
    }),
    defaultRow(`${at}.sessionKwh`, m.sessionKwh, [0.5, 500], {
      unit: 'kWh',
      source: measured
        ? 'mean at 7 kW sockets, Perth & Kinross Council (OGL v3.0)'
        : 'mean 11.26 measured in Perth & Kinross (OGL v3.0); 25 kWh a session in Spring Festival 2026 (press)',
      en: `Mean energy of a session at a ${m.en}`,
      zh: `${m.zh}单次充电电量`,
      dataLevel: measured ? 'measured' : 'estimated',
    }),
  ];
}

/** What things cost. */
export const costDefaults: readonly DefaultRow[] = [
  ...moduleDefaults.flatMap(moduleRows),
  defaultRow('cost.civilPerKw', [240, 400, 560], [0, 1e5], {
    unit: 'CNY/kW',
    source: local,
    en: 'Civil works and grid connection for each kW',
    zh: '每千瓦土建与接电成本',
  }),
  defaultRow('cost.siteOpening', [10000, 30000, 80000], [0, 1e8], {
    unit: 'CNY',
    source: 'estimate: ground, canopy, signs, communication; to be verified locally',
    en: 'Opening a site, whatever stands on it',
    zh: '新建站点固定成本',
  }),
  defaultRow('cost.siteLifeYears', [10, 20, 30], [1, 60], {
    unit: 'yr',
    source: 'estimate',
    en: 'Life of ground works of a site',
    zh: '站点土建使用年限',
  }),
  defaultRow('cost.siteOpexPerYear', [500, 2000, 6000], [0, 1e7], {
    unit: 'CNY/yr',
    source: 'estimate: communication, platform, inspection',
    en: 'Yearly cost of keeping a site',
    zh: '站点年固定运维费',
  }),
  defaultRow('cost.opexShare', [0.02, 0.04, 0.08], [0, 1], {
    unit: 'share',
    source: 'estimate',
    en: 'Yearly operation and maintenance as a share of the installed cost',
    zh: '年运维费占安装成本的比例',
  }),
  defaultRow('cost.discountRate', [0.04, 0.06, 0.08], [0, 0.5], {
    unit: 'share',
    source: 'usual social discount rate in project appraisal in China is 6 to 8 %',
    en: 'Discount rate',
    zh: '折现率',
  }),
  defaultRow('cost.timeValuePerHour', [10, 20, 40], [0, 1000], {
    unit: 'CNY/h',
    source: 'estimate: rural disposable income of 23,119 CNY a person in 2024 over about 1,200 to 2,000 h',
    en: 'Value of an hour of travel',
    zh: '出行时间价值',
  }),
  defaultRow('cost.unservedPerKwh', [1, 3, 6], [0, 1000], {
    unit: 'CNY/kWh',
    source: 'planning choice: what a kilowatt-hour that cannot be had in the county is worth',
    en: 'Price of unserved demand',
    zh: '未满足需求的代价',
  }),
];
