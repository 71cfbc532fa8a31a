import type { IdToken } from '@qipan/base';
import type { AuthorizationStatus, IdTokenInfo } from '@qipan/ocpp';
import type { Rules } from './rules.js';

/** A token as the operator keeps it. */
export interface Token {
  readonly idToken: string;
  readonly type: string;
  /** `Accepted` may charge if nothing else stands against it; null is a token without a status: Invalid. */
  readonly status: AuthorizationStatus | null;
  readonly groupId?: string | null;
  readonly validFromMs?: number | null;
  readonly validToMs?: number | null;
  /** Sites where it may charge; absent or null: everywhere. */
  readonly siteIds?: readonly string[] | null;
  readonly hasCredit?: boolean;
  readonly chargingPriority?: number | null;
  readonly language?: string | null;
}

/** Tokens by `tokenKey`. */
export interface TokenTable {
  get(key: string): Token | undefined;
}

/** Tokens are compared without regard to case (OCPP 1.6 §7.28, 2.x IdTokenType). */
export const tokenKey = (idToken: string): string => idToken.toLowerCase();

export interface AuthorizationQuery {
  readonly nowMs: number;
  readonly siteId: string | null;
  /** The token has another open transaction; asked only when a transaction starts. */
  readonly hasOpenTransaction: boolean;
}

const info = (status: AuthorizationStatus, token?: Token): IdTokenInfo => ({
  status,
  cacheExpiryMs: token?.validToMs ?? null,
  groupId: token?.groupId ?? null,
  chargingPriority: token?.chargingPriority ?? null,
  language: token?.language ?? null,
});

/**
 * Whether a token may charge. Order: blocked, expired, place and time, credit, concurrency. A token without a status is
 * Invalid. `NoAuthorization` (a start button) is always Accepted; unknown tokens follow the rule `acceptUnknown`.
 */
export function authorize(idToken: IdToken, tokens: TokenTable, rules: Rules, query: AuthorizationQuery): IdTokenInfo {
  const { nowMs } = query;
  if (idToken.type === 'NoAuthorization') return info('Accepted');
  const concurrent = rules.refuseConcurrent && query.hasOpenTransaction;
  const token = tokens.get(tokenKey(idToken.idToken));
  if (token === undefined) {
    if (!rules.acceptUnknown) return info('Unknown');
    return info(concurrent ? 'ConcurrentTx' : 'Accepted');
  }
  if (token.status === null) return info('Invalid', token);
  if (token.status !== 'Accepted') return info(token.status, token);
  const { validFromMs = null, validToMs = null, siteIds = null } = token;
  if (validToMs !== null && validToMs <= nowMs) return info('Expired', token);
  if (siteIds !== null && (query.siteId === null || !siteIds.includes(query.siteId))) {
    return info('NotAtThisLocation', token);
  }
  if (validFromMs !== null && validFromMs > nowMs) return info('NotAtThisTime', token);
  if (token.hasCredit === false) return info('NoCredit', token);
  return info(concurrent ? 'ConcurrentTx' : 'Accepted', token);
}
