import type { ErrorCode, ErrorDetails } from '@qipan/base';

/** What a computing thread is given. */
export interface WorkOrder {
  readonly kind: string;
  readonly runId: string;
  /** The stored board or dataset that the scenario is about, as it stands in the database. */
  readonly board: string;
  /** Texts of further datasets that the parameters name, by id. */
  readonly datasets: Readonly<Record<string, string>>;
  readonly parameters: unknown;
  readonly seed: number;
  /** One 32-bit word; 1 asks for the incumbent now. */
  readonly stop: SharedArrayBuffer;
}

/** What it tells while and after it computes. */
export type WorkReport =
  | {
      readonly type: 'progress';
      readonly value: number | null;
      readonly bound: number | null;
      readonly phase: string | null;
    }
  | { readonly type: 'done'; readonly outcome: WorkOutcome }
  | { readonly type: 'failed'; readonly error: WorkError };

/** The end of a run: the result is stored together with the independent verifier's word on it. */
export interface WorkOutcome {
  readonly status: 'optimal' | 'gapReached' | 'stopped' | 'infeasible';
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly result: unknown;
  readonly verdict: unknown;
}

export interface WorkError {
  /** Null for a bug. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly details: ErrorDetails;
}
