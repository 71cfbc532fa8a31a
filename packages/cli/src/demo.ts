import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { hashText, QipanError } from '@qipan/base';
import type { EvseConfig } from '@qipan/ocpp';
import type { ReadyStation, RunningServer } from '@qipan/server';
import { dianjiangBoard, dianjiangFiles, type Board, type CountyFiles } from '@qipan/territory';
import type { FleetStationSpec } from './fleet/spec.js';
import type { Terminal } from './terminal.js';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../data/dianjiang');

/** The demo county, from the tables that the project ships. */
export function demoBoard(): Board {
  const read = (name: keyof CountyFiles) => readFileSync(path.join(folder, dianjiangFiles[name]));
  return dianjiangBoard({
    seats: read('seats'),
    divisions: read('divisions'),
    villages: read('villages'),
    controls: read('controls'),
    outline: read('outline'),
  });
}

/** Looks at a run this often to draw its progress. */
const lookMs = 200;
/** A machine so slow that not even a first plan stands by then gets what there is. */
const longestFactor = 8;

/** Plans the default board if no plan of it has ended well; gives the run. Progress: incumbent, bound and gap as they move. */
export async function planDemo(
  { api }: RunningServer,
  boardId: string,
  o: { readonly seed: number; readonly seconds: number },
  terminal: Terminal,
): Promise<string> {
  const done = (await api.scenarios()).find(
    (s) =>
      s.kind === 'plan' &&
      s.board === boardId &&
      s.lastRun !== null &&
      ['optimal', 'gapReached', 'stopped'].includes(s.lastRun.status),
  );
  if (done?.lastRun) return done.lastRun.id;
  const scenario = await api.createScenario({
    kind: 'plan',
    name: 'Demo county · 示范县',
    board: boardId,
    // Ten minutes, not the default twenty: with the default every village counts as covered at once and the map says nothing.
    parameters: { access: { coverageMin: 10 } },
    seed: o.seed,
  });
  const { id } = await api.startRun(scenario.id);
  const bar = terminal.progress({ en: 'planning', zh: '规划' });
  const limitMs = o.seconds * 1000;
  const began = performance.now();
  // After the first plan with a bound at least a third of the limit is left: a slow machine gets the time to build one.
  let boundAtMs: number | null = null;
  let isAsked = false;
  for (;;) {
    const run = await api.run(id);
    const passed = performance.now() - began;
    if (run.endedAtMs !== null) {
      if (run.status === 'failed' || run.status === 'infeasible')
        throw new QipanError('CONFLICT', `the demo plan ended as ${run.status}`, { got: run.error });
      bar.done(figures(run));
      return id;
    }
    if (run.gap !== null) boundAtMs ??= passed;
    bar.update(Math.min(1, passed / limitMs), figures(run));
    const isOver = passed > limitMs && boundAtMs !== null && passed - boundAtMs > limitMs / 3;
    if (!isAsked && (isOver || passed > longestFactor * limitMs)) {
      isAsked = true;
      await api.stopRun(id);
    }
    await sleep(lookMs);
  }
}

const big = (x: number | null) => (x === null ? '–' : x.toLocaleString('en-US', { maximumFractionDigits: 0 }));

function figures(run: {
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly status: string;
}): string {
  const gap = run.gap === null ? '–' : `${(run.gap * 100).toFixed(2)} %`;
  return `${run.status}, value 目标 ${big(run.value)}, bound 界 ${big(run.bound)}, gap 间隙 ${gap}`;
}

/** What stands in the field is a mixture of versions: by its name each station keeps its own. */
const versionOf = (identity: string) => (hashText(identity) % 2 === 0 ? ('1.6' as const) : ('2.0.1' as const));

/** kWh a day of each kW of guns at a site, by site id: how busy the newest plan expects its last year to be. */
export type SiteUse = ReadonlyMap<string, number>;

/** A gun that the plan keeps busier than this could hardly serve its visitors one after the other. */
const mostVisitsPerWeek = 120;

interface StoredSite {
  readonly id: string;
  readonly energyKwhPerDayByYear: readonly number[];
  readonly powerKwByYear: readonly number[];
}

/** Reads the newest plan of the server; empty when there is none. */
export async function plannedVisits({ store }: RunningServer): Promise<SiteUse> {
  const [row] = await store.records.sql<{ sites: readonly StoredSite[] | null }>(
    `select r."result"->'result'->'sites' as "sites" from "run" r join "scenario" s on s."id" = r."scenarioId"
      where s."kind" = 'plan' and r."result" is not null order by r."endedAtMs" desc limit 1`,
  );
  return new Map(
    (row?.sites ?? []).flatMap((site): [string, number][] => {
      const perKw = (site.energyKwhPerDayByYear.at(-1) ?? 0) / (site.powerKwByYear.at(-1) ?? 0);
      return Number.isFinite(perKw) ? [[site.id, perKw]] : [];
    }),
  );
}

/** Mean energy of a session by current, kWh: the means of `data/sessions`. */
const meanSessionKwh = { DC: 11.26, AC: 9.74 } as const;

/** The simulated twin of a station that the server knows. */
export function twinOf(s: ReadyStation, use: SiteUse = new Map()): FleetStationSpec {
  const perKw = s.siteId === null ? undefined : use.get(s.siteId);
  const perGun = s.powerKw / s.evses;
  const visits = perKw === undefined ? null : (7 * perKw * perGun) / meanSessionKwh[s.current];
  const evse: EvseConfig = {
    powerKw: perGun,
    current: s.current,
    phases: s.current === 'AC' && perGun <= 7.4 ? 1 : 3,
  };
  return {
    identity: s.identity,
    password: s.password,
    version: versionOf(s.identity),
    model: s.moduleType.slice(0, 20),
    evses: Array.from({ length: s.evses }, () => evse),
    visitsPerWeek: visits === null ? null : Math.min(mostVisitsPerWeek, visits),
    faults: [],
  };
}
