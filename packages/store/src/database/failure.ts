import { QipanError, isQipanError, type ErrorCode } from '@qipan/base';

const field = (e: unknown, name: string): unknown =>
  typeof e === 'object' && e !== null ? (e as Record<string, unknown>)[name] : undefined;

/** SQLSTATE of a server's error, the system's error code, or null. */
export function errorCodeOf(e: unknown): string | null {
  const code = field(e, 'code');
  return typeof code === 'string' ? code : null;
}

export const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** What went wrong between us and the database, as far as the next step depends on it. */
export type FailureKind = 'diskFull' | 'down' | 'data' | 'conflict' | 'bug';

const systemDown = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
const lostConnection =
  /Connection terminated|not queryable|Client has encountered a connection error|timeout exceeded|Connection ended|Client was closed/i;

/**
 * Sorts an error of the driver: 53100 and ENOSPC are a full disk; class 08, 57P0x, 53xxx and lost sockets are a database
 * that is away; classes 22 and 23 are the caller's data; 40xxx is worth another try; the rest is a bug in our SQL.
 */
export function failureKind(e: unknown): FailureKind {
  const code = errorCodeOf(e);
  if (code === '53100' || code === 'ENOSPC' || code === 'EDQUOT') return 'diskFull';
  if (/No space left on device|Disk quota exceeded/.test(messageOf(e))) return 'diskFull';
  if (code === null) return lostConnection.test(messageOf(e)) ? 'down' : 'bug';
  if (systemDown.has(code) || /^(08|57P0|53|58|F0|XX)/.test(code)) return 'down';
  if (/^(22|23)/.test(code)) return 'data';
  return code.startsWith('40') || code === '55P03' ? 'conflict' : 'bug';
}

const codeOfKind: Readonly<Record<FailureKind, ErrorCode | null>> = {
  diskFull: 'DISK_FULL',
  down: 'DATABASE_DOWN',
  data: 'BAD_INPUT',
  conflict: 'CONFLICT',
  bug: null,
};

/** The error a caller gets: a `QipanError` where the fault is not ours, otherwise the error as it came. */
export function asQipanError(e: unknown, what: string): Error {
  if (isQipanError(e)) return e;
  const code = codeOfKind[failureKind(e)];
  if (code === null) return e instanceof Error ? e : new Error(messageOf(e));
  const got = { sqlState: errorCodeOf(e), column: field(e, 'column'), table: field(e, 'table') };
  const details = Object.fromEntries(Object.entries(got).filter(([, v]) => typeof v === 'string'));
  return new QipanError(code, `${what}: ${messageOf(e)}`, details, e);
}
