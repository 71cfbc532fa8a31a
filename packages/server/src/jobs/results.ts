import { QipanError } from '@qipan/base';
import { plain, unpack } from '../clusters/packed.js';
import type { Sheet } from '../exports/sheets.js';
import type { PlanResults } from '../plans/plan-results.js';
import { studyKind, type RunOutcome } from './kinds.js';
import type { RegionMove } from './study-kind.js';
import type { Studies } from './studies.js';

const mostKept = 4;

/** What finished runs have given, of every kind; the last few kept in memory, since a page asks for the same one over and over. */
export class Results {
  readonly #studies: Studies;
  readonly #plans: PlanResults;
  readonly #kept = new Map<string, { readonly kind: string; readonly outcome: RunOutcome }>();

  constructor(studies: Studies, plans: PlanResults) {
    this.#studies = studies;
    this.#plans = plans;
  }

  /** The outcome of a run of one kind, its typed arrays restored. Throws `NOT_FOUND`, and `CONFLICT` while there is none. */
  async of<T>(runId: string, kind: string): Promise<Omit<RunOutcome, 'result'> & { readonly result: T }> {
    const found = await this.#outcome(runId);
    if (found.kind !== kind)
      throw new QipanError('NOT_FOUND', `run ${runId} is of kind ${found.kind}, not ${kind}`, {
        got: found.kind,
        expected: kind,
      });
    return found.outcome as Omit<RunOutcome, 'result'> & { readonly result: T };
  }

  /** What `GET /runs/{id}/result` answers. */
  async view(runId: string): Promise<unknown> {
    if ((await this.#studies.run(runId)).kind === 'plan') return (await this.#plans.get(runId)).view;
    const { kind, outcome } = await this.#outcome(runId);
    const { view } = studyKind(kind);
    return view ? view(outcome) : plain(outcome.result);
  }

  /** Tables to export. Throws `NOT_FOUND` for a kind that has none. */
  async sheets(runId: string): Promise<readonly Sheet[]> {
    if ((await this.#studies.run(runId)).kind === 'plan') return this.#plans.sheets(runId);
    const { kind, outcome } = await this.#outcome(runId);
    const { sheets } = studyKind(kind);
    if (!sheets) throw new QipanError('NOT_FOUND', `a run of kind ${kind} has no tables`, { got: kind });
    return sheets(outcome);
  }

  /** What the newest run that has an answer for a region advises it; null without one. */
  async moves(region: string): Promise<readonly RegionMove[] | null> {
    for (const run of await this.#studies.runs()) {
      const { moves } = studyKind(run.kind);
      if (!moves || run.value === null || run.endedAtMs === null) continue;
      const found = await moves((await this.#outcome(run.id)).outcome, region);
      if (found) return found;
    }
    return null;
  }

  async #outcome(runId: string) {
    const kept = this.#kept.get(runId);
    if (kept) return kept;
    const { kind } = await this.#studies.run(runId);
    const { result, ...rest } = await this.#studies.outcome(runId);
    const text = (result as { packed?: string } | null)?.packed;
    const found = { kind, outcome: { ...rest, runId, result: typeof text === 'string' ? unpack(text) : result } };
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(runId, found);
    return found;
  }
}
