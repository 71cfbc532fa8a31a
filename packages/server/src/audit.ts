import { createHash } from 'node:crypto';
import type { Records } from '@qipan/store';

/** Who did what to whom, from where and why; what it was before and is after. */
export interface AuditNote {
  readonly who: string;
  readonly from: string;
  readonly action: string;
  readonly target: string;
  readonly reason?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const firstHash = '0'.repeat(64);
/** Serialises the writers of all processes: each row holds the hash of the one before. */
const auditLock = 7161;

interface AuditRow {
  readonly atMs: number;
  readonly who: string;
  readonly action: string;
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** SHA-256 over the hash of the row before and this row: a row that was changed or taken out breaks the chain. */
export function auditHash(hashBefore: string, row: AuditRow): string {
  const text = JSON.stringify([row.atMs, row.who, row.action, row.target, sorted(row.before), sorted(row.after)]);
  return createHash('sha256').update(hashBefore).update(text).digest('hex');
}

/** The database does not keep the order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** Append-only record of what people did, as a hash chain. */
export class Audit {
  readonly #records: Records;
  #last: Promise<unknown> = Promise.resolve();

  constructor(records: Records) {
    this.#records = records;
  }

  /** Resolves when the row is stored. */
  note(note: AuditNote): Promise<void> {
    const written = this.#last.then(() => this.#write(note));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #write(note: AuditNote): Promise<void> {
    const { who, action, target, from, reason } = note;
    const after = {
      from,
      ...(reason === undefined ? {} : { reason }),
      ...(note.after === undefined ? {} : { value: note.after }),
    };
    await this.#records.transaction(async (r) => {
      await r.sql('select pg_advisory_xact_lock($1)', [auditLock]);
      const [last] = await r.sql<{ hash: string }>('select "hash" from "audit" order by "seq" desc limit 1');
      const row: AuditRow = { atMs: Date.now(), who, action, target, before: note.before ?? null, after };
      await r.sql(
        'insert into "audit" ("atMs", "who", "action", "target", "before", "after", "hash") values ($1, $2, $3, $4, $5, $6, $7)',
        [
          row.atMs,
          who,
          action,
          target,
          JSON.stringify(row.before),
          JSON.stringify(row.after),
          auditHash(last?.hash ?? firstHash, row),
        ],
      );
    });
  }
}
