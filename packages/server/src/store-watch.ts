import { QipanError, isQipanError } from '@qipan/base';
import type { Store, StoreHealth } from '@qipan/store';

const lookMs = 100;

/** Knows whether the database takes commits, and tells those who must stop and go on. */
export class StoreWatch {
  readonly #store: Pick<Store, 'health'>;
  readonly #changed: (health: StoreHealth) => void;
  readonly #timer: NodeJS.Timeout;
  #health: StoreHealth = { healthy: true, code: null };
  #waiting: (() => void)[] = [];
  #isClosed = false;
  readonly #recovered: (() => void)[] = [];

  constructor(store: Pick<Store, 'health'>, changed: (health: StoreHealth) => void) {
    this.#store = store;
    this.#changed = changed;
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  /** Calls back every time that the database takes commits again. */
  recovered(callback: () => void): void {
    this.#recovered.push(callback);
  }

  /** A commit failed: do not wait for the next look. */
  failed(e: unknown): void {
    if (isQipanError(e) && (e.code === 'DATABASE_DOWN' || e.code === 'DISK_FULL')) this.#look();
  }

  /** Throws what stands against storing anything now. */
  check(): void {
    if (!this.#health.healthy)
      throw new QipanError(this.#health.code ?? 'DATABASE_DOWN', 'nothing can be stored at present');
  }

  /** Resolves when the database takes commits. */
  healthy(): Promise<void> {
    this.#look();
    if (this.#health.healthy || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const go of this.#waiting) go();
    this.#waiting = [];
  }

  #look(): void {
    const health = this.#store.health();
    if (health.healthy === this.#health.healthy && health.code === this.#health.code) return;
    this.#health = health;
    this.#changed(health);
    if (!health.healthy) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
    for (const callback of this.#recovered) callback();
  }
}
