import type { AnomalyCode } from '@qipan/base';
import type { Transaction } from './transaction.js';

/** Something a person or `supervise` should know; `decide` turns it into an event of the log. */
export interface AnomalyEffect {
  readonly type: 'anomaly';
  readonly code: AnomalyCode;
  readonly detail: string;
  readonly transactionId: string | null;
}

/** What follows from an event once it is committed. */
export type Effect =
  | AnomalyEffect
  | {
      readonly type: 'transaction';
      readonly change: 'started' | 'updated' | 'ended' | 'lost' | 'corrected';
      readonly transaction: Transaction;
    }
  /** A remote start has led to this transaction. */
  | { readonly type: 'remoteStartLinked'; readonly commandId: string; readonly transactionId: string };

export const anomaly = (code: AnomalyCode, detail: string, transactionId: string | null = null): AnomalyEffect => ({
  type: 'anomaly',
  code,
  detail,
  transactionId,
});
