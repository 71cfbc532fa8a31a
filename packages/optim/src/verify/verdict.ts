/** What the verifier found by its own computation. */
export interface Verdict {
  /** The solution holds, its value is as claimed, and the certificate proves the claimed bound. */
  readonly ok: boolean;
  /** Objective of the solution, recomputed; NaN without one. */
  readonly value: number;
  /** What the certificate proves, in the caller's objective; may be weaker than claimed. */
  readonly bound: number;
  readonly failures: readonly string[];
  /** Leaves of the proof and steps of multipliers evaluated. */
  readonly leaves: number;
  readonly steps: number;
}
