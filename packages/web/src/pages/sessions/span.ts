/** Two dates as a date field writes them, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const two = (n: number) => String(n).padStart(2, '0');
const dayText = (d: Date) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;

/** Today and the days before it, `n` in all, in the reader's zone. */
export function lastDays(nowMs: number, n: number): Days {
  const first = new Date(nowMs);
  first.setDate(first.getDate() - (n - 1));
  return { from: dayText(first), to: dayText(new Date(nowMs)) };
}

/** From the midnight that begins the first day to the one that ends the last; null when that is no span. */
export function spanOf({ from, to }: Days): { readonly fromMs: number; readonly toMs: number } | null {
  const midnight = (day: string, later: number) => {
    const [y = NaN, m = NaN, d = NaN] = day.split('-').map(Number);
    return new Date(y, m - 1, d + later).getTime();
  };
  const [fromMs, toMs] = [midnight(from, 0), midnight(to, 1)];
  return fromMs >= 0 && toMs > fromMs ? { fromMs, toMs } : null;
}
