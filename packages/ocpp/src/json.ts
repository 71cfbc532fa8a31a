/** Whether arrays and objects of a JSON text nest deeper than `limit`; one pass, no allocation, strings skipped. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      i = endOfString(text, i + 1);
    } else if (c === 91 || c === 123) {
      if (++depth > limit) return true;
    } else if (c === 93 || c === 125) {
      depth--;
    }
  }
  return false;
}

/** Position of the closing quote of the string that starts at `from`, or the end of the text. */
function endOfString(text: string, from: number): number {
  let i = text.indexOf('"', from);
  while (i > 0) {
    let backslashes = 0;
    while (text.charCodeAt(i - 1 - backslashes) === 92) backslashes++;
    if (backslashes % 2 === 0) return i;
    i = text.indexOf('"', i + 1);
  }
  return text.length;
}

const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A copy in which NUL and lone surrogates, which PostgreSQL refuses in text, are U+FFFD; own `__proto__` keys are gone. */
export function withStorableText(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(unstorable, '\ufffd');
  if (Array.isArray(value)) return value.map(withStorableText);
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key !== '__proto__') out[key.replace(unstorable, '\ufffd')] = withStorableText(inner);
  }
  return out;
}

/** FNV-1a over UTF-16 units in two lanes, 52 bits: tells repeated messages from changed ones, not for security. */
export function hash52(text: string): number {
  let a = 0x811c9dc5;
  let b = 0xc9dc5811;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b) + i;
  }
  return (a >>> 0) * 0x100000 + ((b >>> 0) & 0xfffff);
}
