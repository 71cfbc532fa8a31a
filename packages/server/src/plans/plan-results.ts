import { QipanError } from '@qipan/base';
import type { PlanResult, VerifyVerdict } from '@qipan/plan';
import type { Boards } from '../boards.js';
import type { BoardView, PlanView, VillageWhy } from '../contract.js';
import type { Studies } from '../jobs/studies.js';
import { planView } from './plan-view.js';

export interface StoredPlan {
  readonly result: PlanResult;
  readonly verdict: VerifyVerdict;
  readonly view: PlanView;
  readonly board: BoardView;
}

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
    const outcome = await this.#studies.outcome(runId);
    const result = outcome.result as PlanResult;
    const verdict = outcome.verdict as VerifyVerdict;
    const view = planView(runId, outcome.boardId, result, verdict);
    const stored: StoredPlan = { result, verdict, view, board: await this.#boards.view(outcome.boardId) };
    if (this.#kept.size >= 3) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(runId, stored);
    return stored;
  }

  /** Why a village is answered as it is. Throws `NOT_FOUND` for a place that the plan does not know. */
  async why(runId: string, placeId: string): Promise<VillageWhy> {
    const { result, board } = await this.get(runId);
    const place = board.place.id.indexOf(placeId);
    const index = result.villages.findIndex((v) => v.place === place);
    if (place === -1 || index === -1)
      throw new QipanError('NOT_FOUND', `the plan knows no place ${placeId}`, { got: placeId });
    const { explainVillage } = await import('@qipan/plan');
    return explainVillage(result, index);
  }
}
