import type { Bilingual } from '@qipan/base';
import type { PanelReport, YearReport } from './report.js';

const count = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 2 });
const few = (list: readonly string[], most = 8): string =>
  list.slice(0, most).join(', ') + (list.length > most ? ` … (${list.length})` : '');

function yearLines(y: YearReport): Bilingual[] {
  const name = `${y.year ?? '–'} ${y.measure}`;
  const covered = y.coveredShare === null ? null : (100 * y.coveredShare).toFixed(2);
  const lines: Bilingual[] = [
    {
      en: `${name}: ${count(y.regionsNamed)} regions × ${count(y.industriesNamed)} industries named, total ${count(y.total)}${covered === null ? '' : ` (${covered} % of the published total)`}`,
      zh: `${name}：列出 ${count(y.regionsNamed)} 个地区 × ${count(y.industriesNamed)} 个行业，合计 ${count(y.total)}${covered === null ? '' : `（占公布总量 ${covered}%）`}`,
    },
    {
      en: `  ${count(y.expected)} cells: ${count(y.observed)} observed, ${count(y.zeros)} zero, ${count(y.suppressed)} suppressed, ${count(y.missing)} missing; ${count(y.estimated)} estimated`,
      zh: `  ${count(y.expected)} 个单元格：有值 ${count(y.observed)}，真零 ${count(y.zeros)}，隐去 ${count(y.suppressed)}，缺失 ${count(y.missing)}；其中估计 ${count(y.estimated)}`,
    },
  ];
  if (y.emptyRegions.length > 0)
    lines.push({
      en: `  ${count(y.emptyRegions.length)} regions have total 0 in this year: ${few(y.emptyRegions)}`,
      zh: `  该年合计为 0 的地区 ${count(y.emptyRegions.length)} 个：${few(y.emptyRegions)}`,
    });
  if (y.emptyIndustries.length > 0)
    lines.push({
      en: `  ${count(y.emptyIndustries.length)} industries are nowhere: ${few(y.emptyIndustries)}`,
      zh: `  各地均无的行业 ${count(y.emptyIndustries.length)} 个：${few(y.emptyIndustries)}`,
    });
  return lines;
}

const kinds: Readonly<Record<PanelReport['codeBreaks'][number]['proposals'][number]['kind'], Bilingual>> = {
  suffix: { en: 'suffix', zh: '后缀' },
  spelling: { en: 'spelling', zh: '拼写' },
  merge: { en: 'merge', zh: '合并' },
  split: { en: 'split', zh: '拆分' },
  profile: { en: 'profile', zh: '结构相似' },
};

const times = (ratio: number | null, language: 'en' | 'zh'): string =>
  ratio === null ? { en: 'unknown', zh: '未知' }[language] : `×${ratio.toPrecision(3)}`;

function breakLines(b: PanelReport['codeBreaks'][number]): Bilingual[] {
  const [axis, axisZh] = b.axis === 'region' ? ['regions', '地区'] : ['industries', '行业'];
  return [
    {
      en: `${b.fromYear} → ${b.toYear}: ${count(b.same)} ${axis} under the same code, ${count(b.gone.length)} gone, ${count(b.fresh.length)} new`,
      zh: `${b.fromYear} → ${b.toYear}：代码相同的${axisZh} ${count(b.same)} 个，消失 ${count(b.gone.length)} 个，新增 ${count(b.fresh.length)} 个`,
    },
    ...b.proposals.map((p) => ({
      en: `  ${kinds[p.kind].en}${p.ambiguous ? ', ambiguous' : ''}: ${p.from.join(' + ')} → ${p.to.join(' + ')} (total ${times(p.totalRatio, 'en')}) – confirm`,
      zh: `  ${kinds[p.kind].zh}${p.ambiguous ? '，不唯一' : ''}：${p.from.join(' + ')} → ${p.to.join(' + ')}（总量 ${times(p.totalRatio, 'zh')}）——待确认`,
    })),
  ];
}

/** The report as lines for people, one language; the report itself is the data. */
export function panelReportText(r: PanelReport, language: 'en' | 'zh'): string[] {
  const verdict: Bilingual = r.usable
    ? {
        en: `${r.file}: no errors; ${r.warnings.length} warnings`,
        zh: `${r.file}：无错误；警告 ${r.warnings.length} 条`,
      }
    : {
        en: `${r.file}: ${r.faults} errors – nothing is computed from it`,
        zh: `${r.file}：错误 ${r.faults} 条——不得据此计算`,
      };
  const dropped = Object.entries(r.droppedRows).map(([industry, n]): Bilingual => ({
    en: `left out by request: ${industry}, ${count(n)} rows`,
    zh: `按要求剔除：${industry}，${count(n)} 行`,
  }));
  const errors = r.errors.map((e): Bilingual => ({
    en: `error ${e.code}: ${e.message}`,
    zh: `错误 ${e.code}：${e.message}`,
  }));
  const warnings = r.warnings.map((w): Bilingual => ({ en: `warning: ${w.en}`, zh: `警告：${w.zh}` }));
  return [
    verdict,
    ...r.years.flatMap(yearLines),
    ...dropped,
    ...r.codeBreaks.flatMap(breakLines),
    ...errors,
    ...warnings,
  ].map((line) => line[language]);
}
