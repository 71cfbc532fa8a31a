import type { MilpProblem } from './engine.js';
import type { Model } from './model.js';

/** Names of columns and rows for an export, made safe for the readers of other solvers. */
interface Names {
  readonly column: (j: number) => string;
  readonly row: (r: number) => string;
}

/**
 * The model as a CPLEX LP file, which most solvers read. Numbers are written so that they read back to the same bits.
 * A variable without cost and rows is listed under Bounds, so no column is lost.
 */
export function lpText(model: Model): string {
  const p = model.compile();
  const { column, row } = safeNames(model);
  const out: string[] = [`\\ ${model.name.replace(/\s+/g, ' ')}`];
  out.push(p.sense === 'maximise' ? 'Maximize' : 'Minimize');
  const objective = [...nonzeroCosts(p)].map(([j, c]) => term(c, column(j)));
  if (p.offset) objective.push(signed(p.offset));
  out.push(...wrapped(' obj:', objective.length > 0 ? objective : ['0']));
  out.push('Subject To');
  for (let r = 0; r < p.numRows; r++) {
    const terms: string[] = [];
    for (let e = p.aStart[r]; e < p.aStart[r + 1]; e++) terms.push(term(p.aValue[e], column(p.aIndex[e])));
    if (terms.length === 0) terms.push(p.numCols > 0 ? term(0, column(0)) : '0');
    const [lower, upper] = [p.rowLower[r], p.rowUpper[r]];
    if (lower === upper) out.push(...wrapped(` ${row(r)}:`, terms, `= ${number(lower)}`));
    else {
      if (lower > -Infinity)
        out.push(...wrapped(` ${row(r)}${upper < Infinity ? '_low' : ''}:`, terms, `>= ${number(lower)}`));
      if (upper < Infinity) out.push(...wrapped(` ${row(r)}:`, terms, `<= ${number(upper)}`));
    }
  }
  out.push('Bounds');
  for (let j = 0; j < p.numCols; j++) out.push(` ${boundText(column(j), p.colLower[j], p.colUpper[j])}`);
  const integers = [...integerColumns(p)].map(column);
  if (integers.length > 0) out.push('Generals', ...wrapped('', integers));
  out.push('End', '');
  return out.join('\n');
}

/** The model as a free-format MPS file, minimising or with an `OBJSENSE MAX` section. */
export function mpsText(model: Model): string {
  const p = model.compile();
  const { column, row } = safeNames(model);
  const out = [`NAME ${model.name.replace(/\s+/g, '_')}`];
  if (p.sense === 'maximise') out.push('OBJSENSE', '    MAX');
  out.push('ROWS', ' N obj');
  for (let r = 0; r < p.numRows; r++) out.push(` ${rowKind(p, r)} ${row(r)}`);
  out.push('COLUMNS');
  const entries: string[][] = Array.from({ length: p.numCols }, () => []);
  for (const [j, c] of nonzeroCosts(p)) entries[j].push(` ${column(j)} obj ${number(c)}`);
  for (let r = 0; r < p.numRows; r++)
    for (let e = p.aStart[r]; e < p.aStart[r + 1]; e++)
      entries[p.aIndex[e]].push(` ${column(p.aIndex[e])} ${row(r)} ${number(p.aValue[e])}`);
  for (let j = 0; j < p.numCols; j++) {
    const integer = p.integrality?.[j] === 1;
    if (integer) out.push(` M${j} 'MARKER' 'INTORG'`);
    out.push(...(entries[j].length > 0 ? entries[j] : [` ${column(j)} obj 0`]));
    if (integer) out.push(` N${j} 'MARKER' 'INTEND'`);
  }
  out.push('RHS');
  // The constant stands on the right-hand side of the objective with its sign turned.
  if (p.offset) out.push(` rhs obj ${number(-p.offset)}`);
  const ranges: string[] = [];
  for (let r = 0; r < p.numRows; r++) {
    const [lower, upper] = [p.rowLower[r], p.rowUpper[r]];
    const side = upper < Infinity ? upper : lower;
    if (Number.isFinite(side) && side !== 0) out.push(` rhs ${row(r)} ${number(side)}`);
    if (lower > -Infinity && upper < Infinity && lower !== upper)
      ranges.push(` rng ${row(r)} ${number(upper - lower)}`);
  }
  if (ranges.length > 0) out.push('RANGES', ...ranges);
  out.push('BOUNDS');
  for (let j = 0; j < p.numCols; j++) out.push(...mpsBounds(column(j), p.colLower[j], p.colUpper[j]));
  out.push('ENDATA', '');
  return out.join('\n');
}

