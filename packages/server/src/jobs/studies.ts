import { randomBytes } from 'node:crypto';
import { QipanError, uuidV7 } from '@qipan/base';
import type { RowWrite, Store } from '@qipan/store';
import type { Logger } from 'pino';
import type { Boards } from '../boards.js';
import type { Datasets } from '../clusters/datasets.js';
import type { RunView, ScenarioInput, ScenarioView } from '../contract.js';
import type { LiveHub } from '../live/hub.js';
import { studyKind } from './kinds.js';
import { JobQueue } from './queue.js';
import {
  gapOf,
  runColumns,
  runTables,
  runView,
  scenarioView,
  withPoint,
  type RunRow,
  type ScenarioRow,
} from './run-row.js';
import { compute, type Computation } from './thread.js';
import type { WorkOrder, WorkOutcome, WorkReport } from './worker-protocol.js';

export interface StudiesOptions {
  readonly store: Store;
  readonly boards: Boards;
  readonly datasets: Datasets;
  readonly hub: LiveHub;
  readonly logger: Logger;
  /** Names this server, the same after a restart. */
  readonly serverId: string;
}

const ownerKey = (runId: string) => `runOwner/${runId}`;
const tellMs = 250;
const saveMs = 2_000;

interface Active {
  view: RunView;
  computation: Computation | null;
  isStopAsked: boolean;
}

/** Scenarios and their runs: stored, queued, computed in a thread, stopped on request, taken up again after a restart. */
export class Studies {
  readonly #o: StudiesOptions;
  readonly #queue: JobQueue;
  readonly #active = new Map<string, Active>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #isClosing = false;

