import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  complexity,
  readPanels,
  type ComplexityResult,
  type LongRows,
  type Panel,
  type PanelColumns,
  type SpectralPreset,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { printResult } from '../terminal.js';

export interface MeasuresOptions {
  /** `region=country,industry=product,value=value[,year=year][,flag=flag]` */
  readonly columns: string;
  readonly preset: SpectralPreset;
  readonly out: string;
  readonly threshold?: number;
  readonly dropIndustries?: readonly string[];
  readonly json?: boolean;
}

/** Reads `region=country,industry=product,…`. */
export function columnMap(text: string): PanelColumns {
  const pairs = text.split(',').map((pair) => pair.split('='));
  const map = Object.fromEntries(pairs.map(([k, v]) => [k?.trim(), v?.trim()])) as Record<string, string | undefined>;
  const names = ['region', 'industry', 'value', 'year', 'measure', 'flag'];
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

/** A CSV file with a header, as the readers of the clusters take it. */
export function longOf(file: string): LongRows {
  if (!existsSync(file)) throw new QipanError('NOT_FOUND', `${file}: no such file`, { file });
  const sheet = parseCsv(readFileSync(file), path.basename(file));
  const [header, ...rows] = sheet.rows;
  return { file: path.basename(file), header: (header ?? []).map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) };
}

/** The panels of a long CSV file. */
export function panelsOf(file: string, o: Pick<MeasuresOptions, 'columns' | 'dropIndustries'>) {
  return readPanels(longOf(file), { columns: columnMap(o.columns), dropIndustries: o.dropIndustries ?? [] });
}

/** Twelve significant digits; unknown is an empty cell, never 0. */
const digits = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(12))) : '');
const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

interface Tables {
  readonly regions: string[];
  readonly industries: string[];
  readonly cells: string[];
}

/** Appends the rows of one year. Regions and industries that were removed stand in the tables with their count 0 and no figure. */
function addYear(t: Tables, panel: Panel, c: ComplexityResult): void {
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
  panel.regionCode.forEach((code, r) => {
    const k = row[r] as number;
    t.regions.push(`${quoted(code)}${year},${figure(c.eci, k)},${figure(c.coi, k)},${k < 0 ? 0 : c.kept.diversity[k]}`);
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

/** `qipan clusters measures`: advantage, density and complexity of every region and industry, as three tables. */
export function measures(file: string, o: MeasuresOptions): void {
  const { panels, completeness } = panelsOf(file, o);
  const hasYear = panels.some((p) => p.year !== null);
  const year = hasYear ? ',year' : '';
  const t: Tables = {
    regions: [`regionCode${year},eci,coi,diversity`],
    industries: [`industryCode${year},pci,ubiquity`],
    cells: [`regionCode,industryCode${year},value,rca,presence,density,cog`],
  };
  const years = panels.map((panel, k) => {
    const c = complexity(panel, {
      preset: o.preset,
      ...(o.threshold === undefined ? {} : { presence: { threshold: o.threshold } }),
    });
    addYear(t, panel, c);
    const removed = {
      regions: c.kept.removedRegions.map((r) => panel.regionCode[r]),
      industries: c.kept.removedIndustries.map((i) => panel.industryCode[i]),
    };
    return {
      year: panel.year,
      status: c.status,
      lambda2: c.lambda2,
      lambda3: c.lambda3,
      components: c.components,
      removed,
      completeness: completeness[k],
    };
  });
  mkdirSync(o.out, { recursive: true });
  for (const [name, lines] of Object.entries(t) as [string, string[]][])
    writeFileSync(path.join(o.out, `${name}.csv`), `${lines.join('\n')}\n`);
  const recipe = {
    preset: o.preset,
    presence: `LQ >= ${o.threshold ?? 1}`,
    proximity: 'minimum conditional probability',
    diagonal: 1,
    ddof: o.preset === 'harvard' ? 0 : 1,
    benchmark: 'sum of the regions given',
    panel: path.basename(file),
  };
  writeFileSync(path.join(o.out, 'recipe.json'), `${JSON.stringify({ ...recipe, years }, null, 2)}\n`);
  printResult(
    o.json,
    { status: years.every((y) => y.status === 'ok') ? 'ok' : 'ambiguous', recipe, years, out: o.out },
    () =>
      years.map(
        (y, k) =>
          `${y.year ?? path.basename(file)}: ${panels[k]?.regions} regions × ${panels[k]?.industries} industries, ${y.status}, λ2 ${y.lambda2.toFixed(8)}, λ3 ${y.lambda3.toFixed(8)} → ${o.out}`,
      ),
  );
}
