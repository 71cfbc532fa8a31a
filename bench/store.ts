import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyEvent } from '@qipan/base';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { exportAll, openStore, type RowWrite, type Store } from '@qipan/store';
import { repoRoot } from '@qipan/testing';

/** Clock ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const tickUs = 10_000;

/** CPU of all processes of this cluster since they began, ended ones included with their parent; null off Linux. */
function serverCpuUs(folder: string): number | null {
  let main: string;
  try {
    main = readFileSync(path.join(folder, 'postgresql/postmaster.pid'), 'utf8').split('\n')[0]!;
    readFileSync(`/proc/${main}/stat`);
  } catch {
    return null;
  }
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((f) => /^\d+$/.test(f))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const f = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (pid === main) ticks += Number(f[11]) + Number(f[12]) + Number(f[13]) + Number(f[14]);
      else if (f[1] === main) ticks += Number(f[11]) + Number(f[12]);
    } catch {
      // It ended while we looked.
    }
  }
  return ticks * tickUs;
}

/** Resident memory of the cluster's processes; shared pages are counted once, by PSS. */
function serverMb(folder: string): number {
  const main = readFileSync(path.join(folder, 'postgresql/postmaster.pid'), 'utf8').split('\n')[0]!;
  let kb = 0;
  for (const pid of readdirSync('/proc').filter((f) => /^\d+$/.test(f))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      if (pid !== main && parent !== main) continue;
      kb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended while we looked.
    }
  }
  return kb / 1024;
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], q: number) => sorted(values)[Math.floor(q * (values.length - 1))]!;

