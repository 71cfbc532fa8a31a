import type { IndexDefinition } from '../../upgrade/indices.js';
import { tableRows } from './table.js';

const indicators = tableRows(`
outputYuan            | scale         | yuan/year            | more | output | 产值规模
worldShare            | scale         | %                    | more | share of the world market | 全球市场份额
rdSharePercent        | innovation    | %                    | more | R&D in revenue | 研发投入强度
jointProjects         | innovation    | a year               | more | joint projects of firms and institutes | 产学研协同项目
valueAddedPerWorker   | manufacturing | yuan                 | more | value added per worker | 全员劳动生产率
digitalProcessPercent | manufacturing | %                    | more | key processes under numerical control | 关键工序数控化率
littleGiants          | firms         | firms                | more | little giants and single champions | “小巨人”与单项冠军数
localSupplyPercent    | ecology       | %                    | more | inputs bought inside the cluster | 本地配套率
energyPerValueAdded   | ecology       | tce per 10,000 yuan  | less | energy per value added | 单位增加值能耗
promotionStaff        | governance    | persons              | more | staff of the promotion body | 促进机构人员
memberSharePercent    | governance    | %                    | more | firms that are members | 会员企业占比`);

/**
 * Monitoring of advanced manufacturing clusters: the ministry's five dimensions of development and scale. Official weights are not
 * public: they stand at 1 until the user sets them, and are printed with every result. The indicators are examples, none confirmed.
 */
export const advancedClusterMonitoring: IndexDefinition = {
  id: 'advanced-cluster-monitoring',
  name: { en: 'Monitoring of advanced manufacturing clusters', zh: '先进制造业集群监测' },
  source: '先进制造业集群发展专项行动（五个维度；官方权重未公开）',
  groups: tableRows(`
scale         | scale                    | 规模
innovation    | collaborative innovation | 协同创新
manufacturing | manufacturing capability | 制造能力
firms         | quality firms            | 优质企业
ecology       | industrial ecology       | 产业生态
governance    | governance               | 集群治理`).map(([id, en, zh]) => ({ id, name: { en, zh } })),
  indicators: indicators.map(([id, group, unit, better, en, zh]) => ({
    id,
    group,
    unit,
    higherIsBetter: better === 'more',
    weight: 1,
    name: { en, zh },
    confirmed: false,
  })),
};
