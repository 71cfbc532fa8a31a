import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What `/metrics` tells, in Prometheus' words. */
export interface Metrics {
  readonly registry: Registry;
  readonly answerSeconds: Histogram;
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
  const answerSeconds = new Histogram({
    name: 'qipan_answer_seconds',
    help: 'From a frame to its answer, commit included',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10],
    registers,
  });
  return { registry, answerSeconds };
}
