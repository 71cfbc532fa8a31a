import { QipanError, type Bilingual, type Issue } from '@qipan/base';
import { totals } from '../advantage.js';
import {
  gatherPanels,
  refuseFaults,
  type LongRows,
  type Panel,
  type PanelCompleteness,
  type PanelOptions,
  type PanelReading,
} from '../panel.js';
import { codeBreak, type CodeBreak } from './code-breaks.js';
import { disclosable, type PublishedTotals } from './suppressed.js';

/** A code of a loaded table, for what the panel must agree with. */
export interface KnownCode {
  readonly code: string;
  readonly level?: string;
  readonly parentCode?: string;
}

/** Totals that the office published for one year. */
export interface PublishedYear {
  readonly year: number | null;
  readonly total?: number;
  readonly regions?: Readonly<Record<string, number>>;
  readonly industries?: Readonly<Record<string, number>>;
}

export interface ReportOptions extends PanelOptions {
  /** Loaded tables; codes of the panel that they lack are errors. */
  readonly regions?: readonly KnownCode[];
  readonly industries?: readonly KnownCode[];
  readonly published?: readonly PublishedYear[];
}

/** One year (and measure) of a panel. */
export interface YearReport extends PanelCompleteness {
  readonly measure: Panel['measure'];
  readonly estimated: number;
  /** Regions and industries that a row of the year names. */
  readonly regionsNamed: number;
  readonly industriesNamed: number;
  /** Total over the published total; null when none is published. */
  readonly coveredShare: number | null;
}

/** A total that jumps by a power of ten between two years: a unit, not an economy. */
export interface UnitJump {
  readonly fromYear: number;
  readonly toYear: number;
  /** null for the whole file. */
  readonly region: string | null;
  readonly ratio: number;
  readonly factor: number;
}

/** Children that do not add up to their parent, in one year. */
export interface ParentMismatch {
  readonly year: number | null;
  readonly parent: string;
  readonly children: number;
  readonly sum: number;
  readonly total: number;
}

/** An unknown cell that anyone can work out from published totals. */
export interface DisclosureRisk {
  readonly year: number | null;
  readonly region: string;
  readonly industry: string;
  readonly by: 'region' | 'industry';
}

/** What a panel file holds, lacks and gets wrong; `usable` only without errors. */
export interface PanelReport {
  readonly file: string;
  readonly usable: boolean;
  readonly years: readonly YearReport[];
  /** At most 100; `faults` counts all. */
  readonly errors: readonly Issue[];
  readonly faults: number;
  readonly warnings: readonly Bilingual[];
  readonly droppedRows: Readonly<Record<string, number>>;
  readonly codeBreaks: readonly CodeBreak[];
  readonly unitJumps: readonly UnitJump[];
  readonly parentMismatches: readonly ParentMismatch[];
  readonly disclosure: readonly DisclosureRisk[];
}

/** Codes that the loaded table lacks, and levels mixed in one matrix; each named once, with its first row. */
function codeFaults(reading: PanelReading, file: string, o: ReportOptions): Issue[] {
  const out: Issue[] = [];
  for (const axis of ['region', 'industry'] as const) {
    const known = axis === 'region' ? o.regions : o.industries;
    if (!known) continue;
    const by = new Map(known.map((k) => [k.code, k]));
    const seen = axis === 'region' ? reading.gathered.seenRegion : reading.gathered.seenIndustry;
    let first: { level: string; row: number } | null = null;
    for (const n of seen) {
      const code = reading.gathered.codes[n].slice(1);
      const row = reading.gathered.firstRow.get(n) as number;
      const column = o.columns[axis];
      const entry = by.get(code);
      const add = (kind: Issue['code'], got: string, expected: string) =>
        out.push({
          code: kind,
          message: `${file} row ${row}, column ${column}: ${got}; expected ${expected}`,
          file,
          row,
          column,
          got,
          expected,
        });
      if (!entry) add('UNKNOWN_CODE', code, `a code of the ${axis} table`);
      else if (entry.level !== undefined) {
        first ??= { level: entry.level, row };
        if (entry.level !== first.level)
          add('LEVEL_MIXED', `${code} of level ${entry.level}`, `${first.level}, as in row ${first.row}`);
      }
    }
  }
  return out;
}

