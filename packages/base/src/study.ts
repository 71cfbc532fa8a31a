/** How a figure came about; every number shown to a user carries one. */
export type DataLevel = 'measured' | 'official' | 'estimated' | 'synthetic' | 'default';

/** Ways a run can end, or be under way. `optimal` is proved, `gapReached` is proved to the asked gap. */
export type RunStatus = 'queued' | 'running' | 'optimal' | 'gapReached' | 'stopped' | 'infeasible' | 'failed';

/** A question: what board, which parameters, which seed. */
export interface Scenario<Kind extends string = string, Parameters = unknown> {
  readonly kind: Kind;
  readonly name: string;
  /** Content hash of the board. */
  readonly board: string;
  readonly parameters: Parameters;
  readonly seed: number;
}

/** Where a result comes from, enough to repeat it. */
export interface Provenance {
  readonly board: string;
  readonly seed: number;
  readonly version: string;
  readonly sources: readonly string[];
  readonly warnings: readonly { readonly en: string; readonly zh: string }[];
  readonly dataLevel: DataLevel;
}

/** Text shown to people, in both languages. */
export interface Bilingual {
  readonly en: string;
  readonly zh: string;
}

/** What a long computation is told from outside and tells in turn. Time is asked for, never read. */
export interface RunControl {
  /** True when the caller wants the incumbent now. */
  readonly shouldStop?: () => boolean;
  readonly progress?: (value: number, bound: number, phase?: string) => void;
}
