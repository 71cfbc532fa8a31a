import type { Audit, AuditNote } from '../audit.js';
import type { Call } from './route.js';

/** Notes that a call did something to a target; resolves when the note is stored. */
export type Note = (
  call: Pick<Call, 'caller' | 'request'>,
  action: string,
  target: string,
  more?: Pick<AuditNote, 'reason' | 'before' | 'after'>,
) => Promise<void>;

/** The notes of routes: who called, and from where, is read from the call. */
export const noteOf =
  (audit: Audit): Note =>
  ({ caller, request }, action, target, more = {}) =>
    audit.note({ who: caller?.user ?? 'local', from: request.ip, action, target, ...more });
