import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  complexity,
  maskSmallCells,
  maskedCompleteness,
  oneRecipe,
  rankIntervals,
  readPanels,
  type ComplexityResult,
  type LongRows,
  type Panel,
  type PanelColumns,
  type Preset,
  type RankIntervals,
  type Scheme,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { printResult } from '../terminal.js';

export interface MeasuresOptions {
  /** `region=country,industry=product,value=value[,year=year][,flag=flag]` */
  readonly columns: string;
  readonly preset: Preset;
  readonly out: string;
  readonly threshold?: number;
  readonly dropIndustries?: readonly string[];
  /** Cells above 0 and below this are masked, with others beside them. */
  readonly maskBelow?: number;
  /** Draws for rank intervals; without it no rank is written. */
  readonly ranks?: number;
  readonly scheme?: Scheme['kind'];
  readonly cv?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

/** Reads `region=country,industry=product,…`. */
export function columnMap(text: string): PanelColumns {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const map = Object.fromEntries(pairs.map(([k, v]) => [k?.trim(), v?.trim()])) as Record<string, string | undefined>;
  const names = ['region', 'industry', 'value', 'year', 'measure', 'flag', 'unit', 'lower', 'upper'];
  const unknown = Object.keys(map).filter((k) => !names.includes(k));
  if (unknown.length > 0 || !map['region'] || !map['industry'] || !map['value']) {
    throw new QipanError(
      'BAD_USAGE',
      `--columns ${text}: ${unknown.length > 0 ? `${unknown.join(', ')} is no column of a panel` : 'region, industry and value are needed'}`,
      { field: '--columns', got: text, expected: 'region=NAME,industry=NAME,value=NAME[,year=NAME][,flag=NAME]' },
    );
  }
  return map as unknown as PanelColumns;
}

/** Rows of a long CSV file and the hash of its bytes. */
function hashedRows(file: string): { readonly long: LongRows; readonly hash: string } {
  if (!existsSync(file)) throw new QipanError('NOT_FOUND', `${file}: no such file`, { file });
  const bytes = readFileSync(file);
  const sheet = parseCsv(bytes, path.basename(file));
  const [header, ...rows] = sheet.rows;
  return {
    hash: createHash('sha256').update(bytes).digest('hex'),
    long: {
      file: path.basename(file),
      header: (header ?? []).map(String),
      rows,
      rowNumbers: sheet.rowNumbers.slice(1),
    },
  };
}

/** A CSV file with a header, as the readers of the clusters take it. */
export function longOf(file: string): LongRows {
  return hashedRows(file).long;
}

/** What was masked in one year; `open` cells still follow from totals. */
export interface MaskNote {
  readonly below: number;
  readonly cells: number;
  readonly open: number;
}

/** The panels of a long CSV file, masked as asked: what is computed from them is computed from what may be told. */
export function panelsOf(file: string, o: Pick<MeasuresOptions, 'columns' | 'dropIndustries' | 'maskBelow'>) {
  const { long, hash } = hashedRows(file);
  const read = readPanels(long, { columns: columnMap(o.columns), dropIndustries: o.dropIndustries ?? [] });
  const { maskBelow: below } = o;
  if (below === undefined) return { ...read, hash, masked: null };
  const masked = read.panels.map((p) => maskSmallCells(p, { below }));
  return {
    panels: masked.map((m) => m.panel),
    completeness: read.completeness.map((c, k) => maskedCompleteness(c, masked[k] as (typeof masked)[number])),
    hash,
    masked: masked.map((m): MaskNote => ({ below, cells: m.small.length + m.beside.length, open: m.open.length })),
  };
}

/** Twelve significant digits; unknown is an empty cell, never 0. */
export const digits = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(12))) : '');
export const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

interface Tables {
  readonly regions: string[];
  readonly industries: string[];
  readonly cells: string[];
}

/** Appends the rows of one year. Regions and industries that were removed stand in the tables with their count 0 and no figure. */
function addYear(t: Tables, panel: Panel, c: ComplexityResult, ranks: RankIntervals | null): void {
  const year = panel.year === null ? '' : `,${panel.year}`;
  const row = new Int32Array(panel.regions).fill(-1);
  const col = new Int32Array(panel.industries).fill(-1);
  c.kept.region.forEach((r, k) => (row[r] = k));
  c.kept.industry.forEach((i, k) => (col[i] = k));
  const present = new Set<number>();
  for (let k = 0; k < c.kept.rows; k++)
    for (let e = c.kept.start[k] as number; e < (c.kept.start[k + 1] as number); e++)
      present.add(k * c.kept.cols + (c.kept.index[e] as number));
  const figure = (x: Float64Array | Float32Array, k: number) => (k < 0 ? '' : digits(x[k] as number));
  const ranked = new Map(ranks?.region.map((r, k) => [r, k]));
  panel.regionCode.forEach((code, r) => {
    const k = row[r] as number;
    const cells = [quoted(code) + year, figure(c.eci, k), figure(c.coi, k), k < 0 ? 0 : c.kept.diversity[k]];
    if (ranks) {
      const at = ranked.get(r) ?? -1;
      for (const x of [ranks.rank, ranks.lower, ranks.median, ranks.upper, ranks.topShare]) cells.push(figure(x, at));
    }
    t.regions.push(cells.join(','));
  });
  panel.industryCode.forEach((code, i) => {
    const k = col[i] as number;
    t.industries.push(`${quoted(code)}${year},${figure(c.pci, k)},${k < 0 ? 0 : c.kept.ubiquity[k]}`);
  });
  for (let r = 0, k = 0; r < panel.regions; r++) {
    for (let i = 0; i < panel.industries; i++, k++) {
      const a = row[r] as number;
      const b = col[i] as number;
      const at = a < 0 || b < 0 ? -1 : a * c.kept.cols + b;
      const rca = c.undefinedMask[k] ? '' : digits(c.lq[k] as number);
      t.cells.push(
        `${quoted(panel.regionCode[r] as string)},${quoted(panel.industryCode[i] as string)}${year},${digits(panel.value[k] as number)},${rca},${at >= 0 && present.has(at) ? 1 : 0},${figure(c.density, at)},${figure(c.cog, at)}`,
      );
    }
  }
}

