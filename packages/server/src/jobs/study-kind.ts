import type { Bilingual } from '@qipan/base';
import type { DatasetKind } from '../contract.js';
import type { Sheet } from '../exports/sheets.js';
import type { WorkOrder, WorkOutcome, WorkReport } from './worker-protocol.js';

/** A run's end together with what it was about. */
export interface RunOutcome extends WorkOutcome {
  readonly runId: string;
  readonly boardId: string;
}

/**
 * One kind of study: what its scenarios are about, how parameters are checked, what computes, what comes out. Rows load their
 * code when it is needed: the table is read by the server and by every computing thread.
 */
export interface StudyKind {
  /** What `board` of a scenario names: a board, or a dataset of a kind. */
  readonly on: 'board' | DatasetKind;
  /** Throws what is wrong with the parameters. */
  readonly check: (parameters: unknown) => Promise<unknown>;
  /** Ids of further datasets that the parameters name; their texts go to the thread in `order.datasets`. */
  readonly datasets?: (parameters: never) => readonly string[];
  /** In the thread. Results on datasets may hold typed arrays: they are packed on the way. */
  readonly compute: (order: WorkOrder, tell: (report: WorkReport) => void) => Promise<WorkOutcome>;
  /** Answer of `GET /runs/{id}/result`; absent: the result as it is, what is not finite as null. */
  readonly view?: (outcome: RunOutcome) => Promise<unknown>;
  /** Tables of `result.csv` and `result.xlsx`. */
  readonly sheets?: (outcome: RunOutcome) => Promise<readonly Sheet[]>;
  /** What the outcome advises one region, for its report; null when it is not about that region. */
  readonly moves?: (outcome: RunOutcome, region: string) => Promise<readonly RegionMove[] | null>;
}

/** One answer to a region: abstain is no new public support, never a ban. */
export interface RegionMove {
  readonly industryCode: string;
  readonly move: 'focus' | 'keep' | 'abstain';
  readonly reason: Bilingual;
}
