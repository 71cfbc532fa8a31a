import { Worker } from 'node:worker_threads';
import { QipanError, type ErrorCode } from '@qipan/base';
import type { CountyTransformer, TransformerAnswer } from '@qipan/grid';
import type { Records } from '@qipan/store';
import type { Boards } from '../boards.js';
import type {
  GridImportInput,
  GridStudyInput,
  GridTransformerRow,
  GridTransformerView,
  GridView,
  GridVillageStudy,
  HeadroomFigure,
  RunView,
} from '../contract.js';
import type { Results } from '../jobs/results.js';
import type { Studies } from '../jobs/studies.js';
import type { LoadManager } from '../loads/load-manager.js';
import { settingsOf } from '../stations/entry.js';
import type { StationRegistry } from '../stations/registry.js';
import type { CountyResult } from './compute-county.js';
import { drawingOf } from './drawing.js';
import { GridStore, sheetsOf, sourceOf, type PlacedTransformer, type ReadGrid } from './grid-store.js';

export interface GridsOptions {
  readonly records: Records;
  readonly boards: Boards;
  readonly registry: StationRegistry;
  readonly studies: Studies;
  readonly results: Results;
  readonly loads: LoadManager;
}

const studyKey = (boardId: string) => `gridStudy/${boardId}`;
const seed = 1;
/** Days behind the ledger's estimate; its 95th percentile moves little beyond. */
const estimateDraws = 100;
const mostStudies = 40;

interface StudyRuns {
  readonly done: string | null;
  readonly open: string | null;
}

/** Transformers of boards: who carries what, by estimate and by study, and where the limits are enforced. */
export class Grids {
  readonly #o: GridsOptions;
  readonly #store: GridStore;
  readonly #villages = new Map<string, Promise<GridVillageStudy>>();
  readonly #estimates = new Map<string, Promise<ReadonlyMap<string, readonly HeadroomFigure[]>>>();

  constructor(options: GridsOptions) {
    this.#o = options;
    this.#store = new GridStore(options.records, options.boards);
  }

