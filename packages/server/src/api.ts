import { QipanError, type Bilingual } from '@qipan/base';
import type { PlannedStation } from '@qipan/plan';
import type { Board } from '@qipan/territory';
import type { StationKeys } from './auth/station-keys.js';
import type { Boards } from './boards.js';
import type { Grids } from './grids/grids.js';
import type { Datasets } from './clusters/datasets.js';
import type { ApproveInput, ApproveView, RunView, ScenarioInput, ScenarioView } from './contract.js';
import type { Studies } from './jobs/studies.js';
import type { PlanResults } from './plans/plan-results.js';
import type { Commissioning } from './stations/commissioning.js';
import type { StationEntry } from './stations/entry.js';
import type { NewStation, StationRegistry } from './stations/registry.js';

/** A station of a plan that is ready to be called by its simulated twin. */
export interface ReadyStation {
  readonly id: string;
  readonly identity: string;
  /** Basic password; only simulated stations have one that can be told again. */
  readonly password: string;
  readonly name: Bilingual;
  readonly siteId: string | null;
  readonly place: number | null;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly moduleType: string;
  readonly powerKw: number;
  readonly current: 'AC' | 'DC';
  readonly evses: number;
}

/** What the shell may ask of a running server without going through HTTP. */
export interface ServerApi {
  readonly importBoard: (board: Board) => Promise<string>;
  readonly defaultBoard: () => Promise<string | null>;
  /** One made-up transformer a village of a board that has no grid yet. */
  readonly ensureSyntheticGrid: (boardId: string) => Promise<void>;
  /** Loads the synthetic data of the cluster studies unless they are there; true when it did. */
  readonly ensureClusterDemo: () => Promise<boolean>;
  /** Asks for a first game of the demo's chessboard; null when one was asked for before. It is computed in the background. */
  readonly ensureDemoGame: () => Promise<RunView | null>;
  readonly createScenario: (input: ScenarioInput) => Promise<ScenarioView>;
  readonly scenarios: () => Promise<readonly ScenarioView[]>;
  readonly startRun: (scenarioId: string) => Promise<RunView>;
  readonly run: (runId: string) => Promise<RunView>;
  readonly stopRun: (runId: string) => Promise<RunView>;
  /** Resolves when the run has ended. */
  readonly waitForRun: (runId: string) => Promise<RunView>;
  /**
   * Makes the stations that a finished plan has built by the end of `year` (default: its last) and that are not there yet; the same
   * identities and passwords at every call.
   */
  readonly ensureStationsOfPlan: (
    runId: string,
    options: { readonly origin: 'simulated'; readonly year?: number },
  ) => Promise<readonly ReadyStation[]>;
  /** Makes one simulated station, or finds it. */
  readonly ensureSimulatedStation: (identity: string, station?: Partial<NewStation>) => Promise<ReadyStation>;
  /** Simulated stations that this server knows, with their passwords. */
  readonly simulatedStations: () => readonly ReadyStation[];
  readonly addStation: (identity: string, input?: ApproveInput) => Promise<ApproveView>;
  /** By which unknown stations may knock under the policy `token`. */
  readonly commissioningToken: string;
  /** Makes states and transaction rows again from the log alone; gives the number of events folded. */
  readonly rebuildProjections: () => Promise<number>;
  /** Saves folded states now. */
  readonly saveStates: () => Promise<void>;
}

export interface ApiParts {
  readonly grids: Grids;
  readonly boards: Boards;
  readonly datasets: Datasets;
  readonly studies: Studies;
  readonly plans: PlanResults;
  readonly registry: StationRegistry;
  readonly commissioning: Commissioning;
  readonly keys: StationKeys;
  readonly saveStates: () => Promise<void>;
  readonly rebuildProjections: () => Promise<number>;
}

