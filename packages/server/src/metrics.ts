import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

/** What `/metrics` tells, in Prometheus' words. */
export interface Metrics {
  readonly registry: Registry;
  /** Notes how long an answer took, from the frame to the answer, commit included. */
  readonly answered: (ms: number) => void;
}

const gauges: readonly (readonly [string, string])[] = [
  ['qipan_stations_connected', 'Charging stations with an open socket'],
  ['qipan_live_clients', 'Open live pages'],
  ['qipan_log_seq', 'Number of the last event known to this process'],
  ['qipan_database_healthy', '1 when the database takes commits'],
  ['qipan_transactions_open', 'Open charging transactions'],
];
const counters: readonly (readonly [string, string])[] = [
  ['qipan_frames_in_total', 'OCPP frames read'],
  ['qipan_frames_out_total', 'OCPP frames sent'],
  ['qipan_frames_refused_total', 'OCPP frames that could not be understood'],
  ['qipan_handshakes_total', 'OCPP handshakes accepted'],
  ['qipan_handshakes_refused_total', 'OCPP handshakes refused'],
  ['qipan_replaced_total', 'Sockets replaced by a newer one of the same identity'],
  ['qipan_commit_failures_total', 'Messages that stayed unanswered because their commit failed'],
  ['qipan_commits_total', 'Group commits of this process'],
  ['qipan_committed_events_total', 'Events committed by this process'],
];

/** Upper bounds of the classes of answer times. */
const boundsMs = [1, 2, 5, 10, 20, 50, 100, 500, 2_000, 10_000];

/** `read` gives the figures by name; it is only asked when `/metrics` is, so that counting stays a plain addition. */
export function createMetrics(read: () => Readonly<Record<string, number>>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const registers = [registry];
  for (const [name, help] of gauges) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(read()[name] ?? 0) });
  }
  for (const [name, help] of counters) {
    const counter: Counter = new Counter({
      name,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(read()[name] ?? 0);
      },
    });
  }
  const counts = new Float64Array(boundsMs.length + 1);
  let sumMs = 0;
  const answers: Gauge<'le'> = new Gauge({
    name: 'qipan_answers_within_seconds',
    help: 'Answers given within so many seconds, commit included',
    labelNames: ['le'],
    registers,
    collect: () => {
      let within = 0;
      boundsMs.forEach((bound, k) => answers.set({ le: String(bound / 1000) }, (within += counts[k] ?? 0)));
      answers.set({ le: '+Inf' }, within + (counts[boundsMs.length] ?? 0));
    },
  });
  const sum: Gauge = new Gauge({
    name: 'qipan_answers_seconds_sum',
    help: 'Seconds spent on answers, commit included',
    registers,
    collect: () => sum.set(sumMs / 1000),
  });
  const answered = (ms: number): void => {
    sumMs += ms;
    let k = 0;
    while (k < boundsMs.length && ms > (boundsMs[k] as number)) k++;
    counts[k] = (counts[k] as number) + 1;
  };
  return { registry, answered };
}