  /** Throws `NOT_FOUND` for the board. */
  async view(boardId: string): Promise<GridView> {
    const grid = await this.#store.read(boardId);
    const runs = await this.#runs(boardId);
    const { assumptionWords } = await import('@qipan/grid');
    if (grid === null) return { ...nothing, boardId, openRun: runs.open };
    const [estimates, studied] = await Promise.all([this.#estimate(boardId, grid), this.#studied(runs.done)]);
    const transformers = grid.placed.map((p) => this.#row(p, grid, estimates, studied));
    const levels = { L0: 0, L1: 0, L2: 0 };
    for (const t of transformers) levels[t.level]++;
    const { stored, dataLevel, refused, issues } = grid;
    return {
      boardId,
      kind: stored.kind,
      name: stored.name,
      dataLevel,
      transformers,
      levels,
      refused,
      issues: issues.map(({ table, file, row, column, transformer, message }) => ({
        table,
        file: file ?? null,
        row: row ?? null,
        column: column ?? null,
        transformer,
        message,
      })),
      assumed: [...new Set(grid.placed.flatMap((p) => p.transformer.assumptions))].map(assumptionWords),
      studyRun: runs.done,
      openRun: runs.open,
    };
  }

  /** Reads the tables of a county power office; good transformers are kept, every problem of the others comes back. */
  async importTables(boardId: string, input: GridImportInput): Promise<GridView> {
    const { readCounty } = await import('@qipan/grid');
    const sheets = await sheetsOf(input);
    const county = readCounty(sheets, { assume: input.assume });
    const [first] = county.issues;
    if (county.transformers.length === 0)
      throw new QipanError(first?.code ?? 'BAD_FILE', first?.message ?? 'transformers: there is no row', {
        issues: county.issues,
      });
    await this.#replace(boardId, { kind: 'tables', name: input.name, sheets, assume: input.assume });
    return this.view(boardId);
  }

  /** One made-up transformer a village, labelled synthetic: to see how it works before the tables are there. */
  async addSynthetic(boardId: string): Promise<GridView> {
    const name = { en: 'Synthetic village transformers', zh: '合成台区（仅供演示）' };
    await this.#replace(boardId, { kind: 'synthetic', name, seed });
    return this.view(boardId);
  }

  async has(boardId: string): Promise<boolean> {
    return (await this.#store.read(boardId)) !== null;
  }

  async transformer(boardId: string, id: string): Promise<GridTransformerView> {
    const { grid, placed } = await this.#find(boardId, id);
    const [estimates, runs] = await Promise.all([this.#estimate(boardId, grid), this.#runs(boardId)]);
    const row = this.#row(placed, grid, estimates, await this.#studied(runs.done));
    const { transformer } = placed;
    const { assumptionWords, headroomKw } = await import('@qipan/grid');
    return {
      ...row,
      boardId,
      assumptions: transformer.assumptions.map(assumptionWords),
      headroomByQuarterKw: row.basePeakKw === null ? null : headroomKw(loadOf(transformer)),
      drawing: transformer.network ? drawingOf(transformer.network) : null,
      stationIds: this.#stationsAt(grid, placed.place),
    };
  }

  /** What one transformer carries, hour by hour and rung by rung: computed in a thread, kept. */
  async study(boardId: string, id: string, draws: number): Promise<GridVillageStudy> {
    const { placed } = await this.#find(boardId, id);
    const key = `${boardId} ${draws} ${id}`;
    const kept = this.#villages.get(key);
    if (kept) return kept;
    const study = inThread(placed.transformer, draws);
    if (this.#villages.size >= mostStudies) this.#villages.delete(this.#villages.keys().next().value as string);
    this.#villages.set(key, study);
    study.catch(() => this.#villages.delete(key));
    return study;
  }

  /** Starts a run of kind `grid.county` over all transformers of a board. */
  async startStudy(boardId: string, input: GridStudyInput, by: string): Promise<RunView> {
    const grid = await this.#require(boardId);
    const { name } = grid.stored;
    const scenario = await this.#o.studies.createScenario(
      {
        kind: 'grid.county',
        name: `${name.en} · ${name.zh}`,
        board: boardId,
        parameters: { ...input, source: sourceOf(grid) },
        seed,
      },
      by,
    );
    const run = await this.#o.studies.startRun(scenario.id);
    const { done } = await this.#runs(boardId);
    await this.#writeRuns(boardId, { done, open: run.id });
    return run;
  }

  async #replace(boardId: string, stored: Parameters<GridStore['put']>[1]): Promise<void> {
    await this.#store.put(boardId, stored);
    await this.#writeRuns(boardId, { done: null, open: null });
    this.#estimates.delete(boardId);
    for (const key of this.#villages.keys()) if (key.startsWith(`${boardId} `)) this.#villages.delete(key);
  }

  async #require(boardId: string): Promise<ReadGrid> {
    const grid = await this.#store.read(boardId);
    if (grid) return grid;
    throw new QipanError('NOT_FOUND', `board ${boardId} has no transformers`, { got: boardId });
  }

  async #find(boardId: string, id: string): Promise<{ grid: ReadGrid; placed: PlacedTransformer }> {
    const grid = await this.#require(boardId);
    const placed = grid.placed.find((p) => p.transformer.id === id);
    if (placed) return { grid, placed };
    throw new QipanError('NOT_FOUND', `there is no transformer ${id}`, { got: id });
  }

  /** Stations of this board in the village. */
  #stationsAt(grid: ReadGrid, place: number | null): string[] {
    if (place === null) return [];
    return [...this.#o.registry.all()]
      .filter((e) => settingsOf(e).place === place && (e.row.boardId ?? grid.board.id) === grid.board.id)
      .map((e) => e.id);
  }

  #row(
    p: PlacedTransformer,
    grid: ReadGrid,
    estimates: ReadonlyMap<string, readonly HeadroomFigure[]>,
    studied: ReadonlyMap<string, readonly HeadroomFigure[]>,
  ): GridTransformerRow {
    const { transformer: t } = p;
    const found = studied.get(t.id);
    const peak = loadOf(t).basePeakKw;
    return {
      id: t.id,
      name: t.name,
      place: p.place,
      lon: p.lon,
      lat: p.lat,
      level: t.level,
      dataLevel: t.dataLevel,
      ratedKva: t.ledger.ratedKva,
      customers: t.ledger.customers,
      basePeakKw: t.ledger.basePeakKw,
      headroomKw:
        t.ledger.basePeakKw === null ? null : Math.max(0, t.ledger.ratedKva * (t.ledger.powerFactor ?? 0.95) - peak),
      from: found ? 'study' : 'estimate',
      figures: found ?? estimates.get(t.id) ?? [],
      stations: this.#stationsAt(grid, p.place).length,
      isLimited: this.#o.loads.has(t.id),
    };
  }

  #estimate(boardId: string, grid: ReadGrid): Promise<ReadonlyMap<string, readonly HeadroomFigure[]>> {
    const kept = this.#estimates.get(boardId);
    if (kept) return kept;
    const made = estimateAll(grid);
    this.#estimates.set(boardId, made);
    return made;
  }

  async #studied(runId: string | null): Promise<ReadonlyMap<string, readonly HeadroomFigure[]>> {
    if (runId === null) return new Map();
    const { result } = await this.#o.results.of<CountyResult>(runId, 'grid.county');
    return new Map(result.answers.map((a) => [a.id, a.rules.map(figureOf)]));
  }

  /** The study that has ended last, and the one under way: a run that has a result takes the place of the one before. */
  async #runs(boardId: string): Promise<StudyRuns> {
    const row = await this.#o.records.get<{ value: StudyRuns | null }>('setting', { key: studyKey(boardId) });
    const runs = row?.value ?? { done: null, open: null };
    if (runs.open === null) return runs;
    const run = await this.#o.studies.run(runs.open).catch(() => null);
    if (run !== null && run.endedAtMs === null) return runs;
    const hasResult = run !== null && (run.status === 'optimal' || run.status === 'stopped') && run.value !== null;
    const next: StudyRuns = { done: hasResult ? runs.open : runs.done, open: null };
    await this.#writeRuns(boardId, next);
    return next;
  }

  async #writeRuns(boardId: string, runs: StudyRuns): Promise<void> {
    await this.#o.records.write([{ table: 'setting', row: { key: studyKey(boardId), value: runs } }]);
  }
}