export function serverApi(parts: ApiParts): ServerApi {
  const { boards, studies, registry, commissioning, keys } = parts;
  const ready = (entry: StationEntry) => readyStation(entry, keys);
  return {
    importBoard: (board) => boards.add(board),
    defaultBoard: () => boards.defaultBoard(),
    ensureClusterDemo: async () => (await import('./clusters/demo.js')).ensureDemoDatasets(parts.datasets),
    ensureDemoGame: async () => (await import('./clusters/demo-game.js')).ensureDemoGame(parts.datasets, studies),
    ensureSyntheticGrid: async (boardId) => {
      if (!(await parts.grids.has(boardId))) await parts.grids.addSynthetic(boardId);
    },
    createScenario: (input) => studies.createScenario(input, 'local'),
    scenarios: () => studies.scenarios(),
    startRun: (scenarioId) => studies.startRun(scenarioId),
    run: (runId) => studies.run(runId),
    stopRun: (runId) => studies.stop(runId),
    waitForRun: (runId) => studies.wait(runId),
    ensureStationsOfPlan: async (runId, { year }) => {
      const { result, view } = await parts.plans.get(runId);
      const { stationsOfPlan } = await import('@qipan/plan');
      const planned = stationsOfPlan(result, year ?? (result.years.at(-1) as number));
      const wanted = planned.map((s) => plannedStation(s, view.boardId, keys));
      const missing = wanted.filter((s) => registry.byIdentity(s.identity) === undefined);
      if (missing.length > 0) await registry.add(missing);
      return wanted.map((s) => ready(registry.byIdentity(s.identity) as StationEntry));
    },
    ensureSimulatedStation: async (identity, station = {}) => {
      const known = registry.byIdentity(identity);
      if (known && known.row.origin !== 'simulated')
        throw new QipanError('CONFLICT', `${identity} is a real station`, { got: identity });
      const secretHash = keys.seal(keys.simulatedPassword(identity));
      const made = known ?? (await registry.add([{ ...station, identity, origin: 'simulated', secretHash }]))[0];
      return ready(made as StationEntry);
    },
    simulatedStations: () => [...registry.all()].filter((e) => e.row.origin === 'simulated').map(ready),
    addStation: (identity, input = {}) => commissioning.add(identity, input),
    commissioningToken: keys.commissioningToken(),
    rebuildProjections: parts.rebuildProjections,
    saveStates: parts.saveStates,
  };
}

interface SimulatedSettings {
  readonly powerKw: number;
  readonly evsePowerW: number;
  readonly place: number | null;
  readonly current: 'AC' | 'DC';
}

function plannedStation(s: PlannedStation, boardId: string, keys: StationKeys): NewStation {
  const settings: SimulatedSettings = {
    powerKw: s.powerKw,
    // A station that divides its power may give all of it to one gun.
    evsePowerW: s.powerKw * 1000,
    place: s.place,
    current: s.current,
  };
  return {
    identity: s.id,
    origin: 'simulated',
    secretHash: keys.seal(keys.simulatedPassword(s.id)),
    boardId,
    siteId: s.siteId,
    name: s.name,
    lon: s.lon,
    lat: s.lat,
    moduleType: s.moduleType,
    evses: Array.from({ length: s.evses }, (_, k) => ({ evseId: k + 1 })),
    settings,
  };
}

function readyStation(entry: StationEntry, keys: StationKeys): ReadyStation {
  const { row } = entry;
  const settings = (row.settings ?? {}) as Partial<SimulatedSettings>;
  const powerKw = settings.powerKw ?? 60;
  return {
    id: entry.id,
    identity: row.identity,
    password: keys.simulatedPassword(row.identity),
    name: (row.name as Bilingual | null) ?? { en: row.identity, zh: row.identity },
    siteId: row.siteId,
    place: settings.place ?? null,
    lon: row.lon,
    lat: row.lat,
    moduleType: row.moduleType ?? 'dc60',
    powerKw,
    current: settings.current ?? (powerKw <= 22 ? 'AC' : 'DC'),
    evses: Array.isArray(row.evses) && row.evses.length > 0 ? row.evses.length : 1,
  };
}
