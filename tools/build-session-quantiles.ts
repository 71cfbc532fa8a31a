import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Turns charging sessions into the small tables the simulated fleet draws from:
 * `node tools/dist/build-session-quantiles.js SESSIONS.csv OUT-FOLDER`.
 * SESSIONS has `cp_id, connector, start, end, kwh, site, model`, local time without offset (Perth & Kinross Council, OGL 3.0).
 */

/** Charger models by socket; models in no list are left out. */
export const socketOf: Readonly<Record<string, string>> = {
  'APT Triple Rapid Charger': 'rapid',
  'Siemens Triple Rapid Charger': 'rapid',
  'APT 22kW Dual Outlet': 'ac22',
  'APT 7kW Dual Outlet': 'ac7',
  'Siemens 7 kW Dual Outlet': 'ac7',
};

interface Session {
  readonly outlet: string;
  readonly socket: string;
  readonly startMs: number;
  readonly hour: number;
  /** 0 = Sunday. */
  readonly weekday: number;
  readonly energyKwh: number;
  readonly plugMin: number;
}

/** Reads the sessions; a line that cannot be read stops the build with its number. */
export function readSessions(text: string): Session[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((l) => l !== '');
  const at = (name: string) => head.split(',').indexOf(name);
  const [cp, connector, start, end, kwh, model] = ['cp_id', 'connector', 'start', 'end', 'kwh', 'model'].map(at);
  return lines.flatMap((line, i) => {
    const c = line.split(',');
    const socket = socketOf[c[model ?? -1] ?? ''];
    const startMs = Date.parse(`${c[start ?? -1]}:00Z`);
    const endMs = Date.parse(`${c[end ?? -1]}:00Z`);
    const energyKwh = Number(c[kwh ?? -1]);
    if (!(endMs > startMs) || !(energyKwh > 0))
      throw new Error(`line ${i + 2}: start, end or kwh cannot be read: ${line}`);
    if (socket === undefined) return [];
    const at0 = new Date(startMs);
    const outlet = `${c[cp ?? -1]}/${c[connector ?? -1]}`;
    const plugMin = (endMs - startMs) / 60_000;
    return [{ outlet, socket, startMs, hour: at0.getUTCHours(), weekday: at0.getUTCDay(), energyKwh, plugMin }];
  });
}

/** The percentile sorted[floor(p·(n−1))]. */
const percentile = (sorted: readonly number[], p: number) => sorted[Math.floor(p * (sorted.length - 1))] ?? NaN;

/** Ranks with ties at their mean, 0…n−1. */
function ranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j + 1 < order.length && values[order[j + 1] ?? 0] === values[order[i] ?? 0]) j++;
    for (let k = i; k <= j; k++) out[order[k] ?? 0] = (i + j) / 2;
    i = j + 1;
  }
  return out;
}

/** Spearman's rank correlation. */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [(a[i] ?? 0) - mean, (b[i] ?? 0) - mean];
    xy += u * v;
    xx += u * u;
    yy += v * v;
  }
  return xy / Math.sqrt(xx * yy);
}

const share = (part: number, whole: number) => (part / whole).toFixed(5);
/** 0, 0.01 … 1, closer at the far end, where the tail is long. */
const levels = [...Array.from({ length: 100 }, (_, i) => i / 100), 0.995, 0.998, 1];

/** The three tables as CSV by file name. */
export function sessionTables(sessions: readonly Session[]): Record<string, string> {
  const quantiles = ['socket,p,energyKwh,plugMin'];
  const starts = ['socket,kind,index,share'];
  const sockets = ['socket,sessions,sessionsPerOutletWeek,meanEnergyKwh,meanPlugMin,rankCorrelation'];
  for (const socket of ['rapid', 'ac22', 'ac7']) {
    const own = sessions.filter((s) => s.socket === socket);
    const energy = own.map((s) => s.energyKwh).sort((a, b) => a - b);
    const plug = own.map((s) => s.plugMin).sort((a, b) => a - b);
    for (const p of levels) quantiles.push(`${socket},${p},${percentile(energy, p).toFixed(2)},${percentile(plug, p)}`);
    const counted = (kind: 'hour' | 'weekday', n: number) => {
      for (let k = 0; k < n; k++)
        starts.push(`${socket},${kind},${k},${share(own.filter((s) => s[kind] === k).length, own.length)}`);
    };
    counted('hour', 24);
    counted('weekday', 7);
    const weeks = [...new Set(own.map((s) => s.outlet))].reduce((sum, outlet) => {
      const at = own.filter((s) => s.outlet === outlet).map((s) => s.startMs);
      return (
        sum + (at.reduce((a, b) => Math.max(a, b), 0) - at.reduce((a, b) => Math.min(a, b), Infinity)) / 604_800_000
      );
    }, 0);
    const mean = (v: readonly number[]) => (v.reduce((a, b) => a + b, 0) / v.length).toFixed(2);
    const rho = rankCorrelation(
      own.map((s) => s.energyKwh),
      own.map((s) => s.plugMin),
    );
    sockets.push(
      [socket, own.length, (own.length / weeks).toFixed(3), mean(energy), mean(plug), rho.toFixed(4)].join(','),
    );
  }
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  return { 'quantiles.csv': text(quantiles), 'starts.csv': text(starts), 'sockets.csv': text(sockets) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [input, folder] = process.argv.slice(2);
  if (input === undefined || folder === undefined)
    throw new Error('usage: build-session-quantiles SESSIONS.csv OUT-FOLDER');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(sessionTables(readSessions(readFileSync(input, 'utf8'))))) {
    writeFileSync(path.join(folder, name), text);
    console.log(`${name}: ${text.split('\n').length - 2} rows`);
  }
}
