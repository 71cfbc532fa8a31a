import { QipanError } from '@qipan/base';
import type { MilpProblem } from './engine.js';

/** How the variables of one family look; a number holds for all of them, an array has one entry each. */
export interface VariableOptions {
  /** Default 0. */
  readonly lower?: number | ArrayLike<number>;
  /** Default Infinity. */
  readonly upper?: number | ArrayLike<number>;
  /** Coefficient in the objective; default 0. */
  readonly cost?: number | ArrayLike<number>;
  /** Default false. */
  readonly integer?: boolean;
}

/** Variables that were declared together: columns first … first + count − 1 of the model. */
export interface VariableFamily {
  readonly name: string;
  readonly first: number;
  readonly count: number;
}

/** One row, `lower ≤ Σ coefficients·x ≤ upper`. */
export interface ConstraintRow {
  readonly columns: ArrayLike<number>;
  readonly coefficients: ArrayLike<number>;
  /** Default −Infinity. */
  readonly lower?: number;
  /** Default Infinity. */
  readonly upper?: number;
  /** What tells this row from its sisters, for messages and exports; default its number in the family. */
  readonly label?: string;
}

interface Family {
  readonly name: string;
  readonly rows: number[];
}

/**
 * A linear or integer model under construction: variables and constraints belong to named families, so that duals,
 * irreducible sets and exports speak in the model's own words. `compile` gives the flat arrays that an engine takes.
 */
export class Model {
  readonly name: string;
  readonly sense: 'minimise' | 'maximise';
  /** Constant of the objective. */
  offset = 0;
  readonly #cost: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #integer: number[] = [];
  readonly #variableFamilies: VariableFamily[] = [];
  readonly #rowLower: number[] = [];
  readonly #rowUpper: number[] = [];
  readonly #rowLabel: string[] = [];
  readonly #rowFamily: Family[] = [];
  readonly #families = new Map<string, Family>();
  readonly #start: number[] = [0];
  readonly #index: number[] = [];
  readonly #value: number[] = [];
  /** Place of a column in the row being added, to merge repeated columns. */
  readonly #place = new Map<number, number>();

  constructor(name = 'model', sense: 'minimise' | 'maximise' = 'minimise') {
    this.name = name;
    this.sense = sense;
  }

  get numCols(): number {
    return this.#cost.length;
  }

  get numRows(): number {
    return this.#rowLower.length;
  }

  get variableFamilies(): readonly VariableFamily[] {
    return this.#variableFamilies;
  }

  get constraintFamilies(): readonly string[] {
    return [...this.#families.keys()];
  }

  /**
   * Declares `count` variables of a new family.
   * @throws `DUPLICATE_ID` when the family exists, `SHAPE_MISMATCH` for an array that is not `count` long
   */
  addVariables(family: string, count: number, options: VariableOptions = {}): VariableFamily {
    if (this.#variableFamilies.some((f) => f.name === family))
      throw new QipanError('DUPLICATE_ID', `the model has variables "${family}" already`, { field: family });
    const declared: VariableFamily = { name: family, first: this.numCols, count };
    const lower = entries(family, count, options.lower ?? 0);
    const upper = entries(family, count, options.upper ?? Infinity);
    const cost = entries(family, count, options.cost ?? 0);
    for (let k = 0; k < count; k++) {
      this.#lower.push(lower(k));
      this.#upper.push(upper(k));
      this.#cost.push(cost(k));
      this.#integer.push(options.integer === true ? 1 : 0);
    }
    this.#variableFamilies.push(declared);
    return declared;
  }

  /** Declares one variable that is a family of its own and gives its column. */
  addVariable(family: string, options: VariableOptions = {}): number {
    return this.addVariables(family, 1, options).first;
  }

  /** Adds to the objective coefficient of a column. */
  addCost(column: number, cost: number): void {
    this.#checkColumn(column);
    this.#cost[column] += cost;
  }

  /**
   * Adds a row to a family, which need not exist before; a column named twice counts with the sum. Gives the row.
   * @throws `SHAPE_MISMATCH` when columns and coefficients differ in number, `OUT_OF_RANGE` for an unknown column
   */
  addConstraint(family: string, row: ConstraintRow): number {
    const { columns, coefficients } = row;
    if (columns.length !== coefficients.length)
      throw new QipanError(
        'SHAPE_MISMATCH',
        `${family}: ${columns.length} columns, ${coefficients.length} coefficients`,
      );
    this.#place.clear();
    for (let k = 0; k < columns.length; k++) {
      const column = columns[k];
      this.#checkColumn(column);
      const at = this.#place.get(column);
      if (at === undefined) {
        this.#place.set(column, this.#index.length);
        this.#index.push(column);
        this.#value.push(coefficients[k]);
      } else this.#value[at] += coefficients[k];
    }
    let declared = this.#families.get(family);
    if (!declared) this.#families.set(family, (declared = { name: family, rows: [] }));
    const number = this.numRows;
    this.#rowLabel.push(row.label ?? String(declared.rows.length));
    declared.rows.push(number);
    this.#rowFamily.push(declared);
    this.#rowLower.push(row.lower ?? -Infinity);
    this.#rowUpper.push(row.upper ?? Infinity);
    this.#start.push(this.#index.length);
    return number;
  }

  /** Rows of a constraint family, in the order they were added. */
  rowsOf(family: string): Int32Array {
    return Int32Array.from(this.#families.get(family)?.rows ?? []);
  }

  familyOfRow(row: number): string {
    return this.#rowFamily[row].name;
  }

  /** `family[label]`. */
  rowName(row: number): string {
    return `${this.familyOfRow(row)}[${this.#rowLabel[row]}]`;
  }

  /** `family[k]`, or the family alone when it has one variable. */
  columnName(column: number): string {
    this.#checkColumn(column);
    const families = this.#variableFamilies;
    let k = families.length - 1;
    while (families[k].first > column || families[k].count === 0) k--;
    const { name, first, count } = families[k];
    return count === 1 ? name : `${name}[${column - first}]`;
  }

  /** The flat arrays, by row. */
  compile(): MilpProblem {
    return {
      numCols: this.numCols,
      numRows: this.numRows,
      sense: this.sense,
      offset: this.offset,
      cost: Float64Array.from(this.#cost),
      colLower: Float64Array.from(this.#lower),
      colUpper: Float64Array.from(this.#upper),
      integrality: this.#integer.includes(1) ? Uint8Array.from(this.#integer) : null,
      rowLower: Float64Array.from(this.#rowLower),
      rowUpper: Float64Array.from(this.#rowUpper),
      layout: 'rows',
      aStart: Int32Array.from(this.#start),
      aIndex: Int32Array.from(this.#index),
      aValue: Float64Array.from(this.#value),
    };
  }

  #checkColumn(column: number): void {
    if (!(column >= 0 && column < this.numCols))
      throw new QipanError('OUT_OF_RANGE', `column ${column}; the model has ${this.numCols}`, {
        got: column,
        expected: `0…${this.numCols - 1}`,
      });
  }
}

function entries(family: string, count: number, given: number | ArrayLike<number>): (k: number) => number {
  if (typeof given === 'number') return () => given;
  if (given.length !== count)
    throw new QipanError('SHAPE_MISMATCH', `variables "${family}": ${given.length} entries for ${count} variables`);
  return (k) => given[k];
}
