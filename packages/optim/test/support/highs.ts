import { createRequire } from 'node:module';
import { highsEngine, type HighsModule, type MilpEngine, type MilpProblem } from '@qipan/optim';

const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;

/** HiGHS, as an oracle beside the solvers of this room. */
export const highs: MilpEngine = highsEngine(await load());

/** A model written row by row as plain numbers, apart from the product's own model builder. */
export class PlainModel {
  readonly #cost: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #rows: { readonly entries: ReadonlyMap<number, number>; readonly lower: number; readonly upper: number }[] =
    [];

  /** A variable in 0…upper; gives its column. */
  variable(cost: number, upper = 1, integer = false): number {
    this.#cost.push(cost);
    this.#upper.push(upper);
    return this.#integer.push(integer ? 1 : 0) - 1;
  }

  row(entries: Iterable<readonly [column: number, coefficient: number]>, lower: number, upper: number): void {
    this.#rows.push({ entries: new Map(entries), lower, upper });
  }

  problem(sense: 'minimise' | 'maximise' = 'minimise'): MilpProblem {
    const start = [0];
    const index: number[] = [];
    const value: number[] = [];
    for (const { entries } of this.#rows) {
      for (const [column, coefficient] of entries) {
        index.push(column);
        value.push(coefficient);
      }
      start.push(index.length);
    }
    return {
      numCols: this.#cost.length,
      numRows: this.#rows.length,
      sense,
      cost: Float64Array.from(this.#cost),
      colLower: new Float64Array(this.#cost.length),
      colUpper: Float64Array.from(this.#upper),
      integrality: this.#integer.includes(1) ? Uint8Array.from(this.#integer) : null,
      rowLower: Float64Array.from(this.#rows, (r) => r.lower),
      rowUpper: Float64Array.from(this.#rows, (r) => r.upper),
      layout: 'rows',
      aStart: Int32Array.from(start),
      aIndex: Int32Array.from(index),
      aValue: Float64Array.from(value),
    };
  }
}
