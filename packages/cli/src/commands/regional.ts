import { writeFileSync } from 'node:fs';
import { QipanError } from '@qipan/base';
import { flq, flqSensitivity, interregional, type IoTable, type Panel } from '@qipan/clusters';
import { haversineM } from '@qipan/numeric';
import { printResult } from '../terminal.js';
import { digits, panelsOf, quoted } from './clusters.js';
import { tableOf } from './input-output.js';
import { placesOf } from './place-file.js';

interface Shared {
  readonly columns: string;
  readonly year?: number;
  readonly ras?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export interface FlqCommandOptions extends Shared {
  readonly region: string;
  readonly delta: number;
  readonly variant: 'flq' | 'aflq';
}

export interface GravityOptions extends Shared {
  readonly places: string;
  /** A kilometre. */
  readonly beta: number;
}

/** Jobs (or output) by region and sector of the table: `[r·n + i]`, 0 where the file has no row. */
interface BySector {
  readonly regionCode: readonly string[];
  readonly value: Float64Array;
}

/** @throws `UNKNOWN_CODE` for a code that is no sector of the table, `SUPPRESSED_USED` for an unknown cell */
function bySector(t: IoTable, file: string, o: Shared): BySector {
  const { panels } = panelsOf(file, o);
  const panel = (o.year === undefined ? panels.at(-1) : panels.find((p) => p.year === o.year)) as Panel | undefined;
  if (!panel) throw new QipanError('NOT_FOUND', `${file} has no year ${o.year}`, { file, got: o.year });
  const at = panel.industryCode.map((code) => {
    const i = t.code.indexOf(code);
    if (i >= 0) return i;
    throw new QipanError('UNKNOWN_CODE', `${file}: ${code} is no sector of the table`, {
      file,
      got: code,
      expected: t.code.join(', '),
    });
  });
  const value = new Float64Array(panel.regions * t.n);
  panel.value.forEach((x, k) => {
    const [r, i] = [Math.floor(k / panel.industries), k % panel.industries];
    if (Number.isNaN(x))
      throw new QipanError(
        'SUPPRESSED_USED',
        `${file}: ${panel.regionCode[r]}, ${panel.industryCode[i]} is not known`,
        {
          file,
          got: null,
          expected: 'a known value; qipan clusters impute estimates it',
        },
      );
    value[r * t.n + (at[i] as number)] = x;
  });
  return { regionCode: panel.regionCode, value };
}

function national({ regionCode, value }: BySector, n: number): Float64Array {
  const out = new Float64Array(n);
  regionCode.forEach((_, r) => {
    for (let i = 0; i < n; i++) out[i] = (out[i] as number) + (value[r * n + i] as number);
  });
  return out;
}

const percent = (x: number) => `${(100 * x).toFixed(1)} %`;

/** `qipan clusters flq`: what one region is thought to buy from itself, by Flegg's quotient. */
export function regionalQuotients(table: string, jobs: string, o: FlqCommandOptions): void {
  const t = tableOf(table, o).table;
  const all = bySector(t, jobs, o);
  const r = all.regionCode.indexOf(o.region);
  if (r < 0)
    throw new QipanError('UNKNOWN_CODE', `${jobs} has no region ${o.region}`, {
      file: jobs,
      got: o.region,
      expected: all.regionCode.slice(0, 10).join(', '),
    });
  const own = all.value.slice(r * t.n, (r + 1) * t.n);
  const nation = national(all, t.n);
  const got = flq(t, own, nation, { delta: o.delta, variant: o.variant });
  const sensitivity = flqSensitivity(t, own, nation).map(({ delta, lambda, selfShare }) => ({
    delta,
    lambda,
    selfShare,
  }));
  if (o.out !== undefined) {
    const rows = t.code.map((code, i) => [code, ...got.a.subarray(i * t.n, (i + 1) * t.n)].map(cell).join(','));
    writeFileSync(o.out, `${[['sector', ...t.code].map(cell).join(','), ...rows].join('\n')}\n`);
  }
  const { delta, lambda, selfShare, a } = got;
  printResult(
    o.json,
    { region: o.region, variant: o.variant, delta, lambda, selfShare, sensitivity, sectors: t.code, a: [...a] },
    () => [
      `${o.region}: δ ${delta}, λ ${lambda.toFixed(4)}, ${percent(selfShare)} of national input coefficients kept · 保留的全国投入系数`,
      ...sensitivity.map((s) => `  δ ${s.delta}: λ ${s.lambda.toFixed(4)}, ${percent(s.selfShare)}`),
      'Estimated, with large errors: never a survey. · 估算值，误差较大，不能代替调查。',
      ...(o.out === undefined ? [] : [`→ ${o.out}`]),
    ],
  );
}

const cell = (x: string | number): string => (typeof x === 'number' ? digits(x) : quoted(x));

/** `qipan clusters gravity`: a national table spread over regions. */
export function gravity(table: string, jobs: string, o: GravityOptions): void {
  const t = tableOf(table, o).table;
  const { regionCode, value } = bySector(t, jobs, o);
  const nation = national({ regionCode, value }, t.n);
  const bare = t.code.findIndex((_, i) => (t.x[i] as number) > 0 && nation[i] === 0);
  if (bare >= 0)
    throw new QipanError(
      'EMPTY_BENCHMARK',
      `${jobs}: no region has sector ${t.code[bare]}, which has output in the table`,
      {
        file: jobs,
        got: t.code[bare],
        expected: 'a figure above 0 in some region for every sector with output',
      },
    );
  const { lon, lat } = placesOf(o.places, regionCode);
  const lost = regionCode.findIndex((_, r) => Number.isNaN(lon[r]) || Number.isNaN(lat[r]));
  if (lost >= 0)
    throw new QipanError('UNKNOWN_CODE', `${o.places} has no place for ${regionCode[lost]}`, {
      file: o.places,
      got: regionCode[lost],
      expected: 'a row for every region of the jobs',
    });
  const R = regionCode.length;
  const share = value.map((v, k) => ((nation[k % t.n] as number) > 0 ? v / (nation[k % t.n] as number) : 0));
  const km = Float64Array.from({ length: R * R }, (_, k) => {
    const [a, b] = [Math.floor(k / R), k % R] as [number, number];
    return haversineM(lon[a] as number, lat[a] as number, lon[b] as number, lat[b] as number) / 1000;
  });
  const got = interregional(t, share, km, { beta: o.beta });
  const flow = new Float64Array(R * R);
  const size = R * t.n;
  got.z.forEach((v, k) => {
    const at = Math.floor(Math.floor(k / size) / t.n) * R + Math.floor((k % size) / t.n);
    flow[at] = (flow[at] as number) + v;
  });
  if (o.out !== undefined) writeFileSync(o.out, flowRows(t, regionCode, got.z));
  const regions = regionCode.map((region, r) => {
    const bought = regionCode.reduce((s, _, a) => s + (flow[a * R + r] as number), 0);
    return { region, bought, fromItself: bought > 0 ? (flow[r * R + r] as number) / bought : null };
  });
  printResult(o.json, { sectors: t.n, unit: t.unit, beta: o.beta, error: got.error, regions, flow: [...flow] }, () => [
    `${R} regions × ${t.n} sectors, β ${o.beta} a km; sum over regions misses the national table by ${got.error.toExponential(1)} · 与全国表的相对误差`,
    ...regions.map(
      (r) =>
        `${r.region.padEnd(12)} buys ${digits(Number(r.bought.toPrecision(6)))} ${t.unit}, ${r.fromItself === null ? '–' : percent(r.fromItself)} from itself · 来自本地`,
    ),
    'Estimated: distance stands for all cost of trade, and a region is at distance 0 of itself. · 估算值：以距离代表贸易成本，区内距离为 0。',
    ...(o.out === undefined ? [] : [`→ ${o.out}`]),
  ]);
}

/** Flows above 0, a row each. */
function flowRows(t: IoTable, regionCode: readonly string[], z: Float64Array): string {
  const size = regionCode.length * t.n;
  const name = (k: number) =>
    [regionCode[Math.floor(k / t.n)] as string, t.code[k % t.n] as string].map(cell).join(',');
  const rows: string[] = [];
  z.forEach((v, k) => {
    if (v > 0) rows.push(`${name(Math.floor(k / size))},${name(k % size)},${digits(v)}`);
  });
  return `fromRegion,fromIndustry,toRegion,toIndustry,value\n${rows.join('\n')}\n`;
}
