/** ISO 8601 with `Z`, from milliseconds UTC. */
export const isoTime = (atMs: number): string => new Date(atMs).toISOString();

const iso = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/**
 * Milliseconds UTC of an RFC 3339 date-time, or null when it cannot be read. A missing zone means UTC and is reported,
 * a leap second counts as the second before it.
 */
export function parseTime(text: string): { atMs: number; zoneMissing: boolean } | null {
  const m = iso.exec(text.trim());
  if (!m) return null;
  const [y, mo, d, h, mi] = [1, 2, 3, 4, 5].map((i) => Number(m[i])) as [number, number, number, number, number];
  const s = Math.min(Number(m[6] ?? 0), 60) === 60 ? 59 : Number(m[6] ?? 0);
  const ms = m[7] ? Math.floor(Number(`0.${m[7]}`) * 1000) : 0;
  if (mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 || s > 59) return null;
  const utc = Date.UTC(y, mo - 1, d, h, mi, s, ms);
  if (new Date(Date.UTC(y, mo - 1, d)).getUTCDate() !== d) return null;
  const zone = m[8];
  if (!zone || zone === 'Z' || zone === 'z') return { atMs: utc, zoneMissing: !zone };
  const sign = zone[0] === '-' ? -1 : 1;
  const offsetMin = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return { atMs: utc - sign * offsetMin * 60_000, zoneMissing: false };
}
