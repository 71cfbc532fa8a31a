import type { EventPayloads } from '@qipan/base';
import type { TokenTable } from './authorization.js';
import type { Rules } from './rules.js';
import type { History } from './transaction-fold.js';

/** What a decision needs from outside. */
export interface DecideDeps {
  readonly nowMs: number;
  readonly rules: Rules;
  readonly tokens: TokenTable;
  readonly siteId: string | null;
  /** What this station is to be told when it boots. */
  readonly registration: 'Accepted' | 'Pending' | 'Rejected';
  /** The next of a durable block: positive, 31 bits, never given twice. */
  readonly nextTransactionId: () => number;
  /** Closed transactions that left the station's state (see `wantedHistory`). */
  readonly history?: History;
  /** Whether the token has an open transaction at another station. */
  readonly isChargingElsewhere?: (idToken: string) => boolean;
  /** Handlers of vendors; absent or null: `UnknownVendorId`. */
  readonly dataTransfer?: (payload: EventPayloads['dataTransferred']) => {
    readonly status: 'Accepted' | 'Rejected' | 'UnknownMessageId';
    readonly data: unknown;
  } | null;
}
