/** The part of the contract about the chessboard, study kind `clusters.chess`. Paths are relative to `/api/v1`. */
import type { Bilingual, DataLevel } from '@qipan/base';

/** Parameters of a scenario of that kind; its `board` is a dataset of kind `chessScenario`. */
export interface ChessParameters {
  /** Relative gap at which to end; default 0.005. */
  readonly gap?: number;
  /** Draws for the firmness of moves; default 20, 0 for none. */
  readonly draws?: number;
  /** Weights that differ from those of the scenario file. */
  readonly weights?: Readonly<Record<string, number | 'hard'>>;
  /** Rules that differ from those of the scenario file. */
  readonly rules?: Readonly<Record<string, unknown>>;
}

export type ChessMove = 'focus' | 'keep' | 'abstain' | 'open';

export interface ChessLabel {
  readonly code: string;
  readonly name: Bilingual;
  readonly lon: number | null;
  readonly lat: number | null;
}

export interface ChessJudgement {
  readonly name: string;
  readonly words: Bilingual;
  readonly value: number;
  readonly merit: number;
  readonly spend: number;
  readonly focusCount: number;
  readonly overflow: number;
  readonly crowdedShare: number;
  readonly laggingShare: number | null;
  readonly shortfall: number;
  readonly zoneGap: number;
  readonly floorGap: number;
  readonly broken: readonly { readonly rule: string; readonly count: number; readonly worst: number }[];
}

/** `GET /runs/{id}/result` of a chessboard run. Figures that do not exist are null. */
export interface ChessView {
  readonly name: string;
  readonly unit: string;
  readonly currency: string;
  readonly dataLevel: DataLevel;
  readonly sources: readonly string[];
  readonly engine: string;
  readonly status: 'optimal' | 'gapReached' | 'stopped' | 'infeasible';
  readonly method: string;
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly pairs: number;
  readonly columns: number;
  readonly weights: Readonly<Record<string, number | null>>;
  readonly rules: Readonly<Record<string, unknown>>;
  readonly conflict: Bilingual | null;
  readonly sensitivity: readonly {
    readonly quantity: 'scale' | 'room';
    readonly factor: number;
    readonly bound: number | null;
    readonly change: number | null;
  }[];
  readonly judgements: readonly ChessJudgement[];
  readonly uncoordination: number | null;
  readonly stability: {
    readonly draws: number;
    readonly failed: number;
    readonly spread: Readonly<Record<string, number>>;
  } | null;
  readonly limits: readonly Bilingual[];
  readonly regions: readonly ChessLabel[];
  readonly industries: readonly ChessLabel[];
  /** Moves as columns: numbers of region and industry, move, 1 for a wish, share of draws chosen (null without draws). */
  readonly moves: {
    readonly region: readonly number[];
    readonly industry: readonly number[];
    readonly move: readonly ChessMove[];
    readonly isWish: readonly number[];
    readonly chosenShare: readonly (number | null)[];
    readonly expected: readonly number[];
  };
}

/** `GET /runs/{id}/moves?region` → ChessMoveRow[] */
export interface ChessMoveRow {
  readonly region: string;
  readonly industry: string;
  readonly move: ChessMove;
  readonly isWish: boolean;
  readonly stage: number | null;
  readonly probability: number;
  readonly value: number;
  readonly cost: number;
  readonly expected: number;
  readonly reduced: number | null;
  readonly label: 'price' | 'integrality' | 'rule' | 'worthless';
  readonly firmness: 'firm' | 'open' | 'weak' | null;
  readonly chosenShare: number | null;
  readonly reason: Bilingual;
}

export interface ChessCell {
  readonly region: string;
  readonly industry: string;
}

/** `GET /runs/{id}/explain?region&industry` */
export interface ChessExplanation extends ChessCell {
  readonly move: ChessMove;
  readonly probability: number;
  readonly value: number;
  readonly expected: number;
  readonly reduced: number | null;
  readonly label: ChessMoveRow['label'];
  readonly sentence: Bilingual;
  /** Largest amount first. */
  readonly terms: readonly {
    readonly family: string;
    readonly amount: number;
    readonly words: Bilingual;
    readonly cells: readonly ChessCell[];
  }[];
  /** Rules that a focus would break besides the present foci. */
  readonly blocking: readonly {
    readonly family: string;
    readonly words: Bilingual;
    readonly cells: readonly ChessCell[];
  }[];
}

/** `POST /runs/{id}/flip` {region, industry}: the other move, solved again. */
export interface ChessFlip extends ChessCell {
  readonly from: ChessMove;
  readonly forced: 'focus' | 'none';
  /** Null when no plan allows it. */
  readonly loss: number | null;
  readonly lossBracket: readonly [number, number] | null;
  readonly leaves: readonly ChessCell[];
  readonly enters: readonly ChessCell[];
  readonly changes: readonly {
    readonly quantity: 'probability' | 'value' | 'cost';
    readonly present: number;
    readonly estimate: number | null;
    readonly bracket: readonly [number, number] | null;
    readonly words: Bilingual;
  }[];
  readonly freeColumns: number;
}
