/** Whether arrays and objects of a JSON text nest deeper than `limit`; no allocation, strings do not count. */
export function isDeeperThan(text: string, limit: number): boolean {
  // Ordinary frames have a dozen brackets; only the others are looked at with their strings.
  if (count(text, '{', limit) + count(text, '[', limit) <= limit) return false;
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

/** How often a character stands in a text, given up above `limit`. */
function count(text: string, character: string, limit: number): number {
  let n = 0;
  for (let i = text.indexOf(character); i >= 0 && n <= limit; i = text.indexOf(character, i + 1)) n++;
  return n;
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

/**
 * FNV-1a over even and odd characters apart (so that two multiplications run at a time) and the length: tells a repeated
 * message from a changed one with the same id, not for security.
 */
export function contentHash(text: string): number {
  const { length } = text;
  let a = 0x811c9dc5;
  let b = 0xc9dc5811;
  let i = 0;
  for (; i + 1 < length; i += 2) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i + 1), 0x01000193);
  }
  if (i < length) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
  return ((a ^ Math.imul(b, 0x85ebca6b)) >>> 0) * 0x100000 + (length & 0xfffff);
}