const jumps = [1, 3, 4];

/** Powers of ten 1, 3 and 4, within 15 % in the logarithm. */
function factorOf(ratio: number): number | null {
  const log = Math.log10(ratio);
  const power = jumps.find((k) => Math.abs(Math.abs(log) - k) < 0.15);
  return power === undefined ? null : 10 ** (Math.sign(log) * power);
}

/** Each panel with the one before it of the same measure: a file may hold several measures, year by year. */
const successive = (panels: readonly Panel[]): (readonly [Panel, Panel])[] =>
  panels.flatMap((b, k) => {
    const a = panels.slice(0, k).findLast((p) => p.measure === b.measure);
    return a ? [[a, b] as const] : [];
  });

function unitJumpsOf(panels: readonly Panel[]): UnitJump[] {
  const out: UnitJump[] = [];
  for (const [a, b] of successive(panels)) {
    const [x, y] = [totals(a), totals(b)];
    const years = { fromYear: a.year ?? 0, toYear: b.year ?? 0 };
    const whole = factorOf(y.all / x.all);
    if (whole !== null) out.push({ ...years, region: null, ratio: y.all / x.all, factor: whole });
    else
      a.regionCode.forEach((region, r) => {
        const ratio = y.region[r] / x.region[r];
        // Small places do grow tenfold.
        const factor =
          x.region[r] > 0 && y.region[r] > 0 && Math.max(x.region[r], y.region[r]) > 1000 ? factorOf(ratio) : null;
        if (factor !== null) out.push({ ...years, region, ratio, factor });
      });
  }
  return out;
}

/** Parents that stand in the panel with all or some of their children, by more than half a percent. */
function mismatches(panels: readonly Panel[], regions: readonly KnownCode[]): ParentMismatch[] {
  const out: ParentMismatch[] = [];
  for (const p of panels) {
    const sums = totals(p).region;
    const at = new Map(p.regionCode.map((c, r) => [c, r]));
    const children = new Map<string, number[]>();
    for (const k of regions) {
      const r = at.get(k.code);
      if (k.parentCode === undefined || r === undefined) continue;
      children.set(k.parentCode, [...(children.get(k.parentCode) ?? []), r]);
    }
    for (const [parent, list] of children) {
      const own = at.get(parent);
      if (own === undefined) continue;
      const sum = list.reduce((s, r) => s + sums[r], 0);
      if (Math.abs(sum - sums[own]) > 0.005 * Math.max(sum, sums[own]))
        out.push({ year: p.year, parent, children: list.length, sum, total: sums[own] });
    }
  }
  return out;
}

/** Totals that an office published, in the order of a panel's codes. */
export function publishedTotals(p: Panel, known: PublishedYear | undefined): PublishedTotals {
  const list = (codes: readonly string[], by?: Readonly<Record<string, number>>) =>
    Float64Array.from(codes, (c) => by?.[c] ?? Number.NaN);
  return { region: list(p.regionCode, known?.regions), industry: list(p.industryCode, known?.industries) };
}

function risks(panels: readonly Panel[], published: readonly PublishedYear[]): DisclosureRisk[] {
  return panels.flatMap((p) => {
    const known = published.find((x) => x.year === p.year);
    if (!known) return [];
    return disclosable(p, publishedTotals(p, known)).map((d) => ({
      year: p.year,
      region: p.regionCode[Math.floor(d.cell / p.industries)],
      industry: p.industryCode[d.cell % p.industries],
      by: d.by,
    }));
  });
}

function yearReports(reading: PanelReading, published: readonly PublishedYear[]): YearReport[] {
  const sorted = reading.gathered.years.toSorted((a, b) => (a.year ?? 0) - (b.year ?? 0));
  return reading.completeness.map((c, k) => {
    const total = published.find((x) => x.year === c.year)?.total;
    return {
      ...c,
      measure: reading.panels[k].measure,
      estimated: sorted[k].estimated,
      regionsNamed: sorted[k].regions.size,
      industriesNamed: sorted[k].industries.size,
      coveredShare: total === undefined ? null : c.total / total,
    };
  });
}

const say = (en: string, zh: string): Bilingual => ({ en, zh });

