import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  checkIoTable,
  contents,
  daysPath,
  extractAll,
  importCut,
  importShares,
  leontief,
  linkages,
  readIoTable,
  upstreamness,
  type ExtractionVariant,
  type ImportCut,
  type IoTable,
  type Leontief,
} from '@qipan/clusters';
import { highsEngine, type HighsModule, type MilpEngine } from '@qipan/optim';
import { parseCsv } from '@qipan/territory';
import { printResult } from '../terminal.js';

interface Shared {
  readonly ras?: boolean;
  readonly top: number;
  readonly json?: boolean;
}

export interface IoOptions extends Shared {
  readonly extraction: ExtractionVariant;
  readonly demand?: string;
}

export interface StressOptions extends Shared {
  readonly cut: readonly { readonly code: string; readonly cut: number }[];
  readonly days: number;
  readonly stockDays: number;
}

/** A checked table from a CSV file; the year is taken from the file's name when it holds one. */
export function tableOf(file: string, o: { readonly ras?: boolean }): ReturnType<typeof checkIoTable> {
  if (!existsSync(file)) throw new QipanError('NOT_FOUND', `${file}: no such file`, { file });
  const name = path.basename(file);
  const sheet = parseCsv(readFileSync(file), name);
  const [header = [], ...rows] = sheet.rows;
  const year = /(?:19|20)\d\d/.exec(name)?.[0];
  const long = { file: name, header: header.map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) };
  const table = readIoTable(long, year === undefined ? {} : { year: Number(year) });
  return checkIoTable(table, { balance: o.ras ? 'ras' : 'refuse' });
}

function sectorOf(t: IoTable, code: string): number {
  const i = t.code.indexOf(code);
  if (i < 0)
    throw new QipanError('UNKNOWN_CODE', `there is no sector ${code}`, { got: code, expected: t.code.join(', ') });
  return i;
}

/** The engine of the bottleneck programme, loaded when it is needed. */
async function engineOf(): Promise<MilpEngine> {
  const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
  return highsEngine(await load());
}

const title = (t: IoTable, i: number) => `${t.code[i]} ${t.nameZh[i]} ${t.name[i]}`;
const head = (t: IoTable, year: number | null) => `${t.n} sectors, ${year ?? 'year unknown'}, ${t.unit}`;

/** `qipan clusters io`: measures of every sector, and what a final demand draws. */
export function inputOutput(file: string, o: IoOptions): void {
  const { table: t, balance, spectralRadius } = tableOf(file, o);
  const m = leontief(t);
  const links = linkages(m);
  const upstream = upstreamness(m);
  const lost = extractAll(m, o.extraction);
  const sectors = t.code.map((code, i) => ({
    code,
    name: t.name[i],
    nameZh: t.nameZh[i],
    backward: links.backward[i] as number,
    forward: links.forward[i] as number,
    backwardIndex: links.backwardIndex[i] as number,
    forwardIndex: links.forwardIndex[i] as number,
    isKey: links.isKey[i] === 1,
    upstreamness: upstream[i] as number,
    extractionLoss: lost.total[i] as number,
    extractionShare: lost.share[i] as number,
  }));
  const demand = o.demand === undefined ? null : demandOf(m, o.demand);
  const result = {
    status: 'ok',
    table: { file: path.basename(file), sectors: t.n, year: t.year, unit: t.unit, priceBasis: t.priceBasis },
    balance,
    spectralRadius,
    variants: { forward: links.forwardOf, extraction: o.extraction, upstreamness: 'closed, uncorrected' },
    sectors,
    demand,
  };
  printResult(o.json, result, () => [
    `${head(t, t.year)}; rows off by ${balance.rowError.toExponential(1)}, columns by ${balance.columnError.toExponential(1)}, ρ(A) ${spectralRadius.toFixed(6)}`,
    ...(balance.adjusted ? [`RAS moved ${(100 * balance.adjusted.share).toFixed(2)} % of the flows`] : []),
    'backward  forward  upstream  lost      (* key sector)',
    ...[...sectors]
      .sort((a, b) => b.extractionShare - a.extractionShare)
      .slice(0, o.top)
      .map(
        (s) =>
          `${s.backward.toFixed(4).padStart(8)} ${s.forward.toFixed(4).padStart(8)} ${s.upstreamness.toFixed(4).padStart(9)} ${(100 * s.extractionShare).toFixed(3).padStart(6)} %${s.isKey ? ' *' : '  '} ${s.code} ${s.nameZh} ${s.name}`,
      ),
    ...(demand ? demandLines(t, demand) : []),
  ]);
}

