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

/** Below this a product of doubles is less than a hundredth away from the exact one. */
const exactEnough = 2 ** 43;
const largestMantissa = 2 ** 53;

/**
 * The usual case without a regular expression: at most 15 digits, exact in doubles. `undefined` where the long way must
 * decide.
 */
function quickDecimal(text: string, shift: number, isInteger: boolean): number | undefined {
  const { length } = text;
  if (length === 0 || length > 16) return undefined;
  let i = text.charCodeAt(0) === 45 ? 1 : 0;
  const isNegative = i === 1;
  let mantissa = 0;
  let places = -1;
  for (; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46 && places < 0 && i > 0) places = 0;
    else if (c < 48 || c > 57) return undefined;
    else {
      mantissa = mantissa * 10 + c - 48;
      if (places >= 0) places++;
    }
  }
  if (length < 2 && isNegative) return undefined;
  const exponent = shift - Math.max(places, 0);
  if (exponent >= powers.length || exponent <= -powers.length || mantissa >= largestMantissa) return undefined;
  let value: number;
  if (exponent >= 0) {
    value = mantissa * (powers[exponent] as number);
    if (value >= largestMantissa) return undefined;
  } else {
    const divisor = powers[-exponent] as number;
    if (isInteger) {
      // Halves up, in integers throughout.
      const rest = mantissa % divisor;
      value = (mantissa - rest) / divisor + (rest * 2 >= divisor ? 1 : 0);
    } else {
      // Both are exact, so the quotient is the double nearest to the decimal.
      value = mantissa / divisor;
    }
  }
  return isNegative && value !== 0 ? -value : value;
}

/**
 * `value · 10^shift` as an integer, halves rounded away from zero; null when unreadable or beyond ±(2^53 − 1).
 * A number stands for its shortest decimal.
 */
export function scaledInteger(value: string | number, shift: number): number | null {
  if (typeof value === 'string') {
    return quickDecimal(value, shift, true) ?? longInteger(digitsOf(value), shift);
  }
  if (!Number.isFinite(value)) return null;
  if (shift >= 0 && shift < powers.length) {
    const product = value * (powers[shift] as number);
    const rounded = Math.round(product);
    // The double is off the exact product by far less than what is left to a half, so both round alike.
    if (Math.abs(product) < exactEnough && Math.abs(product - rounded) < 0.49) return rounded + 0;
  }
  return longInteger(digitsOfNumber(value), shift);
}

function longInteger(read: Digits | null, shift: number): number | null {
  if (read === null) return null;
  const exponent = read.exponent + shift;
  const digits = read.digits === '' ? '0' : read.digits;
  let magnitude: number | null;
  if (exponent >= 0) {
    const isHuge = exponent > 40 && Number(digits) !== 0;
    magnitude = isHuge ? null : safe(BigInt(digits) * 10n ** BigInt(Math.min(exponent, 40)));
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
  if (typeof value === 'string') {
    const quick = quickDecimal(value, shift, false);
    if (quick !== undefined) return quick;
  }
  const read = typeof value === 'number' ? (Number.isFinite(value) ? digitsOfNumber(value) : null) : digitsOf(value);
  if (read === null) return null;
  const n = Number(`${read.isNegative ? '-' : ''}${read.digits === '' ? '0' : read.digits}e${read.exponent + shift}`);
  return Number.isFinite(n) ? n + 0 : null;
}
