import type { Bilingual } from '@qipan/base';
import type { RuleLogic, RulePack } from '../pack.js';
import { criteriaTable, tableRows } from './table.js';

/** A rung of the ladder: a pack that one firm is held against. */
export interface EchelonRung {
  readonly id: string;
  readonly pack: RulePack;
}

/** Rungs from the lowest to the highest. */
export interface EchelonLadder {
  readonly id: string;
  readonly version: string;
  readonly source: string;
  readonly rungs: readonly EchelonRung[];
}

const source = '优质中小企业梯度培育管理暂行办法（工信部企业〔2022〕63号）';
const giants = 'list of criteria, doulau.com 2024-09-10';
const srdis = 'list of criteria, nomecha.com view 449';

const dimensions: RulePack['dimensions'] = tableRows(`
special  | specialised | 专业化
refined  | refined     | 精细化
distinct | distinctive | 特色化
novel    | novel       | 创新能力`).map(([id, en, zh]) => ({ id, name: { en, zh } }));

const rung = (id: string, name: Bilingual, table: string, logic: RuleLogic): EchelonRung => ({
  id,
  pack: {
    id: `echelon-2022/${id}`,
    version: '2022',
    name,
    source,
    dimensions,
    criteria: criteriaTable(table, 'audited accounts, certificates'),
    logic,
    vetoes: [],
    validYears: 3,
  },
});

const innovative = rung(
  'innovativeSme',
  { en: 'innovative small or medium firm', zh: '创新型中小企业' },
  `
score    | novel | innovationScore        | last  | >= 60      | points  | innovation score | 创新能力评分
highTech | novel | highTechEnterprise     | last  | == 1       | yes = 1 | high-tech enterprise | 高新技术企业
award    | novel | provincialScienceAward | any 3 | == 1       | yes = 1 | provincial or national science award within three years | 三年内获省级及以上科技奖励
equity   | novel | newEquityYuan          | sum 2 | >= 5000000 | yuan    | new equity within two years | 近两年新增股权融资`,
  { anyOf: ['score', 'highTech', 'award', 'equity'] },
);

const srdi = rung(
  'srdi',
  { en: 'specialised, refined, distinctive, novel firm (SRDI)', zh: '专精特新中小企业' },
  `
years     | special | yearsInNiche   | last   | >= 2        | years  | years in the niche | 从事特定细分市场年限 | ${srdis}
rd        | novel   | rdExpenseYuan  | last   | >= 1000000  | yuan   | R&D expense | 研发费用总额 | ${srdis}
rdShare   | novel   | rdSharePercent | last   | >= 3        | %      | R&D share of revenue | 研发费用占营业收入比重 | ${srdis}
revenue   | special | revenueYuan    | last   | >= 10000000 | yuan   | revenue | 营业收入 | ${srdis}
equity    | novel   | newEquityYuan  | sum 2  | >= 20000000 | yuan   | new equity within two years | 近两年新增股权融资 | ${srdis}
score     | novel   | srdiScore      | last   | >= 60       | points | score of the evaluation | 评价得分 | ${srdis}
rdMean    | novel   | rdExpenseYuan  | mean 2 | >= 10000000 | yuan   | mean R&D expense of two years | 近两年研发费用均值 | ${srdis}
bigEquity | novel   | newEquityYuan  | sum 2  | >= 60000000 | yuan   | new equity within two years, without a score | 近两年新增股权融资（直通） | ${srdis}`,
  { allOf: ['years', 'rd', 'rdShare', { anyOf: ['revenue', 'equity'] }, { anyOf: ['score', 'rdMean', 'bigEquity'] }] },
);

const littleGiant = rung(
  'littleGiant',
  { en: 'little giant', zh: '专精特新“小巨人”企业' },
  `
main     | special  | mainBusinessSharePercent | last   | >= 70        | %      | main business in revenue | 主营业务收入占比 | ${giants}
growth   | special  | revenueGrowthPercent     | mean 2 | >= 5         | %/year | mean growth of two years | 近两年主营业务收入平均增长率 | ${giants}
years    | special  | yearsInNiche             | last   | >= 3         | years  | years in the niche | 从事特定细分市场年限 | ${giants}
debt     | refined  | debtRatioPercent         | last   | <= 70        | %      | debts to assets | 资产负债率 | ${giants}
share    | distinct | nicheMarketSharePercent  | last   | >= 10        | %      | share of the lead product in its niche | 主导产品全国细分市场占有率 | ${giants}
large    | novel    | revenueYuan              | last   | >= 100000000 | yuan   | revenue from 100 million | 营业收入1亿元以上 | ${giants}
rdLarge  | novel    | rdSharePercent           | each 2 | >= 3         | %      | R&D share in both years, large | 近两年研发占比（1亿元以上） | ${giants}
middle   | novel    | revenueYuan              | last   | >= 50000000  | yuan   | revenue from 50 million | 营业收入5000万元以上 | ${giants}
rdMiddle | novel    | rdSharePercent           | each 2 | >= 6         | %      | R&D share in both years, middle | 近两年研发占比（5000万—1亿元） | ${giants}
small    | novel    | revenueYuan              | last   | < 50000000   | yuan   | revenue below 50 million | 营业收入5000万元以下 | ${giants}
equity   | novel    | newEquityYuan            | sum 2  | >= 80000000  | yuan   | new equity within two years | 近两年新增股权融资 | ${giants}
rd       | novel    | rdExpenseYuan            | sum 2  | >= 30000000  | yuan   | R&D expense of two years | 近两年研发费用总额 | ${giants}
staff    | novel    | rdStaffSharePercent      | last   | >= 50        | %      | R&D staff | 研发人员占比`,
  {
    allOf: [
      ...'main growth years debt share'.split(' '),
      {
        anyOf: [
          { allOf: ['large', 'rdLarge'] },
          { allOf: ['middle', 'rdMiddle'] },
          { allOf: ['small', 'equity', 'rd', 'staff'] },
        ],
      },
    ],
  },
);

const champion = rung(
  'singleChampion',
  { en: 'single champion', zh: '制造业单项冠军企业' },
  `
rank  | distinct | worldMarketRank          | last | <= 3  | rank  | rank of the product in the world market | 产品全球市场占有率排名
years | special  | yearsInNiche             | last | >= 10 | years | years in the niche | 从事特定细分市场年限
main  | special  | mainBusinessSharePercent | last | >= 70 | %     | main business in revenue | 主营业务收入占比`,
  { allOf: ['rank', 'years', 'main'] },
);

const chainLeader = rung(
  'chainLeader',
  { en: 'chain leader', zh: '链主企业' },
  'named | distinct | chainLeaderNamed | last | == 1 | yes = 1 | named by the province | 由省级认定',
  'named',
);

/** The ladder of quality firms; figures from lists of criteria, not from the documents, or from nowhere citable: none is confirmed. */
export const echelon2022: EchelonLadder = {
  id: 'echelon-2022',
  version: '2022',
  source,
  rungs: [innovative, srdi, littleGiant, champion, chainLeader],
};
