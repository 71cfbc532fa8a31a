/** Escaped backslash, NUL, or a surrogate (JSON.stringify escapes only lone ones). */
const escapes = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g;

/**
 * JSON text that every text and jsonb column takes: PostgreSQL refuses U+0000 and lone surrogates there, so both become
 * U+FFFD, the replacement character. One hostile string must not make a whole group's commit fail.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.includes('\\u') ? text.replace(escapes, (e) => (e === '\\\\' ? e : '\ufffd')) : text;
}

/** The same for plain text. */
export const storableText = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
