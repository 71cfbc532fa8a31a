import { QipanError } from '@qipan/base';
import { locationQuotient, totals } from '../advantage.js';
import type { Panel } from '../panel.js';

/** `entry`: an absent industry becomes present; `exit`: a present one becomes absent. */
export type EventKind = 'entry' | 'exit';

/** When an industry counts as present, as absent, and as having stayed so. */
export interface EventRule {
  /** Quotient from which an industry is present, inclusive. Default 1. */
  readonly present?: number;
  /** Quotient below which it is absent; between the two it is neither (hysteresis). Default 0.5; equal to `present` for none. */
  readonly absentBelow?: number;
  /** Count an event only when it still holds one date later, where there is a later date. Default false. */
  readonly persistence?: boolean;
}

export const eventRule = (rule: EventRule = {}): Required<EventRule> => {
  const full = { present: 1, absentBelow: 0.5, persistence: false, ...rule };
  if (!(full.present > 0) || !(full.absentBelow > 0) || full.absentBelow > full.present)
    throw new QipanError('OUT_OF_RANGE', `absent below ${full.absentBelow}, present from ${full.present}`, {
      field: 'absentBelow',
      got: [full.absentBelow, full.present],
      expected: '0 < absentBelow ≤ present',
    });
  return full;
};

/** `kept`: sums over the regions found in every year; `all`: over all regions of each year; or industry totals a year. */
export type Benchmark = 'kept' | 'all' | readonly Float64Array[];

/** Panels over the regions that every year has, with their quotients. */
export interface MatchedPanels {
  readonly panels: readonly Panel[];
  /** Position of each kept region in the panels as given. */
  readonly region: Int32Array;
  /** Regions of each year that another year lacks, by name: never dropped in silence. */
  readonly leftOut: readonly { readonly year: number | null; readonly regions: readonly string[] }[];
  readonly quotient: readonly Quotients[];
  /** Industry totals that the quotients of each year are taken against. */
  readonly benchmark: readonly Float64Array[];
}

export interface Quotients {
  readonly lq: Float64Array;
  /** 1 where the quotient is not known: an unknown cell, an empty region or an industry nobody has. */
  readonly undefinedMask: Uint8Array;
}

function checkAxes(panels: readonly Panel[]): void {
  const first = panels[0];
  if (!first || panels.length < 2)
    throw new QipanError('DEGENERATE_INPUT', `${panels.length} date; entries need two dates at least`, {
      got: panels.length,
      expected: '≥ 2 years',
    });
  for (const p of panels)
    if (p.regions !== first.regions || p.industries !== first.industries)
      throw new QipanError('SHAPE_MISMATCH', 'panels of different regions or industries', {
        got: [p.regions, p.industries],
        expected: `${first.regions} × ${first.industries}`,
      });
  for (const p of panels)
    for (const field of ['regionCode', 'industryCode'] as const) {
      const row = p[field].findIndex((code, k) => code !== first[field][k]);
      if (row >= 0)
        throw new QipanError(
          'SHAPE_MISMATCH',
          `${p.year}: ${p[field][row]} stands where ${first.year} has ${first[field][row]}`,
          {
            field,
            row,
            got: p[field][row],
            expected: first[field][row],
          },
        );
    }
  panels.forEach((p, k) => {
    const before = panels[k - 1];
    if (before && !((p.year ?? Number.NaN) > (before.year ?? Number.NaN)))
      throw new QipanError('BAD_INPUT', `year ${p.year} after ${before.year}; expected rising years`, {
        field: 'year',
        got: panels.map((x) => x.year),
        expected: 'one panel a year, rising',
      });
  });
}

function restrict(panel: Panel, region: Int32Array): Panel {
  const value = new Float64Array(region.length * panel.industries);
  region.forEach((r, k) =>
    value.set(panel.value.subarray(r * panel.industries, (r + 1) * panel.industries), k * panel.industries),
  );
  return { ...panel, value, regions: region.length, regionCode: Array.from(region, (r) => panel.regionCode[r]) };
}

/**
 * Keeps the regions that have something in every year and takes the quotients against the benchmark.
 * @throws DEGENERATE_INPUT (fewer than two years, or no region in common), BAD_INPUT (years not rising), SHAPE_MISMATCH
 */
