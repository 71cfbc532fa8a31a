import type { Language } from './i18n/words.js';

/** What stands where a figure is unknown; never 0. */
export const unknownText = '—';

const locale = (lang: Language) => (lang === 'zh' ? 'zh-CN' : 'en-GB');
const makers = new Map<string, Intl.NumberFormat>();

function maker(lang: Language, digits: number): Intl.NumberFormat {
  const key = `${lang}${digits}`;
  const made =
    makers.get(key) ??
    new Intl.NumberFormat(locale(lang), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  makers.set(key, made);
  return made;
}

const isKnown = (x: number | null | undefined): x is number => x !== null && x !== undefined && Number.isFinite(x);

/** A figure with that many digits behind the point. */
export function figure(x: number | null | undefined, lang: Language, digits = 0): string {
  return isKnown(x) ? maker(lang, digits).format(x === 0 ? 0 : x) : unknownText;
}

/** A figure as short as it can be told in six significant digits: 0.0825, 40,000. */
export function plainFigure(x: number, lang: Language): string {
  return new Intl.NumberFormat(locale(lang), { maximumSignificantDigits: 6 }).format(x);
}

/** A figure with its unit, digits by size: 7.25 kW, 72.5 kW, 725 kW. */
export function quantity(x: number | null | undefined, unit: string, lang: Language): string {
  if (!isKnown(x)) return unknownText;
  const size = Math.abs(x);
  const digits = Number.isInteger(x) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${figure(x, lang, digits)} ${unit}`;
}

/** A share of one as percent. */
export function percent(x: number | null | undefined, lang: Language, digits = 1): string {
  return isKnown(x) ? `${figure(x * 100, lang, digits)} %` : unknownText;
}

/** The optimality gap, with the digits that a small gap needs. */
export function gapText(gap: number | null | undefined, lang: Language): string {
  if (!isKnown(gap)) return unknownText;
  return percent(gap, lang, gap !== 0 && Math.abs(gap) < 0.001 ? 3 : 2);
}

/**
 * Money at a glance: 万 and 亿 in Chinese, thousands and millions in English. `currency` may be `CNY` or `CNY/2025`, money at the
 * prices of that year. `digits` is for axes, where every figure is round.
 */
export function money(x: number | null | undefined, currency: string, lang: Language, digits?: number): string {
  if (!isKnown(x)) return unknownText;
  const size = Math.abs(x);
  if (lang === 'zh') {
    const name = currency.replace(/^CNY\/(\d+)$/, '元（$1 年价）').replace(/^CNY$/, '元');
    if (size >= 1e8) return `${figure(x / 1e8, lang, digits ?? 2)} 亿${name}`;
    if (size >= 1e4) return `${figure(x / 1e4, lang, digits ?? (size >= 1e6 ? 1 : 2))} 万${name}`;
    return `${figure(x, lang)} ${name}`;
  }
  if (size >= 1e6) return `${figure(x / 1e6, lang, digits ?? 2)} M ${currency}`;
  if (size >= 1e4) return `${figure(x / 1e3, lang, digits ?? 1)} k ${currency}`;
  return `${figure(x, lang)} ${currency}`;
}

/** Watts as kW with one digit; unknown stays unknown. */
export function powerText(watts: number | null | undefined, lang: Language): string {
  return isKnown(watts) ? `${figure(watts / 1000, lang, 1)} kW` : unknownText;
}

/** Watt-hours as kWh with two digits. */
export function energyText(wattHours: number | null | undefined, lang: Language): string {
  return isKnown(wattHours) ? `${figure(wattHours / 1000, lang, 2)} kWh` : unknownText;
}

const steps: readonly { readonly ms: number; readonly en: string; readonly zh: string }[] = [
  { ms: 86_400_000, en: 'd', zh: '天' },
  { ms: 3_600_000, en: 'h', zh: '小时' },
  { ms: 60_000, en: 'min', zh: '分钟' },
  { ms: 1000, en: 's', zh: '秒' },
];

/** A stretch of time in its largest whole unit below 100 of it: 12 s, 45 min, 26 h, 5 d. A negative one is 0 s. */
export function duration(ms: number | null | undefined, lang: Language): string {
  if (!isKnown(ms)) return unknownText;
  const positive = Math.max(0, ms);
  const step =
    steps.find((s) => positive >= (s.ms === 86_400_000 ? 2 * s.ms : s.ms)) ?? (steps.at(-1) as (typeof steps)[0]);
  return `${Math.floor(positive / step.ms)} ${step[lang]}`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** Date and time of the reader's zone, the same order in both languages: 2026-03-01 08:15:02. */
export function dateTime(ms: number | null | undefined, _lang: Language): string {
  if (!isKnown(ms)) return unknownText;
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${timeOfDay(ms)}`;
}

/** Time of day of the reader's zone, to the second. */
export function timeOfDay(ms: number | null | undefined): string {
  if (!isKnown(ms)) return unknownText;
  const d = new Date(ms);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** Times of day on an axis: with the date where it spans more than a day, with seconds where its marks stand closer than a minute. */
export function axisTimes(marks: readonly number[]): (ms: number) => string {
  const [first = 0, second = Infinity] = marks;
  const isLong = (marks.at(-1) ?? 0) - first > 86_400_000;
  const end = second - first < 60_000 ? 19 : 16;
  return (ms) => dateTime(ms, 'en').slice(isLong ? 5 : 11, end);
}