function rowKind(p: MilpProblem, r: number): string {
  if (p.rowLower[r] === p.rowUpper[r]) return 'E';
  if (p.rowUpper[r] < Infinity) return 'L';
  return p.rowLower[r] > -Infinity ? 'G' : 'N';
}

function mpsBounds(name: string, lower: number, upper: number): string[] {
  if (lower === upper) return [` FX bnd ${name} ${number(lower)}`];
  if (lower === -Infinity && upper === Infinity) return [` FR bnd ${name}`];
  const out: string[] = [];
  if (lower === -Infinity) out.push(` MI bnd ${name}`);
  else out.push(` LO bnd ${name} ${number(lower)}`);
  // An integer column without an upper limit would be read as binary by some readers.
  out.push(upper === Infinity ? ` PL bnd ${name}` : ` UP bnd ${name} ${number(upper)}`);
  return out;
}

function boundText(name: string, lower: number, upper: number): string {
  if (lower === -Infinity && upper === Infinity) return `${name} free`;
  if (lower === upper) return `${name} = ${number(lower)}`;
  return `${lower === -Infinity ? '-inf' : number(lower)} <= ${name} <= ${upper === Infinity ? '+inf' : number(upper)}`;
}

function* nonzeroCosts(p: MilpProblem): Generator<[number, number]> {
  for (let j = 0; j < p.numCols; j++) if (p.cost[j] !== 0) yield [j, p.cost[j]];
}

function* integerColumns(p: MilpProblem): Generator<number> {
  for (let j = 0; j < p.numCols; j++) if (p.integrality?.[j] === 1) yield j;
}

/** Names in ASCII letters, digits and `_`, not starting like a number, unique: others get their number instead. */
function safeNames(model: Model): Names {
  const make = (count: number, prefix: string, name: (k: number) => string) => {
    const used = new Set<string>(['obj']);
    const names: string[] = [];
    for (let k = 0; k < count; k++) {
      const plain = name(k).replace(/\[([^\]]*)\]$/, '_$1');
      const fits = /^[A-DF-Za-df-z_][A-Za-z0-9_]{0,200}$/.test(plain) && !reserved.test(plain) && !used.has(plain);
      const chosen = fits ? plain : `${prefix}${k}`;
      used.add(chosen);
      names.push(chosen);
    }
    return (k: number) => names[k];
  };
  return {
    column: make(model.numCols, 'x#', (j) => model.columnName(j)),
    row: make(model.numRows, 'r#', (r) => model.rowName(r)),
  };
}

const reserved =
  /^(free|inf|infinity|st|s\.t|bounds?|generals?|gen|binary|binaries|bin|end|min|max|minimize|maximize)$/i;

const number = (v: number) => (v === Infinity ? '1e30' : v === -Infinity ? '-1e30' : String(v));
const signed = (v: number) => (v < 0 || Object.is(v, -0) ? `- ${number(-v)}` : `+ ${number(v)}`);
const term = (c: number, name: string) => `${signed(c)} ${name}`;

/** Lines of at most about 200 characters: readers of LP files stop at 255 or 510. */
function wrapped(head: string, words: readonly string[], tail = ''): string[] {
  const lines: string[] = [];
  let line = head;
  for (const word of tail === '' ? words : [...words, tail]) {
    if (line.length + word.length > 200) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  return lines;
}