export function matchPanels(panels: readonly Panel[], benchmark: Benchmark = 'kept'): MatchedPanels {
  checkAxes(panels);
  const first = panels[0];
  const seen = panels.map((p) => {
    const has = new Uint8Array(p.regions);
    // An unknown cell may hold something: its region is there.
    for (let r = 0, k = 0; r < p.regions; r++)
      for (let i = 0; i < p.industries; i++, k++) if (p.value[k] !== 0) has[r] = 1;
    return has;
  });
  const region = Int32Array.from(seen[0].keys()).filter((r) => seen.every((has) => has[r] === 1));
  if (region.length === 0)
    throw new QipanError('DEGENERATE_INPUT', 'no region has figures in every year', {
      got: 0,
      expected: 'regions under the same code in every year',
    });
  const inAll = new Set(region);
  const kept = panels.map((p) => restrict(p, region));
  const benchmarks = kept.map((p, k) =>
    benchmark === 'kept' ? totals(p).industry : benchmark === 'all' ? totals(panels[k]).industry : benchmark[k],
  );
  return {
    panels: kept,
    region,
    leftOut: panels.map((p, k) => ({
      year: p.year,
      regions: first.regionCode.filter((_, r) => seen[k][r] === 1 && !inAll.has(r)),
    })),
    quotient: kept.map((p, k) => locationQuotient(p, { benchmark: benchmarks[k] })),
    benchmark: benchmarks,
  };
}

/** Cells at risk between two dates and what became of them; rows in the order of the cells. */
export interface Events {
  readonly cell: Int32Array;
  readonly outcome: Uint8Array;
  /** Cells that cannot be told because a quotient is unknown at one of the dates. */
  readonly unknown: number;
}

/**
 * Entries: absent before (`LQ < absentBelow`), present after (`LQ ≥ present`); exits the other way round. With `confirm`, the event
 * must hold at that later date too.
 */
export function eventsBetween(
  kind: EventKind,
  at: { readonly before: Quotients; readonly after: Quotients; readonly confirm?: Quotients },
  rule: EventRule = {},
): Events {
  const { present, absentBelow } = eventRule(rule);
  const isPresent = (q: Quotients, k: number) => q.lq[k] >= present;
  const isAbsent = (q: Quotients, k: number) => q.lq[k] < absentBelow;
  const [from, to] = kind === 'entry' ? [isAbsent, isPresent] : [isPresent, isAbsent];
  const later = at.confirm ? [at.after, at.confirm] : [at.after];
  const cell: number[] = [];
  const outcome: number[] = [];
  let unknown = 0;
  for (let k = 0; k < at.before.lq.length; k++) {
    if ([at.before, ...later].some((q) => q.undefinedMask[k] === 1)) {
      unknown++;
      continue;
    }
    if (!from(at.before, k)) continue;
    cell.push(k);
    outcome.push(Number(later.every((q) => to(q, k))));
  }
  return { cell: Int32Array.from(cell), outcome: Uint8Array.from(outcome), unknown };
}

/** What changed between two dates, in counts. */
export interface EventCounts {
  readonly from: number | null;
  readonly to: number | null;
  readonly regions: number;
  readonly industries: number;
  readonly present: number;
  readonly atRisk: number;
  readonly entries: number;
  readonly exits: number;
  /** Entries per cell at risk; null when no cell is. */
  readonly entryRate: number | null;
  readonly unknown: number;
}

/** Counts of presence, entries and exits for each pair of dates that follow one another. */
export function eventCounts(matched: MatchedPanels, rule: EventRule = {}): readonly EventCounts[] {
  const sum = (x: Uint8Array) => x.reduce((a, b) => a + b, 0);
  return matched.panels.slice(1).map((panel, k) => {
    const at = { before: matched.quotient[k], after: matched.quotient[k + 1] };
    const entry = eventsBetween('entry', at, rule);
    const exit = eventsBetween('exit', at, rule);
    const entries = sum(entry.outcome);
    return {
      from: matched.panels[k].year,
      to: panel.year,
      regions: panel.regions,
      industries: panel.industries,
      present: exit.cell.length,
      atRisk: entry.cell.length,
      entries,
      exits: sum(exit.outcome),
      entryRate: entry.cell.length === 0 ? null : entries / entry.cell.length,
      unknown: entry.unknown,
    };
  });
}
