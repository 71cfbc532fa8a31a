import { QipanError } from '@qipan/base';
import type { PlanResult, VerifyVerdict } from '@qipan/plan';
import type { Boards } from '../boards.js';
import type { BoardView, PlanView, VillageWhy } from '../contract.js';
import type { Sheet } from '../exports/sheets.js';
import type { Studies } from '../jobs/studies.js';

export interface StoredPlan {
  readonly result: PlanResult;
  readonly verdict: VerifyVerdict;
  readonly view: PlanView;
  readonly board: BoardView;
}

const mostKept = 3;

/** Finished plans by run, the last few kept in memory: a page asks for the same plan village by village. */
export class PlanResults {
  readonly #studies: Studies;
  readonly #boards: Boards;
  readonly #kept = new Map<string, StoredPlan>();

  constructor(studies: Studies, boards: Boards) {
    this.#studies = studies;
    this.#boards = boards;
  }

  /** Throws `NOT_FOUND` for the run, `CONFLICT` while it has no result. */
  async get(runId: string): Promise<StoredPlan> {
    const kept = this.#kept.get(runId);
    if (kept) return kept;
    const run = await this.#studies.run(runId);
    if (run.kind !== 'plan') throw new QipanError('NOT_FOUND', `run ${runId} is not a plan`, { got: run.kind });
    const { boardId, ...outcome } = await this.#studies.outcome(runId);
    const result = outcome.result as PlanResult;
    const verdict = outcome.verdict as VerifyVerdict;
    const { planView } = await import('@qipan/plan');
    const view: PlanView = planView(result, { runId, boardId, verified: verdict });
    const stored: StoredPlan = { result, verdict, view, board: await this.#boards.view(boardId) };
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(runId, stored);
    return stored;
  }

  /** Why a village is answered as it is. Throws `NOT_FOUND` for a place that the plan does not know. */
  async why(runId: string, placeId: string): Promise<VillageWhy> {
    const { result } = await this.get(runId);
    const point = result.villages.findIndex((v) => v.id === placeId);
    if (point === -1) throw new QipanError('NOT_FOUND', `the plan knows no place ${placeId}`, { got: placeId });
    const { explainVillage } = await import('@qipan/plan');
    return explainVillage(result, point);
  }

  /** The plan's tables; the last one says where the figures come from and what the verifier found. */
  async sheets(runId: string): Promise<readonly Sheet[]> {
    const { result, verdict, board } = await this.get(runId);
    const { planTables } = await import('@qipan/plan');
    const verified = verdict.ok ? `yes, ${verdict.checks} checks` : `NO: ${verdict.failures.join('; ')}`;
    return planTables(result).map((table) =>
      table.name !== 'provenance'
        ? table
        : {
            ...table,
            rows: [
              ['run', runId],
              ['verified', verified],
              ...table.rows,
              ...board.attribution.map((line) => ['attribution', line]),
            ],
          },
    );
  }

  async geoJson(runId: string): Promise<unknown> {
    const { result, verdict, board } = await this.get(runId);
    const { planGeoJson } = await import('@qipan/plan');
    return { ...planGeoJson(result, board.place), run: runId, verified: verdict, attribution: board.attribution };
  }
}
