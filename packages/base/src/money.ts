import { QipanError } from './errors.js';

/** Money in the ledger: an integer of minor units (fen, cents) with its currency. */
export interface Money {
  readonly minor: number;
  /** ISO 4217. */
  readonly currency: string;
}

const digitsOf = new Map([
  ['JPY', 0],
  ['KRW', 0],
  ['VND', 0],
  ['KWD', 3],
  ['BHD', 3],
  ['TND', 3],
]);

/** Digits of the minor unit by ISO 4217; 2 where the standard's list has nothing else. */
export function minorDigits(currency: string): number {
  return digitsOf.get(currency) ?? 2;
}

/** Half-up rounding (away from zero at the half) of an amount in major units. */
export function money(amount: number, currency: string): Money {
  if (!Number.isFinite(amount))
    throw new QipanError('OUT_OF_RANGE', `an amount of money is ${amount}`, {
      got: amount,
      expected: 'a finite number',
    });
  const scaled = Math.abs(amount) * 10 ** minorDigits(currency);
  // Lifts products such as 1.005 × 100 back over the half they stand for; never so far that a whole amount moves.
  const lift = Math.min(0.25, scaled * 1e-15 + 1e-9);
  const whole = Math.floor(scaled);
  const minor = (scaled - whole + lift >= 0.5 ? whole + 1 : whole) * Math.sign(amount);
  if (!Number.isSafeInteger(minor))
    throw new QipanError('OUT_OF_RANGE', `${amount} ${currency} is beyond the ledger`, {
      got: amount,
      expected: '|minor units| ≤ 2^53 − 1',
    });
  return { minor: minor === 0 ? 0 : minor, currency };
}

export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency)
    throw new QipanError('BAD_INPUT', `${a.currency} and ${b.currency} cannot be added`, {
      got: b.currency,
      expected: a.currency,
    });
  return { minor: a.minor + b.minor, currency: a.currency };
}

/** Shares `total` in proportion to `weights` by largest remainder, so that the parts add up exactly. */
export function shareMoney(total: Money, weights: readonly number[]): Money[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (!(sum > 0) || weights.some((w) => !(w >= 0)))
    throw new QipanError('OUT_OF_RANGE', 'weights of a money split must be ≥ 0 with a positive sum', {
      got: weights,
      expected: '≥ 0',
    });
  const exact = weights.map((w) => (total.minor * w) / sum);
  const parts = exact.map(Math.floor);
  let left = total.minor - parts.reduce((a, b) => a + b, 0);
  const order = exact.map((e, i) => [e - Math.floor(e), i] as const).sort((x, y) => y[0] - x[0] || x[1] - y[1]);
  for (const [, i] of order) {
    if (left <= 0) break;
    parts[i] = (parts[i] as number) + 1;
    left--;
  }
  return parts.map((minor) => ({ minor, currency: total.currency }));
}

/** `12.30 CNY`; with `separator` for the language of the page left to `Intl` on the page itself. */
export function moneyText(m: Money): string {
  const d = minorDigits(m.currency);
  return `${(m.minor / 10 ** d).toFixed(d)} ${m.currency}`;
}