function demandOf(m: Leontief, text: string) {
  const t = m.table;
  const [, code, amount] = /^([^:]+):(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (code === undefined)
    throw new QipanError('BAD_USAGE', `--demand ${text}`, { field: '--demand', got: text, expected: 'SECTOR:AMOUNT' });
  const sector = sectorOf(t, code);
  const f = new Float64Array(t.n);
  f[sector] = Number(amount);
  const { x } = m.solve(f);
  const c = t.imports && t.valueAdded.length > 0 ? contents(m) : null;
  return {
    code,
    amount: Number(amount),
    output: x.reduce((a, b) => a + b, 0),
    valueAdded: c ? Number(amount) * (c.valueAdded[sector] as number) : null,
    imports: c ? Number(amount) * (c.imports[sector] as number) : null,
    bySector: t.code.map((k, i) => ({ code: k, output: x[i] as number })),
  };
}

function demandLines(t: IoTable, d: ReturnType<typeof demandOf>): string[] {
  const known = (v: number | null) => (v === null ? 'unknown' : v.toFixed(3));
  return [
    `${d.amount} of final demand for ${title(t, sectorOf(t, d.code))}: output ${d.output.toFixed(4)}, value added ${known(d.valueAdded)}, imports ${known(d.imports)}`,
    ...[...d.bySector]
      .sort((a, b) => b.output - a.output)
      .slice(0, 5)
      .map((s) => `  ${s.output.toFixed(3).padStart(16)} ${title(t, sectorOf(t, s.code))}`),
  ];
}

/** `qipan clusters stress`: the bracket of an import cut, what binds, and the days after it. */
export async function stress(file: string, o: StressOptions): Promise<void> {
  const { table: t } = tableOf(file, o);
  const cuts = o.cut.map((c): ImportCut => ({ sector: sectorOf(t, c.code), cut: c.cut }));
  const m = leontief(t);
  const bracket = importCut(m, cuts, await engineOf());
  const days = daysPath(t, cuts, { days: o.days, stockDays: o.stockDays });
  const all = t.valueAdded.reduce((s, row) => s + row.value.reduce((a, b) => a + b, 0), 0);
  const shares = importShares(t);
  const hit = t.code
    .map((code, i) => ({
      code,
      i,
      lower: bracket.lowerBySector[i] as number,
      upper: bracket.upperBySector[i] as number,
    }))
    .sort((a, b) => b.upper - a.upper)
    .slice(0, o.top);
  const result = {
    status: bracket.status,
    cuts: o.cut.map((c, k) => ({ ...c, importShare: shares[(cuts[k] as ImportCut).sector] })),
    unit: t.unit,
    valueAdded: all,
    lower: bracket.lower,
    upper: bracket.upper,
    isOrdered: bracket.isOrdered,
    missingImports: bracket.missing,
    engine: bracket.engine,
    binding: bracket.binding.map((b) => ({ ...b, code: t.code[b.sector] })),
    hit: hit.map(({ code, lower, upper }) => ({ code, lower, upper })),
    days: {
      stockDays: o.stockDays,
      loss: days.loss,
      isOscillating: days.isOscillating,
      valueAdded: [...days.valueAdded],
      first: [...days.firstDay].map((day, i) => ({ code: t.code[i], day })).filter((d) => d.day >= 0),
    },
  };
  const share = (v: number) => `${v.toFixed(0)} (${((100 * v) / all).toFixed(3)} %)`;
  printResult(o.json, result, () => [
    `${head(t, t.year)}; imports missing: ${bracket.missing.toFixed(0)}`,
    `value added lost a year: lower end ${share(bracket.lower)}, upper end ${bracket.status === 'optimal' ? share(bracket.upper) : 'unknown: the limits cannot hold together'}`,
    ...(bracket.isOrdered
      ? []
      : ['The two models cross here: read neither as a bound. 两个模型在此交叉，不构成区间。']),
    ...result.binding
      .slice(0, o.top)
      .map((b) => `  binds: ${b.kind} of ${title(t, b.sector)}, worth ${b.price.toFixed(3)} a unit`),
    'lost by sector, lower to upper:',
    ...hit.map((h) => `  ${h.lower.toFixed(0).padStart(14)} ${h.upper.toFixed(0).padStart(14)}  ${title(t, h.i)}`),
    `${o.days} days with ${o.stockDays} days of stock: ${share(days.loss)} lost, lowest day ${(100 * Math.min(...days.valueAdded)).toFixed(2)} % of before${days.isOscillating ? '; the path swings: restoration is too fast to be believed' : ''}`,
  ]);
}
