import { QipanError } from '@qipan/base';

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Text as words with their lines, read one after another; every complaint names file, line, got and expected. */
export class WordReader {
  readonly file: string;
  readonly warnings: string[] = [];
  readonly #words: readonly string[];
  readonly #lines: Int32Array;
  #at = 0;

  /** @param text any line ends; NUL padding and a DOS end-of-file mark are dropped with a warning */
  constructor(file: string, text: string) {
    this.file = file;
    let clean = text;
    if (text.includes('\0') || text.includes('\u001a')) {
      clean = text.replaceAll('\0', ' ').replaceAll('\u001a', ' ');
      this.warnings.push(`${file}: NUL or end-of-file characters were dropped`);
    }
    if (clean.startsWith('\ufeff')) clean = clean.slice(1);
    const words: string[] = [];
    const lines: number[] = [];
    let line = 1;
    for (const match of clean.matchAll(/[^\s]+|\r\n|\n|\r/g)) {
      const [word] = match;
      if (word === '\n' || word === '\r\n' || word === '\r') line++;
      else {
        words.push(word);
        lines.push(line);
      }
    }
    this.#words = words;
    this.#lines = Int32Array.from(lines);
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  /** Line of the next word, or the last line. */
  get line(): number {
    return this.#lines[Math.min(this.#at, this.#lines.length - 1)] ?? 1;
  }

  peek(): string | null {
    return this.#words[this.#at] ?? null;
  }

  word(expected: string): string {
    const w = this.#words[this.#at];
    if (w === undefined) this.fail(expected, 'the end of the file');
    this.#at++;
    return w;
  }

  number(expected: string): number {
    const w = this.word(expected);
    const v = plainNumber.test(w) ? Number(w) : NaN;
    if (!Number.isFinite(v)) this.#failAt(this.#at - 1, expected, w);
    return v;
  }

  /** A number ≥ 0. */
  amount(expected: string): number {
    const v = this.number(`${expected}, a number ≥ 0`);
    if (v < 0) this.#failAt(this.#at - 1, `${expected}, a number ≥ 0`, v);
    return v;
  }

  integer(expected: string, low: number, high: number): number {
    const wanted = `${expected}, an integer in ${low}…${high}`;
    const v = this.number(wanted);
    if (!(Number.isInteger(v) && v >= low && v <= high)) this.#failAt(this.#at - 1, wanted, v);
    return v;
  }

  amounts(count: number, expected: (k: number) => string): Float64Array {
    const out = new Float64Array(count);
    for (let k = 0; k < count; k++) out[k] = this.amount(expected(k));
    return out;
  }

  /** Refuses a file that cannot hold what its first numbers promise, before reading on. */
  expectAtLeast(count: number, layout: string): void {
    if (this.left < count)
      throw new QipanError(
        'BAD_FILE',
        `${this.file}: ${layout} needs ${count} more numbers; the file has ${this.left}`,
        {
          file: this.file,
          row: this.line,
          got: this.left,
          expected: `${count} numbers for ${layout}`,
        },
      );
  }

  /** Words after the last expected one: a few are a warning, as many as a table row or more contradict the layout. */
  end(most: number, layout: string): void {
    const { left } = this;
    if (left === 0) return;
    if (left > most)
      throw new QipanError(
        'BAD_FILE',
        `${this.file}, line ${this.line}: ${left} numbers are left over after ${layout}`,
        {
          file: this.file,
          row: this.line,
          got: `${left} more numbers`,
          expected: `the end of ${layout}`,
        },
      );
    this.warnings.push(`${this.file}, line ${this.line}: ${left} left-over numbers after ${layout} were not read`);
  }

  /** @throws `BAD_FILE` at the present place */
  fail(expected: string, got: unknown): never {
    return this.#failAt(this.#at, expected, got);
  }

  #failAt(at: number, expected: string, got: unknown): never {
    const line = this.#lines[Math.min(at, this.#lines.length - 1)] ?? 1;
    throw new QipanError('BAD_FILE', `${this.file}, line ${line}: got ${String(got)}; expected ${expected}`, {
      file: this.file,
      row: line,
      got,
      expected,
    });
  }
}
