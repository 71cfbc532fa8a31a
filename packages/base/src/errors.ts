import { errorTable, type ErrorCode } from './error-table.js';

/** Where a caller's mistake is, and what was got and expected. Everything is optional but the more the better. */
export interface ErrorDetails {
  readonly file?: string;
  readonly table?: string;
  /** 1-based row as a person counts it in the file, header included. */
  readonly row?: number;
  readonly column?: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly expected?: string;
  /** Further problems of the same input, when several were found before refusal. */
  readonly issues?: readonly Issue[];
  readonly [more: string]: unknown;
}

/** One problem of an input, as the readers list it. */
export interface Issue {
  readonly code: ErrorCode;
  readonly message: string;
  readonly file?: string;
  readonly row?: number;
  readonly column?: string;
  readonly got?: unknown;
  readonly expected?: string;
}

/**
 * A caller's mistake or a fault of the surroundings, with a code of the one error table.
 * A legitimate non-success (infeasible, stopped) is a value, a bug is a plain `Error`.
 */
export class QipanError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'QipanError';
    this.code = code;
    this.details = details;
  }

  get httpStatus(): number {
    return errorTable[this.code].httpStatus;
  }

  get exitCode(): number {
    return errorTable[this.code].exitCode;
  }
}

export function isQipanError(e: unknown): e is QipanError {
  return e instanceof QipanError;
}

/** What goes over the wire for an error; the inverse of throwing. */
export function errorBody(e: QipanError): {
  code: ErrorCode;
  message: string;
  sentence: { en: string; zh: string };
  details: ErrorDetails;
} {
  const { en, zh } = errorTable[e.code];
  return { code: e.code, message: e.message, sentence: { en, zh }, details: e.details };
}
