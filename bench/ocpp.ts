import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@qipan/server';
import { bareServer, echo, rawAnswer, type Answer } from './ocpp-bare.js';
import type { LoadOrder, LoadReport } from './ocpp-load.js';
import { validatorCases } from './ocpp-validator.js';

interface Row {
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string | number | null;
  readonly peer?: string | number | null;
  readonly [more: string]: unknown;
}
type Report = (row: Row) => void;

const warmUpMs = 3_000;
const measureMs = 6_000;
const rounds = 3;

/** CPU seconds of PostgreSQL: its main process with the children it has buried, and those that live. */
function postgresCpuS(mainPid: number): number {
  const ticks = 100;
  const statOf = (pid: number | string) => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, buriedUser = 0, buriedSystem = 0] = [1, 11, 12, 13, 14].map(
      (k) => fields[k],
    );
    return { parent, own: user + system, buried: buriedUser + buriedSystem };
  };
  const main = statOf(mainPid);
  let total = main.own + main.buried;
  for (const pid of readdirSync('/proc').filter((f) => /^\d+$/.test(f))) {
    try {
      const s = statOf(pid);
      if (s.parent === mainPid) total += s.own;
    } catch {
      // Ended between the two readings.
    }
  }
  return total / ticks;
}

/** Main process of the PostgreSQL below a folder. */
function postmasterOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const file = files.find((f) => path.basename(f) === 'postmaster.pid');
  if (!file) throw new Error(`no PostgreSQL runs below ${folder}`);
  return Number(readFileSync(path.join(folder, file), 'utf8').split('\n')[0]);
}

interface Loaded {
  readonly messages: number;
  readonly cpuS: number;
  readonly elapsedS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs a load in a process of its own and reads `cpuS` when its measured span begins and ends. */
async function load(order: LoadOrder, cpuS: () => number): Promise<Loaded> {
  const child = fork(path.join(path.dirname(fileURLToPath(import.meta.url)), 'ocpp-load.js'), { execArgv: [] });
  child.send(order);
  let from = 0;
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    child.on('message', (report: LoadReport) => {
      if (report.type === 'start') from = cpuS();
      else if (report.errors > 0) reject(new Error(`${report.errors} errors under load`));
      else
        resolve({
          messages: report.messages,
          cpuS: cpuS() - from,
          elapsedS: report.elapsedMs / 1000,
          p50Ms: report.p50Ms,
          p99Ms: report.p99Ms,
        });
    });
    child.on('exit', (code) => reject(new Error(`the load process ended with code ${code}`)));
  });
  child.removeAllListeners('exit');
  await once(child, 'exit');
  return loaded;
}

const ownCpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[xs.length >> 1] ?? NaN;

const names = (n: number) => Array.from({ length: n }, (_, k) => `BENCH${String(k).padStart(3, '0')}`);

/** Messages per CPU-second of a bare server, a number a round. */
async function bareRounds(answer: Answer): Promise<number[]> {
  const { url, server } = await bareServer(answer);
  const order: LoadOrder = {
    url,
    stations: names(50).map((identity) => ({ identity, password: null })),
    warmUpMs,
    measureMs,
    heartbeatEvery: 0,
    hasSession: false,
    isEcho: answer === echo,
  };
  const rates: number[] = [];
  for (let k = 0; k < rounds; k++) {
    const { messages, cpuS } = await load(order, ownCpuS);
    rates.push(messages / cpuS);
  }
  server.close();
  server.closeAllConnections();
  return rates;
}

