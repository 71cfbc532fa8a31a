import { contentHash } from './json.js';

/** What is known of a message that was answered before. */
export interface Remembered {
  readonly isSameContent: boolean;
  readonly answer: string;
}

/**
 * The last answers given to one station, by message id. It outlives connections: a station that lost the answer sends
 * the same message again on the next one, and gets the same answer without a second effect.
 * Ids and texts are kept as hashes: about 60 B an entry, where texts would be 600 B.
 */
export class AnswerMemory {
  readonly #capacity: number;
  readonly #keepMs: number;
  readonly #slotOfId = new Map<number, number>();
  #ids = new Float64Array(8);
  #contents = new Float64Array(8);
  #times = new Float64Array(8);
  readonly #answers: string[] = [];
  #next = 0;

  /** `capacity` answers (1,000) no older than `keepMs` (48 h). */
  constructor(capacity = 1000, keepMs = 48 * 3_600_000) {
    this.#capacity = capacity;
    this.#keepMs = keepMs;
  }

  get size(): number {
    return this.#slotOfId.size;
  }

  /** What was answered to this id, if it is still kept; `content` is the hash of the frame. */
  find(id: string, content: number, nowMs: number): Remembered | null {
    const slot = this.#slotOfId.get(contentHash(id));
    if (slot === undefined || nowMs - (this.#times[slot] as number) > this.#keepMs) return null;
    return { isSameContent: this.#contents[slot] === content, answer: this.#answers[slot] as string };
  }

  /** Keeps an answer; the oldest makes room. */
  keep(id: string, content: number, answer: string, nowMs: number): void {
    const key = contentHash(id);
    let slot = this.#slotOfId.get(key);
    if (slot === undefined) {
      slot = this.#next;
      this.#next = (this.#next + 1) % this.#capacity;
      if (slot >= this.#ids.length) this.#grow();
      if (slot < this.#answers.length) this.#slotOfId.delete(this.#ids[slot] as number);
      this.#slotOfId.set(key, slot);
    }
    this.#ids[slot] = key;
    this.#contents[slot] = content;
    this.#times[slot] = nowMs;
    this.#answers[slot] = answer;
  }

  /** A station that has booted counts its message ids anew: what was answered before says nothing about them. */
  forget(): void {
    this.#slotOfId.clear();
    this.#answers.length = 0;
    this.#next = 0;
  }

  #grow(): void {
    const length = Math.min(this.#capacity, this.#ids.length * 4);
    const longer = (from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(length);
      to.set(from);
      return to;
    };
    this.#ids = longer(this.#ids);
    this.#contents = longer(this.#contents);
    this.#times = longer(this.#times);
  }
}
