import type { Bilingual } from '@qipan/base';
import type { CodeLabel } from '../../contract.js';
import type { AdvantageRow, ReportFigures, ReportInput } from './figures.js';
import { levelWords, limits, measureWords, reportWords } from './words.js';

export type ReportLanguage = 'en' | 'zh';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface Speech {
  readonly lang: ReportLanguage;
  readonly t: (key: keyof typeof reportWords, fill?: Readonly<Record<string, string | number>>) => string;
  readonly pick: (text: Bilingual | string) => string;
  readonly name: (label: CodeLabel) => string;
  readonly number: (x: number | null, digits?: number) => string;
}

function speech(lang: ReportLanguage): Speech {
  const pick = (text: Bilingual | string) => escaped(typeof text === 'string' ? text : text[lang]);
  return {
    lang,
    pick,
    t: (key, fill = {}) =>
      escaped(reportWords[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole))),
    name: ({ code, name }) => escaped(name[lang] === code ? code : `${code} ${name[lang]}`),
    number: (x, digits = 0) =>
      x === null || !Number.isFinite(x)
        ? '—'
        : new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }).format(x),
  };
}

type Cells = readonly (string | number)[];

/** A table; cells of the columns after the first `texts` are numbers and stand right. */
function table(head: Cells, rows: readonly Cells[], texts = 1): string {
  const cell = (tag: 'td' | 'th') => (c: string | number, k: number) =>
    `<${tag}${k >= texts ? ' class="n"' : ''}${tag === 'th' ? ' scope="col"' : ''}>${c}</${tag}>`;
  return `<table><thead><tr>${head.map(cell('th')).join('')}</tr></thead><tbody>${rows
    .map((r) => `<tr>${r.map(cell('td')).join('')}</tr>`)
    .join('')}</tbody></table>`;
}

/** Quotients with their intervals on a logarithmic axis; the same numbers stand in the table below it. */
function intervalPlot(rows: readonly AdvantageRow[], s: Speech): string {
  const shown = rows.map((a) => ({
    ...a,
    low: a.shrunk?.lower ?? a.lq,
    mid: a.shrunk?.lq ?? a.lq,
    high: a.shrunk?.upper ?? a.lq,
  }));
  const least = Math.min(0.9, ...shown.map((a) => a.low));
  const most = Math.max(2, ...shown.map((a) => a.high));
  const [left, right, line] = [230, 700, 22];
  const x = (v: number) => left + ((right - left) * Math.log(Math.max(v, least) / least)) / Math.log(most / least);
  const height = shown.length * line + 34;
  const ticks = [0.5, 1, 2, 5, 10, 20, 50, 100].filter((v) => v >= least && v <= most);
  const axis = ticks
    .map(
      (v) =>
        `<line x1="${x(v).toFixed(1)}" x2="${x(v).toFixed(1)}" y1="6" y2="${height - 24}" class="${v === 1 ? 'one' : 'tick'}"/><text x="${x(v).toFixed(1)}" y="${height - 8}" text-anchor="middle">${v}</text>`,
    )
    .join('');
  const marks = shown
    .map((a, k) => {
      const y = 18 + k * line;
      const label = escaped(a.industry.name[s.lang]).slice(0, s.lang === 'zh' ? 16 : 34);
      return `<text x="${left - 10}" y="${y + 4}" text-anchor="end">${label}</text><line class="whisker" x1="${x(a.low).toFixed(1)}" x2="${x(a.high).toFixed(1)}" y1="${y}" y2="${y}"/><circle cx="${x(a.mid).toFixed(1)}" cy="${y}" r="4"/>`;
    })
    .join('');
  return `<svg viewBox="0 0 ${right + 20} ${height}" role="img" aria-label="${s.t('advantages')}">${axis}${marks}</svg>`;
}

const style = `
:root{color-scheme:light}
body{font:15px/1.5 system-ui,"Noto Sans SC","Noto Sans CJK SC",sans-serif;color:#17202a;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2rem 0 .4rem;border-bottom:2px solid #0b4f6c}
p.hint{color:#4a5663;font-size:.9rem;margin:.2rem 0 .6rem}
.level{border:1px dashed #7d5200;background:#fbf0d9;color:#7d5200;padding:.1rem .5rem;border-radius:3px;font-size:.85rem}
.banner{border:1px solid #7d5200;background:#fbf0d9;padding:.5rem .8rem;border-radius:4px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}dt{color:#4a5663}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #d3d9df;vertical-align:top}
.n{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto;margin:.5rem 0}svg text{font-size:12px;fill:#17202a}
svg .tick{stroke:#d3d9df}svg .one{stroke:#a32018;stroke-dasharray:4 3}svg .whisker{stroke:#0b4f6c;stroke-width:3;opacity:.45}svg circle{fill:#0b4f6c}
footer{margin-top:2rem;color:#4a5663;font-size:.85rem}
@media print{body{margin:0;max-width:none;font-size:11pt}h2{break-after:avoid}tr,svg{break-inside:avoid}}`;

/**
 * The report on one region as one printable page without outside parts: advantages with intervals, near industries, similar regions,
 * moves, supply concentration, recipe, limits. Every figure carries the data level of its panel.
 */
