import type { IncomingMessage } from 'node:http';

/** Wire identity out of `/ocpp/{identity}`; null when the path or the identity is not acceptable. Decoded exactly once. */
export function identityOf(url: string): string | null {
  const path = url.split('?', 1)[0] ?? '';
  const m = /^\/ocpp\/([^/]{1,300})$/.exec(path);
  if (!m) return null;
  let identity: string;
  try {
    identity = decodeURIComponent(m[1] as string);
  } catch {
    return null;
  }
  if (identity.length < 1 || identity.length > 64) return null;
  // eslint-disable-next-line no-control-regex
  return /[:/\\\u0000-\u001f\u007f-\u009f]/.test(identity) || identity === '.' || identity === '..' ? null : identity;
}

/** Splits a Basic header at the first colon in bytes: keys of 1.6 are binary (OCPP-J 1.6 §6.2.2). */
export function basicCredentials(header: string | undefined): { user: string; password: Buffer } | null {
  const m = /^basic\s+([A-Za-z0-9+/=_-]{1,1024})\s*$/i.exec(header ?? '');
  if (!m) return null;
  const bytes = Buffer.from(m[1] as string, 'base64');
  const colon = bytes.indexOf(0x3a);
  return colon === -1 ? null : { user: bytes.toString('utf8', 0, colon), password: bytes.subarray(colon + 1) };
}

/**
 * `ws` refuses the whole handshake when a compression offer asks for a window smaller than ours; such a station is served
 * uncompressed instead (RFC 7692 §5: an offer may be declined).
 */
export function declineOddCompression(request: IncomingMessage): void {
  const offer = request.headers['sec-websocket-extensions'];
  if (offer && /server_max_window_bits\s*=\s*"?[89]\b/.test(offer)) delete request.headers['sec-websocket-extensions'];
}

/** Compression of RFC 7692 that costs no memory between messages. */
export const compression = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 10,
  threshold: 512,
  concurrencyLimit: 4,
} as const;