/** What the disk itself takes to keep 4 kB: the floor of every durable commit. */
function fdatasyncMs(folder: string): readonly number[] {
  const file = openSync(path.join(folder, 'probe'), 'w');
  const block = Buffer.alloc(4096, 1);
  const times = Array.from({ length: 300 }, () => {
    const began = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  return times;
}

/** A 1.6 MeterValues of four samples, as it is logged: about 700 bytes. */
const metered = (station: number, n: number): AnyEvent => ({
  stationId: `station-${station}`,
  kind: 'metered',
  atMs: 1_750_000_000_000 + n,
  receivedAtMs: 1_750_000_000_123 + n,
  evseId: 1,
  connectorId: 1,
  payload: {
    version: '1.6',
    messageId: `0197${String(n).padStart(8, '0')}-7000-8000-000000000000`,
    transactionId: String(100_000 + station),
    readings: ['Energy.Active.Import.Register', 'Power.Active.Import', 'Current.Import', 'Voltage'].map(
      (measurand, i) => ({
        measurand,
        value: 1_234_567 + 1_000 * i + n,
        unit: ['milliWh', 'W', 'A', 'V'][i]!,
        location: 'Outlet',
        context: 'Sample.Periodic',
        atMs: 1_750_000_000_000 + n,
      }),
    ),
  },
});

const stateRow = (station: number, n: number): RowWrite => ({
  table: 'stationState',
  row: { stationId: `station-${station}`, seq: n, state: { registerMilliWh: n, status: 'Occupied' }, updatedAtMs: n },
});

interface Load {
  readonly callers: number;
  readonly appends: number;
  /** Write the station's state with each event. */
  readonly withState: boolean;
}

async function load(store: Store, folder: string, l: Load) {
  const latencies: number[] = [];
  let n = 0;
  const caller = async (station: number) => {
    while (n < l.appends) {
      const began = performance.now();
      await store.log.append([metered(station, n++)], l.withState ? [stateRow(station, n)] : []);
      latencies.push(performance.now() - began);
    }
  };
  const [before, cpu, server] = [store.counters(), process.cpuUsage(), serverCpuUs(folder)];
  const began = performance.now();
  await Promise.all(Array.from({ length: l.callers }, (_, i) => caller(i)));
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  const serverEnd = serverCpuUs(folder);
  const done = latencies.length;
  return {
    perS: done / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    ownUs: (used.user + used.system) / done,
    serverUs: server === null || serverEnd === null ? NaN : (serverEnd - server) / done,
    group: done / (store.counters().commits - before.commits),
  };
}

async function appends(report: BenchReport, store: Store, folder: string): Promise<void> {
  const disk = quantile(fdatasyncMs(folder), 0.5);
  report({ case: 'disk', metric: 'fdatasync p50', value: disk, unit: 'ms', target: null, peer: null });
  await load(store, folder, { callers: 50, appends: 4_000, withState: true });
  for (const { callers, count, withState } of [
    { callers: 1, count: 1_500, withState: false },
    { callers: 50, count: 20_000, withState: false },
    { callers: 50, count: 20_000, withState: true },
    { callers: 256, count: 40_000, withState: false },
  ]) {
    const r = await load(store, folder, { callers, appends: count, withState });
    const name = `append-${callers}${withState ? '-with-state' : ''}`;
    const peer =
      callers === 1 ? '1477 (one insert a commit, one connection)' : '4373 (one insert a commit, eight connections)';
    report({ case: name, metric: 'durable appends', value: r.perS, unit: '1/s', peer });
    report({ case: name, metric: 'latency p50', value: r.p50Ms, unit: 'ms', timesDisk: r.p50Ms / disk });
    report({ case: name, metric: 'latency p99', value: r.p99Ms, unit: 'ms', timesDisk: r.p99Ms / disk });
    report({ case: name, metric: 'events per commit', value: r.group, unit: '' });
    report({ case: name, metric: 'CPU own', value: r.ownUs, unit: 'µs/event' });
    report({ case: name, metric: 'CPU PostgreSQL', value: r.serverUs, unit: 'µs/event' });
    const target = callers === 50 ? '≤ 50, the rest of the program included' : null;
    report({ case: name, metric: 'CPU both', value: r.ownUs + r.serverUs, unit: 'µs/event', target });
  }
}

async function replay(report: BenchReport, store: Store): Promise<void> {
  const began = performance.now();
  let after = 0;
  let n = 0;
  for (;;) {
    const page = await store.log.read({ afterSeq: after, limit: 10_000 });
    n += page.length;
    if (page.length === 0) break;
    after = page[page.length - 1]!.seq;
  }
  const perS = n / ((performance.now() - began) / 1000);
  report({ case: 'replay', metric: 'events read', value: perS, unit: '1/s', target: '≥ 200000', events: n });
}

const listRows = 1_000_000;

async function lists(report: BenchReport, store: Store): Promise<void> {
  await store.records.sql(
    `insert into "chargingTransaction" ("stationId", "transactionId", "state", "startedAtMs", "endedAtMs", "energyMilliWh", "revision")
     select 'station-' || (i % 500), 't' || i, case when i % 5000 = 0 then 'active' else 'ended' end,
            1700000000000 + i * 1000, 1700000000000 + i * 1000 + 3600000, i, 1 from generate_series(1, ${listRows}) i`,
  );
  await store.records.sql('analyze "chargingTransaction"');
  const newest = { orderBy: 'startedAtMs', descending: true, limit: 100 };
  const queries = {
    newest,
    'of one station': { ...newest, where: { stationId: 'station-77' } },
    'active ones': { ...newest, where: { state: 'active' } },
    'page in the middle': {
      ...newest,
      after: { startedAtMs: 1_700_500_000_000, stationId: 'station-0', transactionId: 't500000' },
    },
  };
  for (const [name, q] of Object.entries(queries)) {
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const began = performance.now();
      const rows = await store.records.select('chargingTransaction', q);
      times.push(performance.now() - began);
      if (rows.length !== 100) throw new Error(`${name}: ${rows.length} rows`);
    }
    const [min, p90] = [Math.min(...times), quantile(times, 0.9)];
    report({ case: 'list', metric: name, value: quantile(times, 0.5), unit: 'ms', target: '≤ 200', min, p90 });
  }
}

async function exportRows(report: BenchReport, store: Store, folder: string): Promise<void> {
  const began = performance.now();
  const manifest = await exportAll(store, path.join(folder, 'archive'));
  const rows = manifest.tables.reduce((sum, t) => sum + t.rows, 0);
  const perS = rows / ((performance.now() - began) / 1000);
  report({
    case: 'export',
    metric: 'rows',
    value: perS,
    unit: '1/s',
    peer: '149000 (COPY alone, no gzip, no hash)',
    rows,
  });
}

async function startUp(report: BenchReport, folder: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    const store = await openStore({ folder });
    times.push(performance.now() - began);
    if (i === 4) {
      await sleep(2_000);
      report({
        case: 'idle',
        metric: 'PostgreSQL memory',
        value: serverMb(folder),
        unit: 'MB',
        target: '≤ 400, program included',
      });
    }
    await store.close();
  }
  const [min, p90] = [Math.min(...times), quantile(times, 0.9)];
  report({ case: 'open', metric: 'open again', value: quantile(times, 0.5), unit: 'ms', target: '≤ 1000', min, p90 });
}

/**
 * The store on the embedded server, in a folder beside the checkout's files (a temporary folder may live in memory):
 * durable appends, CPU of our process and of all of PostgreSQL's, lists among a million rows, replay, export, start-up.
 */
export async function run(report: BenchReport, options: BenchOptions): Promise<void> {
  const wants = (name: string) => options.case === undefined || name.startsWith(options.case);
  const folder = mkdtempSync(path.join(repoRoot, '.qipan-bench-'));
  try {
    const began = performance.now();
    const store = await openStore({ folder });
    report({
      case: 'open',
      metric: 'first, cluster made',
      value: performance.now() - began,
      unit: 'ms',
      target: '≤ 3000',
    });
    if (wants('append') || wants('replay')) await appends(report, store, folder);
    if (wants('replay')) await replay(report, store);
    if (wants('list') || wants('export')) await lists(report, store);
    if (wants('export')) await exportRows(report, store, folder);
    await store.close();
    if (wants('open') || wants('idle')) await startUp(report, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