export function reportHtml(input: ReportInput, f: ReportFigures, lang: ReportLanguage): string {
  const s = speech(lang);
  const level = `<span class="level">${s.pick(levelWords[input.dataLevel] as Bilingual)}</span>`;
  const title = s.t('title', { region: f.region.name[lang] });
  const section = (key: keyof typeof reportWords, body: string) =>
    `<section id="${key}"><h2>${s.t(key)} ${level}</h2>${body}</section>`;
  const hint = (text: string) => `<p class="hint">${text}</p>`;
  const parts = [
    `<h1>${title}</h1>`,
    input.dataLevel === 'synthetic' ? `<p class="banner">${s.t('synthetic')}</p>` : '',
    about(input, f, s),
    section('figures', figures(f, s)),
    section('advantages', advantages(f, s, hint)),
    section(
      'near',
      hint(s.t('nearHint')) +
        table(
          [s.t('industry'), s.t('density'), s.t('lq'), s.t('pci')],
          f.near.map((n) => [s.name(n.industry), s.number(n.density, 3), s.number(n.lq, 2), s.number(n.pci, 2)]),
        ),
    ),
    section(
      'similar',
      hint(s.t('similarHint')) +
        table(
          [s.t('region'), s.t('similarity'), s.t('common')],
          f.similar.map((x) => [s.name(x.region), s.number(x.value, 3), s.number(x.common)]),
        ),
    ),
    section('moves', moves(f, s, hint)),
    section('stress', stress(f, s, hint)),
    `<section id="card"><h2>${s.t('card')}</h2>${table(
      ['', ''],
      f.recipe.map(([k, v]) => [s.pick(k), s.pick(v)]),
      2,
    ).replace(/<thead>.*?<\/thead>/, '')}</section>`,
    `<section id="limits"><h2>${s.t('limits')}</h2><ul>${limits.map((l) => `<li>${s.pick(l)}</li>`).join('')}</ul></section>`,
    `<footer>${s.t('source')}: ${s.pick(input.attribution)} · Qipan 棋盘</footer>`,
  ];
  return `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head>
<body>
${parts.filter((p) => p !== '').join('\n')}
</body></html>
`;
}

function about(input: ReportInput, f: ReportFigures, s: Speech): string {
  const measure = measureWords[input.body.measure] as Bilingual;
  return `<dl><dt>${s.t('panel')}</dt><dd>${s.pick(input.name)}</dd><dt>${s.t('year')}</dt><dd>${f.year ?? '—'}</dd><dt>${s.t('measure')}</dt><dd>${s.pick(measure)}</dd><dt>${s.t('level')}</dt><dd>${s.pick(levelWords[input.dataLevel] as Bilingual)}</dd><dt>${s.t('source')}</dt><dd>${s.pick(input.attribution)}</dd></dl>`;
}

function figures(f: ReportFigures, s: Speech): string {
  const rank =
    f.rank === null
      ? s.t('rankUnknown', { why: reportWords.ambiguous[s.lang] })
      : s.t('rankOf', {
          rank: s.number(f.rank.rank),
          lower: s.number(f.rank.lower),
          upper: s.number(f.rank.upper),
          n: f.rank.n,
        });
  return `<dl><dt>${s.t('total')}</dt><dd>${s.number(f.total)}</dd><dt>${s.t('diversity')}</dt><dd>${f.diversity}</dd><dt>${s.t('eci')}</dt><dd>${s.number(f.eci, 2)}</dd><dt>${s.t('rank')}</dt><dd>${rank}</dd></dl>`;
}

function advantages(f: ReportFigures, s: Speech, hint: (text: string) => string): string {
  const hasInterval = f.advantages.some((a) => a.shrunk !== null);
  const rows = f.advantages.map((a): Cells => [
    s.name(a.industry),
    s.number(a.value),
    `${s.number(100 * a.share, 1)} %`,
    s.number(a.lq, 2),
    s.number(a.shrunk?.lq ?? null, 2),
    a.shrunk === null ? '—' : `${s.number(a.shrunk.lower, 2)}–${s.number(a.shrunk.upper, 2)}`,
    a.stars === 0 ? '' : '★'.repeat(a.stars),
  ]);
  const head = [s.t('industry'), s.t('value'), s.t('share'), s.t('lq'), s.t('shrunk'), s.t('interval'), s.t('stars')];
  const rule = { quotient: f.starRule.quotient, floor: s.number(f.starRule.floor) };
  return (
    hint(hasInterval ? s.t('advantagesHint') : s.t('noInterval')) +
    (rows.length === 0 ? '' : intervalPlot(f.advantages, s)) +
    table(head, rows) +
    hint(s.t('starsHint', rule))
  );
}

function moves(f: ReportFigures, s: Speech, hint: (text: string) => string): string {
  if (f.moves === null || f.moves.length === 0) return `<p>${s.t('noMoves')}</p>`;
  return (
    hint(s.t('abstainHint')) +
    table(
      [s.t('industry'), s.t('move'), s.t('reason')],
      f.moves.map((m) => [s.name(m.industry), s.t(m.move), s.pick(m.reason)]),
      3,
    )
  );
}

function stress(f: ReportFigures, s: Speech, hint: (text: string) => string): string {
  if (f.stress === null || f.stress.length === 0) return `<p>${s.t('noStress')}</p>`;
  return (
    hint(s.t('stressHint')) +
    table(
      [s.t('buyer'), s.t('input'), s.t('largest'), s.t('purchase'), s.t('effective'), s.t('value')],
      f.stress.map((r) => [
        s.name(r.buyer),
        s.name(r.input),
        s.name(r.largest),
        `${s.number(100 * r.largestShare)} %`,
        s.number(r.effectiveSuppliers, 1),
        s.number(r.value),
      ]),
      3,
    )
  );
}
