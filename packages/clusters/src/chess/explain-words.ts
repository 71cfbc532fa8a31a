import type { Bilingual } from '@qipan/base';
import type { ChessData } from './data.js';
import type { FamilyName, RowPlace } from './families.js';

/** A rule as the plan meets it: what the foci use of it, its limits, what this pair would add, and whose cells say so. */
export interface RuleFact {
  readonly family: FamilyName;
  readonly at: RowPlace;
  readonly used: number;
  /** Use of the pair alone. */
  readonly own: number;
  readonly lower: number;
  readonly upper: number;
  /** Foci that use it, largest use first: pairs of the board. */
  readonly pairs: readonly number[];
}

/** One for all: a board has tens of thousands of figures, and each `toLocaleString` would make its own. */
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const figure = (x: number) => grouped.format(Math.abs(x) >= 1000 ? Math.round(x) : Number(x.toPrecision(4)));

const names = (codes: readonly string[], comma: string, more: (n: number) => string): string =>
  codes.slice(0, 4).join(comma) + (codes.length > 4 ? more(codes.length - 4) : '');

/** Money as people read it: millions, or 亿 and 万. */
const money = (x: number): Bilingual =>
  Math.abs(x) < 1e6
    ? { en: figure(x), zh: figure(x) }
    : {
        en: `${figure(x / 1e6)} million`,
        zh: Math.abs(x) >= 1e8 ? `${figure(x / 1e8)}亿` : `${figure(x / 1e4)}万`,
      };

function budgetWords(data: ChessData, f: RuleFact): Bilingual {
  const { province, stage } = f.at;
  const whose =
    province !== undefined
      ? { en: `province ${data.provinces.code[province]}`, zh: `${data.provinces.code[province]}省` }
      : stage !== undefined
        ? { en: `stage ${stage + 1}`, zh: `第${stage + 1}期` }
        : { en: 'the nation', zh: '国家' };
  const { currency } = data;
  const [used, upper, own] = [f.used, f.upper, f.own].map(money);
  return {
    en: `the budget of ${whose.en} has ${used.en} of ${upper.en} ${currency} bound; this takes ${own.en}`,
    zh: `${whose.zh}预算已占用${used.zh}（上限${upper.zh}${currency === 'CNY' ? '元' : ` ${currency}`}）；本项需${own.zh}`,
  };
}

function equityWords(data: ChessData, f: RuleFact): Bilingual {
  const { region } = f.at;
  if (region !== undefined) {
    const code = data.regions.code[region];
    return {
      en: `${code} has expected value ${figure(f.used)} of its floor ${figure(f.lower)}`,
      zh: `${code}的预期价值为${figure(f.used)}，下限${figure(f.lower)}`,
    };
  }
  const share = `${Math.round(data.rules.equityShare * 100)} %`;
  return f.own < 0
    ? {
        en: `lagging regions need ${share} of all value, and this falls elsewhere`,
        zh: `欠发达地区须占全部价值的${share}，而本项在其他地区`,
      }
    : { en: `it counts towards the ${share} of lagging regions`, zh: `计入欠发达地区${share}的份额` };
}

function linkWords(data: ChessData, f: RuleFact): Bilingual {
  const link = data.links.code[f.at.link ?? 0];
  const zone = f.at.zone === undefined ? '' : data.zones[f.at.zone];
  if (f.family === 'resilience')
    return {
      en: `critical link ${link} has new expected capacity ${figure(f.used)} of ${figure(f.lower)} needed`,
      zh: `关键链环${link}新增预期产能${figure(f.used)}，需${figure(f.lower)}`,
    };
  if (f.family === 'zoneCover')
    return { en: `it would bring critical link ${link} into zone ${zone}`, zh: `使关键链环${link}进入分区${zone}` };
  return {
    en: `zone ${zone} may hold only so much of critical link ${link}`,
    zh: `分区${zone}在关键链环${link}中的份额受限`,
  };
}

/** A rule as the plan meets it, in words; figures are those of the fact, codes those of its cells. */
export function factWords(data: ChessData, f: RuleFact, pair: number): Bilingual {
  const { pairs, regions, industries } = data;
  const region = regions.code[f.at.region ?? pairs.region[pair]];
  const industry = industries.code[f.at.industry ?? pairs.industry[pair]];
  const more = { en: (n: number) => ` and ${n} more`, zh: (n: number) => `等另${n}个` };
  const list = (codes: readonly string[]) => ({ en: names(codes, ', ', more.en), zh: names(codes, '、', more.zh) });
  if (f.family === 'marketRoom') {
    const where = list(f.pairs.map((k) => regions.code[pairs.region[k]]));
    return {
      en: `${f.pairs.length} region${f.pairs.length === 1 ? ' fills' : 's fill'} the market of ${industry}: Σμ = ${figure(f.used)} of room ${figure(f.upper)} (${where.en || 'none'})`,
      zh: `${f.pairs.length}个地区已占${industry}的市场：Σμ = ${figure(f.used)}，空间${figure(f.upper)}（${where.zh || '无'}）`,
    };
  }
  if (f.family === 'slots') {
    const what = list(f.pairs.map((k) => industries.code[pairs.industry[k]]));
    if (f.lower > 0 && f.used <= f.lower)
      return {
        en: `${region} must make at least ${figure(f.lower)} focus (${what.en || 'none'})`,
        zh: `${region}至少须有${figure(f.lower)}项聚焦（${what.zh || '无'}）`,
      };
    return {
      en: `${region} has ${figure(f.used)} of ${figure(f.upper)} focus slots taken (${what.en || 'none'})`,
      zh: `${region}的聚焦名额已用${figure(f.used)}/${figure(f.upper)}（${what.zh || '无'}）`,
    };
  }
  if (f.family === 'budget') return budgetWords(data, f);
  if (f.family === 'equity') return equityWords(data, f);
  if (f.family === 'resilience' || f.family === 'zoneCover' || f.family === 'zoneShare') return linkWords(data, f);
  if (f.family === 'footprint') {
    const whose = f.at.region === undefined ? { en: 'all', zh: '全国' } : { en: region, zh: region };
    return {
      en: `the footprint of ${whose.en} is ${figure(f.used)} of ${figure(f.upper)}; this takes ${figure(f.own)}`,
      zh: `${whose.zh}资源占用${figure(f.used)}（上限${figure(f.upper)}）；本项需${figure(f.own)}`,
    };
  }
  if (f.family === 'prerequisite') {
    const own = f.at.pair === pair;
    if (own && f.pairs.includes(pair))
      return {
        en: `the supplier that ${industry} needs starts beside it in ${region}`,
        zh: `${industry}所需的供应产业与其同在${region}启动`,
      };
    return own
      ? {
          en: `no supplier that ${industry} needs stands in reach or starts in ${region}`,
          zh: `${industry}所需的供应产业既不在可达范围内，也未在${region}启动`,
        }
      : { en: `it lets ${industry} start in ${region}`, zh: `使${industry}可在${region}启动` };
  }
  if (f.family === 'colocation')
    return { en: `it stands beside a partner industry in ${region}`, zh: `与${region}的伙伴产业同地` };
  return { en: 'refusing the wish has a price', zh: '拒绝意向有代价' };
}