/** Rank intervals of one panel, when draws are asked for. */
function ranksOf(panel: Panel, o: MeasuresOptions, board: string): RankIntervals | null {
  if (o.ranks === undefined) return null;
  const kind = o.scheme ?? 'poisson';
  return rankIntervals(panel, {
    preset: o.preset,
    draws: o.ranks,
    seed: o.seed ?? 1,
    scheme: kind === 'lognormal' ? { kind, cv: o.cv ?? 0.1 } : { kind },
    board,
    ...(o.threshold === undefined ? {} : { presence: { threshold: o.threshold } }),
  });
}

/** What the recipe file says of one year. */
function yearNote(panel: Panel, c: ComplexityResult, ranks: RankIntervals | null) {
  return {
    year: panel.year,
    status: c.status,
    lambda2: c.lambda2,
    lambda3: c.lambda3,
    components: c.components,
    removed: {
      regions: c.kept.removedRegions.map((r) => panel.regionCode[r]),
      industries: c.kept.removedIndustries.map((i) => panel.industryCode[i]),
    },
    ranks: ranks && {
      status: ranks.status,
      scheme: ranks.scheme,
      draws: ranks.draws,
      seed: ranks.seed,
      degenerateShare: ranks.degenerateShare,
      interval: '5 % to 95 %',
      topK: ranks.topK,
    },
  };
}

const maskLines = (m: MaskNote | undefined): readonly string[] =>
  m === undefined
    ? []
    : [
        `  ${m.cells} cells masked: below ${m.below} and what would give them away · 遮蔽 ${m.cells} 个单元格`,
        ...(m.open > 0 ? [`  ! ${m.open} unknown cells still follow from totals · 仍有 ${m.open} 个可由合计推算`] : []),
      ];

/** `qipan clusters measures`: advantage, density and complexity of every region and industry, as three tables. */
export function measures(file: string, o: MeasuresOptions): void {
  const { panels, completeness, hash, masked } = panelsOf(file, o);
  const year = panels.some((p) => p.year !== null) ? ',year' : '';
  const rankColumns = o.ranks === undefined ? '' : ',rank,rank5,rank50,rank95,topShare';
  const t: Tables = {
    regions: [`regionCode${year},eci,coi,diversity${rankColumns}`],
    industries: [`industryCode${year},pci,ubiquity`],
    cells: [`regionCode,industryCode${year},value,rca,presence,density,cog`],
  };
  const recipes: ComplexityResult['recipe'][] = [];
  const years = panels.map((panel, k) => {
    const c = complexity(panel, {
      preset: o.preset,
      board: hash,
      ...(o.threshold === undefined ? {} : { presence: { threshold: o.threshold } }),
    });
    recipes.push(c.recipe);
    const ranks = ranksOf(panel, o, hash);
    addYear(t, panel, c, ranks);
    return { ...yearNote(panel, c, ranks), completeness: completeness[k], ...(masked ? { masked: masked[k] } : {}) };
  });
  mkdirSync(o.out, { recursive: true });
  for (const [name, lines] of Object.entries(t) as [string, string[]][])
    writeFileSync(path.join(o.out, `${name}.csv`), `${lines.join('\n')}\n`);
  const { year: _year, ...common } = oneRecipe(recipes, path.basename(file));
  const recipe = { ...common, panel: path.basename(file) };
  writeFileSync(path.join(o.out, 'recipe.json'), `${JSON.stringify({ ...recipe, years }, null, 2)}\n`);
  printResult(
    o.json,
    { status: years.every((y) => y.status === 'ok') ? 'ok' : 'ambiguous', recipe, years, out: o.out },
    () =>
      years.flatMap((y, k) => [
        `${y.year ?? path.basename(file)}: ${panels[k]?.regions} regions × ${panels[k]?.industries} industries, ${y.status}, λ2 ${y.lambda2.toFixed(8)}, λ3 ${y.lambda3.toFixed(8)} → ${o.out}`,
        ...maskLines(masked?.[k]),
      ]),
  );
}