  constructor(options: StudiesOptions) {
    this.#o = options;
    this.#queue = new JobQueue({
      connectionString: options.store.records.connectionString,
      leftInHand: () => this.#leftInHand(),
      handle: (runId) => this.#handle(runId),
      logger: options.logger,
    });
  }

  /** Takes up what an earlier process left behind. */
  async resume(): Promise<void> {
    const [open] = await this.#o.store.records.sql(`select 1 from "run" where "endedAtMs" is null limit 1`);
    if (open !== undefined) await this.#queue.start();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { computation } of this.#active.values()) await computation?.kill();
    await this.#queue.stop();
  }

  /** Throws `BAD_INPUT` and its kin for parameters that the study cannot read, `NOT_FOUND` for the board or a dataset. */
  async createScenario(input: ScenarioInput, by: string): Promise<ScenarioView> {
    const kind = studyKind(input.kind);
    await kind.check(input.parameters);
    if (kind.on === 'board') await this.#o.boards.view(input.board);
    else await this.#o.datasets.summary(input.board, kind.on);
    for (const id of kind.datasets?.((input.parameters ?? {}) as never) ?? []) await this.#o.datasets.summary(id);
    const row: ScenarioRow = {
      id: uuidV7(Date.now(), randomBytes(10)),
      kind: input.kind,
      name: input.name,
      boardId: input.board,
      parameters: input.parameters ?? {},
      seed: input.seed ?? 1,
      createdAtMs: Date.now(),
      createdBy: by,
    };
    await this.#o.store.records.write([{ table: 'scenario', row: { ...row } }]);
    return scenarioView(row, null);
  }

  async scenario(id: string): Promise<ScenarioView> {
    const row = await this.#o.store.records.get<ScenarioRow>('scenario', { id });
    if (!row) throw new QipanError('NOT_FOUND', `there is no scenario ${id}`, { got: id });
    const [last] = await this.#runs(`where r."scenarioId" = $1 order by r."createdAtMs" desc, r."id" desc limit 1`, [
      id,
    ]);
    return scenarioView(row, last ?? null);
  }

  async scenarios(limit = 200): Promise<readonly ScenarioView[]> {
    const { records } = this.#o.store;
    const rows = await records.select<ScenarioRow>('scenario', { orderBy: 'createdAtMs', descending: true, limit });
    const runs = await this.#runs(
      `where r."id" in (select distinct on ("scenarioId") "id" from "run" where "scenarioId" = any($1) order by "scenarioId", "createdAtMs" desc)`,
      [rows.map((r) => r.id)],
    );
    const last = new Map(runs.map((r) => [r.scenarioId, r]));
    return rows.map((row) => scenarioView(row, last.get(row.id) ?? null));
  }

  async run(id: string): Promise<RunView> {
    const active = this.#active.get(id);
    if (active) return active.view;
    const [view] = await this.#runs('where r."id" = $1', [id]);
    if (!view) throw new QipanError('NOT_FOUND', `there is no run ${id}`, { got: id });
    return view;
  }

  runs(limit = 100): Promise<readonly RunView[]> {
    return this.#runs(`order by r."createdAtMs" desc, r."id" desc limit ${Math.floor(limit)}`, []);
  }

  async startRun(scenarioId: string): Promise<RunView> {
    await this.scenario(scenarioId);
    await this.#queue.start();
    const id = uuidV7(Date.now(), randomBytes(10));
    await this.#o.store.records.transaction(async (r) => {
      const row = { id, scenarioId, status: 'queued', progress: [], createdAtMs: Date.now() };
      await r.write([{ table: 'run', row }]);
      await JobQueue.add(r, id);
    });
    const view = await this.run(id);
    this.#o.hub.run(view);
    return view;
  }

  /** Asks for the incumbent; a run that has not begun ends as stopped without one. */
  async stop(id: string): Promise<RunView> {
    const view = await this.run(id);
    const active = this.#active.get(id);
    if (active) {
      active.isStopAsked = true;
      active.computation?.stop();
    } else if (view.endedAtMs === null) {
      await this.#end(view, { status: 'stopped', endedAtMs: Date.now(), phase: null });
    }
    return this.run(id);
  }

  /** Resolves when the run has ended. */
  async wait(id: string): Promise<RunView> {
    const ended = new Promise<void>((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
    const now = await this.run(id);
    if (now.endedAtMs !== null) this.#told(id);
    await ended;
    return this.run(id);
  }

  /** What a run that ended well has stored. Throws `NOT_FOUND` and `CONFLICT`. */
  async outcome(id: string): Promise<WorkOutcome & { readonly boardId: string }> {
    const view = await this.run(id);
    const rows = await this.#o.store.records.sql<{ result: WorkOutcome | null; boardId: string }>(
      'select r."result", s."boardId" from "run" r join "scenario" s on s."id" = r."scenarioId" where r."id" = $1',
      [id],
    );
    const row = rows[0];
    if (!row?.result)
      throw new QipanError('CONFLICT', `run ${id} has no result: it is ${view.status}`, { got: view.status });
    return { ...row.result, boardId: row.boardId };
  }

  async #runs(tail: string, values: readonly unknown[]): Promise<RunView[]> {
    const rows = await this.#o.store.records.sql<RunRow>(`select ${runColumns} from ${runTables} ${tail}`, values);
    return rows.map((row) => this.#active.get(row.id)?.view ?? runView(row));
  }

  async #handle(runId: string): Promise<void> {
    const { records } = this.#o.store;
    const stored = await this.run(runId).catch(() => null);
    if (!stored || stored.endedAtMs !== null) return;
    const scenario = await records.get<ScenarioRow>('scenario', { id: stored.scenarioId });
    if (!scenario) return;
    const startedAtMs = Date.now();
    const active: Active = {
      view: {
        ...stored,
        status: 'running',
        startedAtMs,
        progress: [],
        value: null,
        bound: null,
        gap: null,
        phase: null,
      },
      computation: null,
      isStopAsked: false,
    };
    this.#active.set(runId, active);
    try {
      await this.#write(active.view, { status: 'running', startedAtMs, progress: [] }, [
        { table: 'setting', row: { key: ownerKey(runId), value: this.#o.serverId } },
      ]);
      const report = await this.#compute(active, scenario, await this.#inputs(scenario));
      if (this.#isClosing) throw new Error('interrupted by shutdown');
      await this.#save(active, report);
    } finally {
      this.#active.delete(runId);
    }
    const view = await this.run(runId);
    this.#o.hub.run(view);
    this.#told(runId);
  }

  /** The texts that the thread is given. */
  async #inputs({ kind, boardId, parameters }: ScenarioRow): Promise<Pick<WorkOrder, 'board' | 'datasets'>> {
    const { boards, datasets } = this.#o;
    const row = studyKind(kind);
    const ids = row.datasets?.(parameters as never) ?? [];
    return {
      board: await (row.on === 'board' ? boards.text(boardId) : datasets.text(boardId)),
      datasets: Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await datasets.text(id)] as const))),
    };
  }

  async #compute(
    active: Active,
    scenario: ScenarioRow,
    inputs: Pick<WorkOrder, 'board' | 'datasets'>,
  ): Promise<Exclude<WorkReport, { type: 'progress' }>> {
    const { id } = active.view;
    let toldMs = 0;
    let savedMs = Date.now();
    active.computation = compute(
      { kind: scenario.kind, runId: id, ...inputs, parameters: scenario.parameters, seed: scenario.seed },
      ({ value, bound, phase }) => {
        const nowMs = Date.now();
        const isNew = value !== active.view.value || bound !== active.view.bound || phase !== active.view.phase;
        if (!isNew || (nowMs - toldMs < tellMs && phase === active.view.phase)) return;
        toldMs = nowMs;
        const progress = withPoint(active.view.progress, { atMs: nowMs, value, bound });
        active.view = { ...active.view, value, bound, gap: gapOf(value, bound), phase, progress };
        this.#o.hub.run(active.view);
        if (nowMs - savedMs < saveMs) return;
        savedMs = nowMs;
        const { gap } = active.view;
        this.#write(active.view, { value, bound, gap, phase, progress }).catch((e: unknown) =>
          this.#o.logger.warn({ err: e }, 'progress was not stored'),
        );
      },
    );
    if (active.isStopAsked) active.computation.stop();
    return active.computation.ended;
  }

  async #save(active: Active, report: Exclude<WorkReport, { type: 'progress' }>): Promise<void> {
    const { view } = active;
    const { id, progress } = view;
    const endedAtMs = Date.now();
    if (report.type === 'failed') {
      this.#o.logger.warn({ run: id, error: report.error.message }, 'run failed');
      await this.#end(view, { status: 'failed', endedAtMs, error: report.error, progress, phase: null });
      return;
    }
    const { status, value, bound, gap } = report.outcome;
    const last = withPoint(progress, { atMs: endedAtMs, value, bound });
    await this.#end(view, {
      status,
      value,
      bound,
      gap,
      endedAtMs,
      result: report.outcome,
      progress: last,
      phase: null,
    });
  }

  async #end(run: RunView, columns: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#write(run, columns, [{ table: 'setting', row: { key: ownerKey(run.id) }, remove: true }]);
    if (!this.#active.has(run.id)) this.#told(run.id);
  }

  /** Changes columns of a run; what must not be empty goes along. */
  async #write(
    run: RunView,
    columns: Readonly<Record<string, unknown>>,
    more: readonly RowWrite[] = [],
  ): Promise<void> {
    const { id, scenarioId, status, createdAtMs } = run;
    const row = { id, scenarioId, status, createdAtMs, ...columns };
    await this.#o.store.records.write([{ table: 'run', row }, ...more]);
  }

  /** Unfinished runs that an earlier process of this server had taken; the embedded database has had no other server. */
  async #leftInHand(): Promise<readonly string[]> {
    const rows = await this.#o.store.records.sql<{ id: string }>(
      `select r."id" from "run" r left join "setting" o on o."key" = 'runOwner/' || r."id"
        where r."endedAtMs" is null and ($1 or o."value" = to_jsonb($2::text))`,
      [this.#o.store.info.engine === 'embedded', this.#o.serverId],
    );
    return rows.map((r) => r.id).filter((id) => !this.#active.has(id));
  }

  #told(id: string): void {
    for (const resolve of this.#waiting.get(id) ?? []) resolve();
    this.#waiting.delete(id);
  }
}
