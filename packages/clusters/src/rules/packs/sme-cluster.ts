import type { RulePack } from '../pack.js';
import { criteriaTable, tableRows } from './table.js';

const repost = 'news report on the measures, w.178448.com thread 1970914 (read in part)';
const guide = 'application guide, xmqimo.com 2025-05-27 (read in part)';

const dimensions: RulePack['dimensions'] = tableRows(`
core       | core competitiveness           | 核心竞争力
echelon    | quality firms raised by rungs  | 优质中小企业梯度培育
chain      | cooperation along the chain    | 产业链协作配套
innovation | collaborative innovation       | 协同创新
digital    | digital transformation         | 数字化转型
green      | green development              | 绿色化发展
open       | open cooperation               | 开放合作
governance | governance and services        | 治理与服务`).map(([id, en, zh]) => ({ id, name: { en, zh } }));

const byAuthority = {
  en: 'as the authority attests; the document’s own figures are not at hand',
  zh: '以主管部门证明为准，文件具体指标未掌握',
};

type Marks = Record<'output' | 'sme' | 'leading' | 'growth' | 'srdi' | 'rd' | 'platform', number>;

const criteria = (m: Marks, seen: { repost: string; guide: string }) =>
  criteriaTable(
    `
area             | core       | areaKm2                  | last           | <= 100         | km²       | area at most 100 km² | 占地面积不超过100平方公里 | ${seen.repost}
output           | core       | outputYuan               | each 3         | >= ${m.output} | yuan/year | output in each of three years | 近三年产值均达标 | ${seen.repost}
smeShare         | core       | smeOutputSharePercent    | last           | >= ${m.sme}    | %         | share of small and medium firms in output | 中小企业产值占比 | ${seen.repost}
leadingShare     | core       | leadingOutputSharePercent | last          | > ${m.leading} | %         | share of the leading industry in output | 主导产业产值占比 | ${seen.repost}
growth           | core       | outputYuan               | annualGrowth 3 | > ${m.growth}  | %/year    | yearly growth of output over three years | 近三年产值年均增速 | ${seen.repost}
champions        | echelon    | championsAndLittleGiants | last           | >= 1           | firms     | single champions and little giants of the leading industry | 主导产业单项冠军或“小巨人”企业数 | ${seen.guide}
srdi             | echelon    | srdiInnovativeHighTech   | last           | >= ${m.srdi}   | firms     | SRDI, innovative and high-tech firms of the leading industry | 主导产业专精特新、创新型、高新技术企业数 | ${seen.guide}
chainCooperation | chain      | chainCooperation         | last           | == 1           | yes = 1   | large and small firms work together along the chain (${byAuthority.en}) | 大中小企业产业链协作紧密（${byAuthority.zh}）
rdGrowth         | innovation | smeRdYuan                | annualGrowth 3 | > ${m.rd}      | %/year    | yearly growth of the small firms’ R&D over three years | 近三年中小企业研发经费年均增长
platform         | digital    | platformAdoptionPercent  | last           | >= ${m.platform} | %       | small firms on an industrial internet platform | 中小企业工业互联网平台应用普及率
green            | green      | green                    | last           | == 1           | yes = 1   | energy, emissions and waste within the rules (${byAuthority.en}) | 节能减排与资源综合利用达标（${byAuthority.zh}）
openCooperation  | open       | openCooperation          | last           | == 1           | yes = 1   | open cooperation across regions and borders (${byAuthority.en}) | 开放合作水平较高（${byAuthority.zh}）
governance       | governance | governance               | last           | == 1           | yes = 1   | an operating body and public services for small firms (${byAuthority.en}) | 有运营管理机构和公共服务机构（${byAuthority.zh}）`,
    'statistical report, ministry lists, attestation of the authority',
  );

const vetoes = criteriaTable(
  `
majorAccident | governance | majorAccident | any 3 | == 1 | happened = 1 | a larger safety, quality or environmental accident within three years | 三年内发生较大及以上安全、质量、环境事故
dataIncident  | governance | dataIncident  | any 3 | == 1 | happened = 1 | a major data security incident within three years | 三年内发生重大数据安全事件
taxFraud      | governance | taxFraud      | any 3 | == 1 | happened = 1 | tax fraud within three years | 三年内有偷税骗税行为`,
  'records of the supervising authorities',
);

/** Characteristic industry cluster of small and medium firms, the ministry's measures of 2022. */
export const smeCluster2022National: RulePack = {
  id: 'sme-cluster-2022-national',
  version: '2022',
  name: { en: 'Characteristic SME industry cluster, national', zh: '中小企业特色产业集群（国家级）' },
  source: '促进中小企业特色产业集群发展暂行办法（工信部企业〔2022〕119号）',
  dimensions,
  criteria: criteria(
    { output: 4e9, sme: 70, leading: 70, growth: 10, srdi: 10, rd: 10, platform: 15 },
    { repost, guide },
  ),
  logic: {
    allOf: [
      { anyOf: ['champions', 'srdi'] },
      ...'area output smeShare leadingShare growth chainCooperation rdGrowth platform green openCooperation governance'.split(
        ' ',
      ),
    ],
  },
  vetoes,
  validYears: 3,
  note: {
    en: 'The document was not at hand: every figure is to be checked before it decides anything. A designation holds three years; a report is due each year by 30 April.',
    zh: '文件原文未掌握：各项指标在用于决策前须核对。认定有效期三年；每年4月30日前报送年度报告。',
  },
};

/** The Yunnan variant: the same dimensions with lower marks. */
export const smeClusterYunnan: RulePack = {
  ...smeCluster2022National,
  id: 'sme-cluster-yunnan',
  name: { en: 'Characteristic SME industry cluster, Yunnan', zh: '中小企业特色产业集群（云南省级）' },
  source: '云南省中小企业特色产业集群认定办法（原文未掌握）',
  criteria: criteria(
    { output: 1e9, sme: 50, leading: 60, growth: 3, srdi: 3, rd: 5, platform: 10 },
    { repost: '', guide: '' },
  ),
};

/** Packs that clusters are held against, by their names. */
export const shippedPacks: readonly RulePack[] = [smeCluster2022National, smeClusterYunnan];
