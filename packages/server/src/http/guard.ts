import type { IncomingHttpHeaders } from 'node:http';
import { QipanError } from '@qipan/base';
import { isLoopback } from '../options.js';

function hostName(host: string): string {
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] as string);
}

/**
 * Refuses what a foreign page can make a browser send. A server on a loopback address trusts its callers, so the `Host` must be a
 * loopback name (a name that an attacker's DNS turns to 127.0.0.1 is refused), and on every server a request that changes something
 * and carries an `Origin` must come from the page's own origin. Throws `FORBIDDEN`.
 */
export function checkOrigin(method: string, headers: IncomingHttpHeaders, loopback: boolean): void {
  const host = headers.host ?? '';
  if (loopback && !isLoopback(hostName(host)))
    throw new QipanError('FORBIDDEN', `the Host header is ${host.slice(0, 100)}`, {
      field: 'Host',
      got: host.slice(0, 100),
      expected: 'localhost, 127.0.0.1 or [::1]',
    });
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return;
  const origin = headers.origin;
  if (origin !== undefined) {
    let from = '';
    try {
      from = new URL(origin).host;
    } catch {
      // An opaque origin ("null") is nobody's page.
    }
    if (from === '' || from !== host)
      throw new QipanError('FORBIDDEN', `the request comes from ${origin.slice(0, 100)}`, {
        field: 'Origin',
        got: origin.slice(0, 100),
        expected: host,
      });
  } else if (headers['sec-fetch-site'] === 'cross-site') {
    throw new QipanError('FORBIDDEN', 'the request comes from another site', { field: 'Sec-Fetch-Site' });
  }
}

/** Sent with every answer. MapLibre runs its worker from a blob and draws from data URLs; nothing inline runs. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; child-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; " +
    "form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};
