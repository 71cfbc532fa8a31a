import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '@qipan/base';

/** Sockets the sessions were measured at: DC rapid, 22 kW AC, 7 kW AC. */
export type Socket = 'rapid' | 'ac22' | 'ac7';

/** How one kind of socket is used, from `data/sessions`. */
export interface SocketUse {
  /** Levels p of the quantiles, ascending from 0 to 1. */
  readonly levels: Float64Array;
  readonly energyKwh: Float64Array;
  readonly plugMin: Float64Array;
  /** Share of starts by local hour, and by weekday (0 = Sunday); each sums to 1. */
  readonly hourShare: Float64Array;
  readonly weekdayShare: Float64Array;
  readonly sessionsPerOutletWeek: number;
  /** Spearman's rank correlation of energy and plug-in time. */
  readonly rankCorrelation: number;
}

export type SessionTable = Readonly<Record<Socket, SocketUse>>;

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../../data/sessions');

/** Rows of one of our own small CSV files: no quotes, header first. */
function rows(file: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', cell])));
}

/** Reads the shipped tables. */
export function readSessionTable(from = folder): SessionTable {
  const quantiles = rows(path.join(from, 'quantiles.csv'));
  const starts = rows(path.join(from, 'starts.csv'));
  const sockets = rows(path.join(from, 'sockets.csv'));
  const use = (socket: Socket): SocketUse => {
    const q = quantiles.filter((r) => r['socket'] === socket);
    const column = (name: string) => Float64Array.from(q, (r) => Number(r[name]));
    const shares = (kind: string) =>
      Float64Array.from(
        starts.filter((r) => r['socket'] === socket && r['kind'] === kind),
        (r) => Number(r['share']),
      );
    const own = sockets.find((r) => r['socket'] === socket);
    if (!own || q.length < 2) throw new Error(`data/sessions holds nothing about ${socket}`);
    return {
      levels: column('p'),
      energyKwh: column('energyKwh'),
      plugMin: column('plugMin'),
      hourShare: shares('hour'),
      weekdayShare: shares('weekday'),
      sessionsPerOutletWeek: Number(own['sessionsPerOutletWeek']),
      rankCorrelation: Number(own['rankCorrelation']),
    };
  };
  return { rapid: use('rapid'), ac22: use('ac22'), ac7: use('ac7') };
}

/** The socket whose use is taken for an outlet of that power. */
export function socketOf(current: 'AC' | 'DC', powerKw: number): Socket {
  if (current === 'DC') return 'rapid';
  return powerKw > 11 ? 'ac22' : 'ac7';
}

/** Value at level `u` of a quantile column, linear between levels. */
export function quantileAt(levels: Float64Array, values: Float64Array, u: number): number {
  let lo = 0;
  let hi = levels.length - 1;
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if ((levels[mid] ?? 1) <= u) lo = mid;
    else hi = mid;
  }
  const [a, b] = [levels[lo] ?? 0, levels[hi] ?? 1];
  const [x, y] = [values[lo] ?? 0, values[hi] ?? 0];
  return x + ((y - x) * Math.min(1, Math.max(0, u - a))) / (b - a);
}

/** Standard normal distribution function; Abramowitz and Stegun 7.1.26, error below 1.5·10⁻⁷. */
function normalShare(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

/** Plug-in times beyond a day block a simulated connector for nothing. */
const longestPlugMin = 1440;
const leastEnergyKwh = 0.05;

/**
 * Energy and plug-in time of one session, drawn together: normal copula with the Pearson correlation 2·sin(π·ρ/6) that belongs
 * to the measured rank correlation ρ (Pearson 1907).
 */
export function drawSession(use: SocketUse, draw: Random): { readonly energyKwh: number; readonly plugMin: number } {
  const r = 2 * Math.sin((Math.PI * use.rankCorrelation) / 6);
  const a = draw.normal();
  const b = r * a + Math.sqrt(1 - r * r) * draw.normal();
  return {
    energyKwh: Math.max(leastEnergyKwh, quantileAt(use.levels, use.energyKwh, normalShare(a))),
    plugMin: Math.min(longestPlugMin, Math.max(1, quantileAt(use.levels, use.plugMin, normalShare(b)))),
  };
}