/** Milliseconds of an append of 4 KiB with `fdatasync` below this folder. */
function fdatasyncP50(folder: string): number {
  const fd = openSync(path.join(folder, 'sync-probe'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let k = 0; k < 300; k++) {
    const from = performance.now();
    writeSync(fd, page);
    fdatasyncSync(fd);
    times.push(performance.now() - from);
  }
  closeSync(fd);
  return median(times);
}

interface Durable {
  readonly microsPerMessage: number;
  readonly ownShare: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function durableRounds(
  stations: number,
  heartbeatEvery: number,
): Promise<{ readonly rounds: readonly Durable[]; readonly syncMs: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-bench-'));
  const server = await startServer({
    port: 0,
    dataFolder: folder,
    messageRate: { perS: 1e6, burst: 1e6 },
    logLevel: 'error',
  });
  try {
    const known = [];
    for (const identity of names(stations)) {
      const { password } = await server.api.ensureSimulatedStation(identity);
      known.push({ identity, password });
    }
    const main = postmasterOf(folder);
    const order = { url: server.ocppUrl, stations: known, warmUpMs, measureMs, heartbeatEvery, hasSession: true };
    const done: Durable[] = [];
    for (let k = 0; k < rounds; k++) {
      let own = 0;
      const cpuS = () => {
        own = ownCpuS() - own;
        return ownCpuS() + postgresCpuS(main);
      };
      const loaded = await load(order, cpuS);
      done.push({
        microsPerMessage: (loaded.cpuS * 1e6) / loaded.messages,
        ownShare: own / loaded.cpuS,
        perSecond: loaded.messages / loaded.elapsedS,
        p50Ms: loaded.p50Ms,
        p99Ms: loaded.p99Ms,
      });
    }
    return { rounds: done, syncMs: fdatasyncP50(folder) };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const peerDurable = 'CitrineOS 1.8.3 + RabbitMQ + PostgreSQL ≈ 12,000 µs (stated)';

async function throughput(report: Report): Promise<void> {
  const rateRow = (name: string, rates: readonly number[], target: string | null, peer: string) =>
    report({
      case: name,
      metric: 'rate',
      value: Math.round(median(rates)),
      unit: 'msg/CPU-s',
      target,
      peer,
      min: Math.round(Math.min(...rates)),
      p90: Math.round(Math.max(...rates)),
    });
  rateRow('bare ws echo', await bareRounds(echo), null, 'ws 75,800 (stated, Node 20)');
  const raw = await bareRounds(await rawAnswer());
  const rawRate = median(raw);
  rateRow('raw ceiling', raw, '≥ 50000', 'ws + ajv 51,700 (stated, Node 20)');
  const { rounds: durable } = await durableRounds(50, 5);
  const micros = durable.map((d) => d.microsPerMessage);
  const value = median(micros);
  report({
    case: 'durable path, 50 stations',
    metric: 'CPU per message',
    value: Number(value.toFixed(1)),
    unit: 'µs',
    target: '≤ 50',
    peer: peerDurable,
    min: Number(Math.min(...micros).toFixed(1)),
    p90: Number(Math.max(...micros).toFixed(1)),
    serverShare: Number(median(durable.map((d) => d.ownShare)).toFixed(2)),
    messagesPerSecond: Math.round(median(durable.map((d) => d.perSecond))),
    rawMicros: Number((1e6 / rawRate).toFixed(1)),
  });
  report({
    case: 'durable ÷ raw ceiling',
    metric: 'share',
    value: Number((1e6 / value / rawRate).toFixed(3)),
    unit: '',
    target: '≥ 0.40',
    peer: null,
  });
}

async function latency(report: Report): Promise<void> {
  const { rounds: done, syncMs } = await durableRounds(20, 0);
  const p50 = median(done.map((d) => d.p50Ms));
  const p99 = median(done.map((d) => d.p99Ms));
  const name = 'latency, 20 stations';
  const more = { fdatasyncMs: Number(syncMs.toFixed(3)) };
  report({
    case: name,
    metric: 'p50',
    value: p50,
    unit: 'ms',
    target: null,
    peer: 'CitrineOS 320 ms (stated)',
    ...more,
  });
  report({
    case: name,
    metric: 'p99',
    value: p99,
    unit: 'ms',
    target: null,
    peer: 'CitrineOS 916 ms (stated)',
    ...more,
  });
  report({
    case: name,
    metric: 'p50 ÷ fdatasync p50',
    value: p50 / syncMs,
    unit: '',
    target: '≤ 4',
    peer: null,
    ...more,
  });
  report({
    case: name,
    metric: 'p99 ÷ fdatasync p50',
    value: p99 / syncMs,
    unit: '',
    target: '≤ 20',
    peer: null,
    ...more,
  });
}

/** The OCPP suite: validators alone; echo, raw ceiling and durable path side by side; latency against the disk. */
export async function run(report: Report, options: { readonly case?: string } = {}): Promise<void> {
  const wanted = (name: string) => options.case === undefined || name.includes(options.case);
  if (wanted('validator')) await validatorCases((row) => report({ ...row }));
  if (wanted('throughput')) await throughput(report);
  if (wanted('latency')) await latency(report);
}