function warningsOf(r: Omit<PanelReport, 'warnings' | 'usable'>): Bilingual[] {
  const out: Bilingual[] = [];
  for (const y of r.years) {
    const year = y.year ?? '';
    const unknown = y.suppressed + y.missing;
    if (unknown > 0)
      out.push(
        say(
          `${year} ${unknown} cells are unknown (${y.suppressed} suppressed, ${y.missing} missing) and stay so.`.trim(),
          `${year} 有 ${unknown} 个单元格未知（隐去 ${y.suppressed}，缺失 ${y.missing}），不作为 0 使用。`.trim(),
        ),
      );
    if (y.coveredShare !== null && y.coveredShare < 0.99)
      out.push(
        say(
          `${year} covers ${(100 * y.coveredShare).toFixed(1)} % of the published total.`.trim(),
          `${year} 仅覆盖公布总量的 ${(100 * y.coveredShare).toFixed(1)}%。`.trim(),
        ),
      );
  }
  for (const b of r.codeBreaks)
    out.push(
      say(
        `${b.gone.length} ${b.axis} codes of ${b.fromYear} are not in ${b.toYear}, ${b.fresh.length} are new; ${b.proposals.length} matches are proposed and need confirmation.`,
        `${b.fromYear} 年有 ${b.gone.length} 个${b.axis === 'region' ? '地区' : '行业'}代码在 ${b.toYear} 年不存在，另有 ${b.fresh.length} 个新代码；提出 ${b.proposals.length} 个对应关系，须经确认。`,
      ),
    );
  for (const j of r.unitJumps)
    out.push(
      say(
        `${j.region ?? 'The total'} changes by ×${j.ratio.toPrecision(3)} from ${j.fromYear} to ${j.toYear}: a unit of ×${j.factor}?`,
        `${j.region ?? '总量'}从 ${j.fromYear} 到 ${j.toYear} 变为 ${j.ratio.toPrecision(3)} 倍：是否单位相差 ${j.factor} 倍？`,
      ),
    );
  for (const m of r.parentMismatches)
    out.push(
      say(
        `${m.children} children of ${m.parent} sum to ${m.sum}, it has ${m.total}.`,
        `${m.parent} 的 ${m.children} 个下级合计 ${m.sum}，其本身为 ${m.total}。`,
      ),
    );
  if (r.disclosure.length > 0)
    out.push(
      say(
        `${r.disclosure.length} hidden cells can be worked out from published totals: mask them in public exports.`,
        `有 ${r.disclosure.length} 个隐去的单元格可由公布总量推算：对外导出时须遮蔽。`,
      ),
    );
  return out;
}

/**
 * The completeness report of a panel file, and its panels as far as they could be read.
 * @throws MISSING_COLUMN; DEGENERATE_INPUT for an empty file
 */
export function panelReport(
  long: LongRows,
  o: ReportOptions,
): { readonly report: PanelReport; readonly panels: readonly Panel[] } {
  const reading = gatherPanels(long, o);
  const codes = codeFaults(reading, long.file, o);
  const published = o.published ?? [];
  const { panels } = reading;
  const breaks: CodeBreak[] = [];
  for (const [before, after] of successive(panels)) {
    for (const axis of ['region', 'industry'] as const) {
      const b = codeBreak(before, after, axis);
      if (b.gone.length + b.fresh.length > 0) breaks.push(b);
    }
  }
  const body = {
    file: long.file,
    years: yearReports(reading, published),
    errors: [...reading.issues, ...codes].slice(0, 100),
    faults: reading.faults + codes.length,
    droppedRows: Object.fromEntries(reading.gathered.dropped),
    codeBreaks: breaks,
    unitJumps: unitJumpsOf(panels),
    parentMismatches: o.regions ? mismatches(panels, o.regions) : [],
    disclosure: risks(panels, published),
  };
  return { report: { ...body, usable: body.faults === 0, warnings: warningsOf(body) }, panels };
}

/**
 * The panels of a report that has no errors.
 * @throws the code of its first error, all listed
 */
export function usablePanels(read: {
  readonly report: PanelReport;
  readonly panels: readonly Panel[];
}): readonly Panel[] {
  refuseFaults(read.report.errors, read.report.faults);
  if (read.panels.length === 0) throw new QipanError('DEGENERATE_INPUT', `${read.report.file}: no panel`);
  return read.panels;
}