const nothing: Omit<GridView, 'boardId'> = {
  kind: null,
  name: { en: '', zh: '' },
  dataLevel: 'default',
  transformers: [],
  levels: { L0: 0, L1: 0, L2: 0 },
  refused: [],
  issues: [],
  assumed: [],
  studyRun: null,
  openRun: null,
};

const loadOf = ({ ledger }: CountyTransformer) => ({
  ratedKva: ledger.ratedKva,
  basePeakKw: ledger.basePeakKw ?? 0,
  powerFactor: ledger.powerFactor ?? 0.95,
});

const figureOf = (r: TransformerAnswer['rules'][number]): HeadroomFigure => ({
  rule: r.rule.kind,
  cars: r.cars,
  atLeast: r.atLeast,
  interval: r.interval,
  limiting: r.limiting[0] ? { kind: r.limiting[0].kind, id: r.limiting[0].id } : null,
});

/** The ledger's thermal estimate of every transformer; the demand of n cars is the same for all and found once. */
async function estimateAll(grid: ReadGrid): Promise<ReadonlyMap<string, readonly HeadroomFigure[]>> {
  const { groupDemand, hostingL0 } = await import('@qipan/grid');
  const { pageRules } = await import('./village-study.js');
  // What a live limit carries is no thermal question: it holds the thermal limit whatever the number of cars.
  const rules = pageRules.filter((r) => r.kind !== 'dynamicLimit');
  const options = { seed, draws: estimateDraws };
  const figures = new Map<string, HeadroomFigure[]>();
  for (const rule of rules) {
    const demand = groupDemand(rule, options);
    await new Promise((resolve) => setImmediate(resolve));
    for (const { transformer: t } of grid.placed) {
      const { cars, limiting } = hostingL0(t.ledger, rule, { ...options, demand });
      const one: HeadroomFigure = {
        rule: rule.kind,
        cars,
        atLeast: false,
        interval: null,
        limiting: { kind: limiting, id: t.id },
      };
      figures.set(t.id, [...(figures.get(t.id) ?? []), one]);
    }
  }
  return figures;
}

function inThread(transformer: CountyTransformer, draws: number): Promise<GridVillageStudy> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./village-worker.js', import.meta.url), {
      workerData: { transformer, seed, draws },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    worker.on('message', (said: { study?: GridVillageStudy; message?: string; code?: ErrorCode; details?: object }) => {
      if (said.study) resolve(said.study);
      else
        reject(
          said.code ? new QipanError(said.code, said.message ?? '', { ...said.details }) : new Error(said.message),
        );
    });
    worker.on('error', (e) => reject(e instanceof Error ? e : new Error(String(e))));
    worker.on('exit', (code) => reject(new Error(`the computing thread ended with code ${code}`)));
  });
}
