/**
 * Decimal text, exactly: no binary fraction ever stands between what the station wrote and the integer in the ledger.
 * Text follows plain decimal notation; `1e3`, `12,5`, `NaN` and the empty text are unreadable.
 */
const decimal = /^\s*([+-]?)0*(\d*)(?:\.(\d*))?\s*$/;
const scientific = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

interface Digits {
  readonly isNegative: boolean;
  /** Digits before and after the point joined. */
  readonly digits: string;
  /** Value = digits · 10^exponent. */
  readonly exponent: number;
}

function digitsOf(text: string): Digits | null {
  if (text.length > 64 || !/\d/.test(text)) return null;
  const m = decimal.exec(text);
  if (m === null) return null;
  const fraction = m[3] ?? '';
  return { isNegative: m[1] === '-', digits: `${m[2] ?? ''}${fraction}`, exponent: -fraction.length };
}

/** The shortest decimal that reads back as this double: what the station wrote, up to 15 digits. */
function digitsOfNumber(value: number): Digits | null {
  const text = String(value);
  const m = scientific.exec(text);
  if (m === null) return digitsOf(text);
  const fraction = m[3] ?? '';
  return { isNegative: m[1] === '-', digits: `${m[2]}${fraction}`, exponent: Number(m[4]) - fraction.length };
}

const powers: readonly number[] = Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * `text · 10^shift` as an integer, halves rounded away from zero; null when unreadable or beyond ±(2^53 − 1).
 * A number stands for its shortest decimal.
 */
export function scaledInteger(value: string | number, shift: number): number | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null;
    if (shift >= 0 && shift < powers.length && Number.isSafeInteger(value)) {
      const product = value * (powers[shift] as number);
      return Number.isSafeInteger(product) ? product : null;
    }
  }
  const read = typeof value === 'number' ? digitsOfNumber(value) : digitsOf(value);
  if (read === null) return null;
  const exponent = read.exponent + shift;
  const digits = read.digits === '' ? '0' : read.digits;
  let magnitude: number | null;
  if (exponent >= 0) {
    magnitude = safe(
      exponent > 40 && Number(digits) !== 0 ? null : BigInt(digits) * 10n ** BigInt(Math.min(exponent, 40)),
    );
  } else {
    magnitude = roundedQuotient(digits, -exponent);
  }
  if (magnitude === null || magnitude === 0) return magnitude;
  return read.isNegative ? -magnitude : magnitude;
}

/** `digits / 10^places`, halves up. */
function roundedQuotient(digits: string, places: number): number | null {
  if (places > digits.length) return 0;
  const whole = digits.slice(0, digits.length - places);
  const isUp = digits.charCodeAt(digits.length - places) >= 53;
  return safe(BigInt(whole === '' ? '0' : whole) + (isUp ? 1n : 0n));
}

const safe = (value: bigint | null): number | null =>
  value === null || value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);

/** `value · 10^shift` as the nearest double; null when unreadable. */
export function scaledNumber(value: string | number, shift: number): number | null {
  if (typeof value === 'number' && shift === 0) return Number.isFinite(value) ? value : null;
  const read = typeof value === 'number' ? (Number.isFinite(value) ? digitsOfNumber(value) : null) : digitsOf(value);
  if (read === null) return null;
  const n = Number(`${read.isNegative ? '-' : ''}${read.digits === '' ? '0' : read.digits}e${read.exponent + shift}`);
  return Number.isFinite(n) ? n + 0 : null;
}
