const usualFree = 5;
const longestMs = 5 * 60_000;
const mostKeys = 10_000;

/**
 * Slows guessing down: after five failures (or as many as are free) a key waits 1 s, 2 s, 4 s … up to five minutes. A success forgets the failures.
 * The oldest keys are forgotten beyond 10,000, so that an attacker cannot fill the memory.
 */
export class BackOff {
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  readonly #free: number;

  constructor(free = usualFree) {
    this.#free = free;
  }

  /** Milliseconds that this key must still wait; 0 when it may try. */
  waitMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#failures.get(key)?.untilMs ?? 0) - nowMs);
  }

  /** Notes a failure and gives how many there have been. */
  failed(key: string, nowMs: number): number {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    this.#failures.delete(key);
    const pauseMs = count < this.#free ? 0 : Math.min(longestMs, 1000 * 2 ** (count - this.#free));
    this.#failures.set(key, { count, untilMs: nowMs + pauseMs });
    if (this.#failures.size > mostKeys) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
    return count;
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}
