import { QipanError, type Issue } from '@qipan/base';
import { collectCells, type Collected, type Gathered } from './panel/collect.js';
import { defaultSymbols, type LongRows, type Panel, type PanelCompleteness, type PanelOptions } from './panel/types.js';

export {
  defaultSymbols,
  type CellFlag,
  type LongRows,
  type MeasureKind,
  type Panel,
  type PanelColumns,
  type PanelCompleteness,
  type PanelOptions,
} from './panel/types.js';

/** Panels of a file, one a year and measure, beside what was found and every fault. */
export interface PanelReading {
  readonly panels: readonly Panel[];
  readonly completeness: readonly PanelCompleteness[];
  /** At most 100; `faults` counts all. */
  readonly issues: readonly Issue[];
  readonly faults: number;
  readonly gathered: Gathered;
}

/** Refuses a reading with faults by its first one, all listed. @throws the code of the first fault */
export function refuseFaults(issues: readonly Issue[], faults: number): void {
  const first = issues[0];
  if (first)
    throw new QipanError(first.code, first.message + (faults > 1 ? ` (and ${faults - 1} more)` : ''), {
      ...first,
      issues,
    });
}

/**
 * Reads a long table as far as it goes: good cells become panels, bad ones are listed. For the completeness report; to compute
 * with it use `readPanels`, which refuses faults.
 * @throws MISSING_COLUMN; DEGENERATE_INPUT for an empty file
 */
export function gatherPanels(long: LongRows, options: PanelOptions): PanelReading {
  const gathered = collectCells(long, { ...options, symbols: options.symbols ?? defaultSymbols });
  if (gathered.years.length === 0 && gathered.faults === 0)
    throw new QipanError('DEGENERATE_INPUT', `${long.file}: no rows`, {
      file: long.file,
      expected: 'at least one row',
    });
  const order = (seen: ReadonlySet<number>) =>
    [...seen].sort((a, b) =>
      gathered.codes[a] < gathered.codes[b] ? -1 : gathered.codes[a] > gathered.codes[b] ? 1 : 0,
    );
  const axes = { region: order(gathered.seenRegion), industry: order(gathered.seenIndustry), codes: gathered.codes };
  const sorted = gathered.years.toSorted((a, b) => (a.year ?? 0) - (b.year ?? 0));
  const built = sorted.map((c) => panelOf(c, axes));
  return {
    panels: built.map((b) => b.panel),
    completeness: built.map((b) => b.completeness),
    issues: gathered.issues,
    faults: gathered.faults,
    gathered,
  };
}

/**
 * Reads a long table into one panel a year, regions and industries in the order of their codes (by character).
 * Every bad cell is listed (100 at most) before the file is refused; nothing is loaded then.
 * @throws MISSING_COLUMN, BAD_CELL, VALUE_NEGATIVE, UNIT_MIXED, DUPLICATE_CELL (both rows named), DEGENERATE_INPUT for an empty file
 */
export function readPanels(
  long: LongRows,
  options: PanelOptions,
): { readonly panels: readonly Panel[]; readonly completeness: readonly PanelCompleteness[] } {
  const { panels, completeness, issues, faults } = gatherPanels(long, options);
  refuseFaults(issues, faults);
  return { panels, completeness };
}

interface Axes {
  readonly region: readonly number[];
  readonly industry: readonly number[];
  readonly codes: readonly string[];
}

function panelOf(c: Collected, axes: Axes): { panel: Panel; completeness: PanelCompleteness } {
  const regions = axes.region.length;
  const industries = axes.industry.length;
  const at = new Int32Array(axes.codes.length);
  axes.region.forEach((code, r) => (at[code] = r));
  axes.industry.forEach((code, i) => (at[code] = i));
  const value = new Float64Array(regions * industries);
  const flag = new Uint8Array(value.length);
  const bounds = c.bounded ? { lower: new Float64Array(value.length), upper: new Float64Array(value.length) } : null;
  let observed = 0;
  for (const [key, cell] of c.cells) {
    const r = Math.floor(key / 0x4000000);
    const k = at[r] * industries + at[key - r * 0x4000000];
    value[k] = cell.value;
    if (cell.estimated) flag[k] = 1;
    if (bounds) [bounds.lower[k], bounds.upper[k]] = [cell.lower, cell.upper];
    if (cell.value > 0) observed++;
  }
  const panel: Panel = {
    value,
    regions,
    industries,
    year: c.year,
    measure: c.measure,
    regionCode: axes.region.map((k) => axes.codes[k].slice(1)),
    industryCode: axes.industry.map((k) => axes.codes[k].slice(1)),
    ...(bounds ? { bounds } : {}),
    ...(c.estimated > 0 ? { flag } : {}),
  };
  return { panel, completeness: completenessOf(panel, c, observed) };
}

function completenessOf(panel: Panel, c: Collected, observed: number): PanelCompleteness {
  const { value, regions, industries } = panel;
  const region = new Float64Array(regions);
  const industry = new Float64Array(industries);
  let total = 0;
  for (let r = 0, k = 0; r < regions; r++) {
    for (let i = 0; i < industries; i++, k++) {
      const x = value[k];
      // An unknown cell may hold something: its region and industry are not called empty.
      region[r] += x === x ? x : 1;
      industry[i] += x === x ? x : 1;
      if (x === x) total += x;
    }
  }
  return {
    year: c.year,
    expected: value.length,
    observed,
    zeros: value.length - observed - c.suppressed - c.missing,
    suppressed: c.suppressed,
    missing: c.missing,
    emptyRegions: panel.regionCode.filter((_, r) => region[r] === 0),
    emptyIndustries: panel.industryCode.filter((_, i) => industry[i] === 0),
    total,
  };
}
