import { QipanError } from '@qipan/base';
import type {
  GridBranch,
  GridLoad,
  GridNetwork,
  GridNode,
  GridShunt,
  GridSource,
  LoadModel,
  Winding,
} from '../network.js';

/** One component row of power-grid-model JSON. */
export type PgmRow = Readonly<Record<string, unknown>>;
/** Component name → rows; the data set of power-grid-model (JSON serialisation format 1.0). */
export type PgmData = Readonly<Record<string, readonly PgmRow[]>>;

interface PgmFile {
  readonly version?: unknown;
  readonly type?: unknown;
  readonly is_batch?: unknown;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly data?: unknown;
}

/** Components that a power flow does not need: measurements and faults. They are left out, and the network says so. */
const ignored = new Set([
  'sym_voltage_sensor',
  'asym_voltage_sensor',
  'sym_power_sensor',
  'asym_power_sensor',
  'sym_current_sensor',
  'asym_current_sensor',
  'fault',
]);
/** Components that change the answer and are not carried. */
const refused = new Set(['transformer_tap_regulator', 'voltage_regulator', 'three_winding_transformer']);
const known = new Set([
  'node',
  'line',
  'asym_line',
  'link',
  'transformer',
  'generic_branch',
  'source',
  'shunt',
  'sym_load',
  'asym_load',
  'sym_gen',
  'asym_gen',
]);

const windings: readonly Winding[] = ['wye', 'wyeN', 'delta', 'zigzag', 'zigzagN'];
const models: readonly LoadModel[] = ['power', 'impedance', 'current'];

function rowsOf(data: unknown, attributes: PgmFile['attributes'], file: string): PgmData {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new QipanError('BAD_FILE', `${file}: data is not an object of components`, {
      file,
      expected: '{"node": […], …}',
    });
  const out: Record<string, readonly PgmRow[]> = {};
  for (const [component, rows] of Object.entries(data)) {
    if (!Array.isArray(rows))
      throw new QipanError('BAD_FILE', `${file}: ${component} is not a list`, {
        file,
        field: component,
        expected: 'a list of rows',
      });
    out[component] = rows.map((r: unknown, i): PgmRow => {
      if (!Array.isArray(r)) return r as PgmRow;
      const names = attributes?.[component];
      if (!names || r.length !== names.length)
        throw new QipanError(
          'BAD_FILE',
          `${file}: ${component}[${i}] has ${r.length} values for ${names?.length ?? 0} attributes`,
          { file, field: component, got: r.length, expected: `${names?.length ?? 0} values` },
        );
      return Object.fromEntries(names.map((n, k) => [n, r[k] as unknown]));
    });
  }
  return out;
}

/** Reads a power-grid-model file into rows; a batch gives one data set per scenario. */
export function parsePgm(text: string, file: string): { readonly isBatch: boolean; readonly sets: readonly PgmData[] } {
  let json: PgmFile;
  try {
    json = JSON.parse(text) as PgmFile;
  } catch (e) {
    throw new QipanError(
      'BAD_FILE',
      `${file}: not JSON (${e instanceof Error ? e.message : 'unreadable'})`,
      { file, expected: 'power-grid-model JSON' },
      e,
    );
  }
  if (json === null || typeof json !== 'object' || json.data === undefined)
    throw new QipanError('BAD_FILE', `${file}: no "data"`, {
      file,
      expected: 'power-grid-model JSON with version, type and data',
    });
  const isBatch = Array.isArray(json.data);
  const sets = (isBatch ? (json.data as unknown[]) : [json.data]).map((d) => rowsOf(d, json.attributes, file));
  return { isBatch, sets };
}

/** A row with the checks that every cell needs. */
class Reading {
  readonly row: PgmRow;
  readonly component: string;
  readonly file: string;

  constructor(row: PgmRow, component: string, file: string) {
    this.row = row;
    this.component = component;
    this.file = file;
  }

  private fail(name: string, expected: string): never {
    const where = `${this.component} ${String(this.row['id'])}`;
    throw new QipanError(
      'BAD_CELL',
      `${this.file}: ${where}.${name} = ${JSON.stringify(this.row[name])}; expected ${expected}`,
      { file: this.file, table: this.component, field: `${where}.${name}`, got: this.row[name] ?? null, expected },
    );
  }

  number(name: string, fallback?: number): number {
    const v = this.row[name];
    if (v === undefined || v === null) return fallback ?? this.fail(name, 'a number');
    if (typeof v !== 'number' || !Number.isFinite(v)) this.fail(name, 'a number');
    return v;
  }

  positive(name: string, fallback?: number): number {
    const v = this.number(name, fallback);
    return v > 0 ? v : this.fail(name, 'a number > 0');
  }

  on(name: string): boolean {
    return this.number(name, 1) !== 0;
  }

  choice<T>(name: string, values: readonly T[], fallback?: number): T {
    return values[this.number(name, fallback)] ?? this.fail(name, `0 … ${values.length - 1}`);
  }

  /** One value or three. */
  values(name: string, phases: 1 | 3): readonly number[] {
    const v = this.row[name];
    if (phases === 1) return [this.number(name, 0)];
    if (v === undefined || v === null) return [0, 0, 0];
    if (!Array.isArray(v) || v.length !== 3 || v.some((x) => typeof x !== 'number')) this.fail(name, 'three numbers');
    return v as readonly number[];
  }
}

type Lower = Readonly<Record<string, number>>;
/** Symmetric matrix from cells named `r_aa`, `r_ba`, … (lower triangle). */
function phaseMatrix(cell: (name: string) => number, letter: string, wires: string): readonly (readonly number[])[] {
  const at = (i: number, j: number) => cell(`${letter}_${wires[Math.max(i, j)]}${wires[Math.min(i, j)]}`);
  return Array.from(wires).map((_, i) => Array.from(wires).map((_w, j) => at(i, j)));
}

function branchOf(r: Reading, component: string, index: ReadonlyMap<string, number>): GridBranch {
  const end = (name: string): number => {
    const i = index.get(String(r.row[name]));
    if (i === undefined)
      throw new QipanError(
        'UNKNOWN_REFERENCE',
        `${r.file}: ${component} ${String(r.row['id'])}.${name} = ${String(r.row[name])}; no such node`,
        { file: r.file, table: component, field: name, got: r.row[name], expected: 'the id of a node' },
      );
    return i;
  };
  const ends = {
    id: String(r.row['id']),
    from: end('from_node'),
    to: end('to_node'),
    fromOn: r.on('from_status'),
    toOn: r.on('to_status'),
  };
  const unknown = Number.NaN;
  if (component === 'link') return { kind: 'link', ...ends };
  if (component === 'line') {
    return {
      kind: 'line',
      ...ends,
      r1: r.number('r1'),
      x1: r.number('x1'),
      c1: r.number('c1', 0),
      tan1: r.number('tan1', 0),
      r0: r.number('r0', unknown),
      x0: r.number('x0', unknown),
      c0: r.number('c0', unknown),
      tan0: r.number('tan0', 0),
      ratedA: r.number('i_n', unknown),
    };
  }
  if (component === 'generic_branch') {
    return {
      kind: 'generic',
      ...ends,
      r1: r.number('r1'),
      x1: r.number('x1'),
      g1: r.number('g1', 0),
      b1: r.number('b1', 0),
      k: r.number('k', 1),
      thetaRad: r.number('theta', 0),
      ratedVa: r.number('sn', unknown),
    };
  }
  if (component === 'asym_line') {
    const wires = r.row['r_nn'] === undefined ? 'abc' : 'abcn';
    const c0 = r.number('c0', unknown);
    const c1 = r.number('c1', unknown);
    const c: Lower | null =
      Number.isNaN(c0) || Number.isNaN(c1) ? null : { self: (2 * c1 + c0) / 3, mutual: (c0 - c1) / 3 };
    const capacitance = c
      ? [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? (c['self'] as number) : (c['mutual'] as number))))
      : phaseMatrix((n) => r.number(n), 'c', 'abc');
    return {
      kind: 'phaseLine',
      ...ends,
      r: phaseMatrix((n) => r.number(n), 'r', wires),
      x: phaseMatrix((n) => r.number(n), 'x', wires),
      c: capacitance,
      ratedA: r.number('i_n', unknown),
    };
  }
  return transformerOf(r, ends);
}

function transformerOf(
  r: Reading,
  ends: { id: string; from: number; to: number; fromOn: boolean; toOn: boolean },
): GridBranch {
  const i0 = r.number('i0');
  const p0W = r.number('p0');
  const pkW = r.number('pk');
  const i0Zero = r.number('i0_zero_sequence', i0);
  const uk = r.number('uk');
  return {
    kind: 'transformer',
    ...ends,
    u1V: r.positive('u1'),
    u2V: r.positive('u2'),
    ratedVa: r.positive('sn'),
    uk,
    pkW,
    i0,
    p0W,
    i0Zero,
    p0ZeroW: r.number('p0_zero_sequence', p0W + pkW * (i0Zero * i0Zero - i0 * i0)),
    windingFrom: r.choice('winding_from', windings),
    windingTo: r.choice('winding_to', windings),
    clock: r.number('clock'),
    tapSide: r.choice('tap_side', ['from', 'to'] as const),
    tapPosition: Math.max(
      Math.min(r.number('tap_pos', r.number('tap_nom', 0)), Math.max(r.number('tap_min'), r.number('tap_max'))),
      Math.min(r.number('tap_min'), r.number('tap_max')),
    ),
    tapMin: r.number('tap_min'),
    tapMax: r.number('tap_max'),
    tapNominal: r.number('tap_nom', 0),
    tapSizeV: r.number('tap_size'),
    ukMin: r.number('uk_min', uk),
    ukMax: r.number('uk_max', uk),
    pkMinW: r.number('pk_min', pkW),
    pkMaxW: r.number('pk_max', pkW),
    groundFromOhm: [r.number('r_grounding_from', 0), r.number('x_grounding_from', 0)],
    groundToOhm: [r.number('r_grounding_to', 0), r.number('x_grounding_to', 0)],
  };
}

/**
 * The network of a power-grid-model data set.
 * @throws GRID_UNSUPPORTED for regulators and three-winding transformers, UNKNOWN_REFERENCE, DUPLICATE_ID, BAD_CELL.
 */
export function pgmNetwork(data: PgmData, file: string): GridNetwork {
  const warnings: string[] = [];
  for (const [component, rows] of Object.entries(data)) {
    const on = rows.filter((r) => r['status'] !== 0);
    if (refused.has(component) && on.length > 0)
      throw new QipanError(
        'GRID_UNSUPPORTED',
        `${file}: ${on.length} ${component} (${on
          .map((r) => String(r['id']))
          .slice(0, 5)
          .join(', ')}) would change the answer and is not carried`,
        { file, table: component, got: on.length, expected: 'none' },
      );
    if (ignored.has(component) && rows.length > 0)
      warnings.push(`${rows.length} ${component} left out: a power flow does not use measurements or faults`);
    if (!known.has(component) && !refused.has(component) && !ignored.has(component))
      throw new QipanError('GRID_UNSUPPORTED', `${file}: component ${component} is not known`, {
        file,
        table: component,
        expected: [...known].join(', '),
      });
  }
  const read = (component: string) => (data[component] ?? []).map((row) => new Reading(row, component, file));
  const ids = new Set<string>();
  for (const [component, rows] of Object.entries(data)) {
    for (const row of rows) {
      const id = String(row['id']);
      if (ids.has(id))
        throw new QipanError('DUPLICATE_ID', `${file}: ${component} ${id}: this id stands twice`, {
          file,
          table: component,
          got: id,
          expected: 'an id of its own',
        });
      ids.add(id);
    }
  }
  const nodes = read('node').map((r): GridNode => ({ id: String(r.row['id']), ratedV: r.positive('u_rated') }));
  const index = new Map(nodes.map((n, i) => [n.id, i]));
  const nodeOf = (r: Reading): number => {
    const i = index.get(String(r.row['node']));
    if (i === undefined)
      throw new QipanError(
        'UNKNOWN_REFERENCE',
        `${file}: ${r.component} ${String(r.row['id'])}.node = ${String(r.row['node'])}; no such node`,
        { file, table: r.component, field: 'node', got: r.row['node'], expected: 'the id of a node' },
      );
    return i;
  };
  const branches = ['line', 'asym_line', 'link', 'transformer', 'generic_branch'].flatMap((component) =>
    read(component).map((r) => branchOf(r, component, index)),
  );
  const shunts = read('shunt').map((r): GridShunt => ({
    id: String(r.row['id']),
    node: nodeOf(r),
    on: r.on('status'),
    g1: r.number('g1'),
    b1: r.number('b1'),
    g0: r.number('g0', 0),
    b0: r.number('b0', 0),
  }));
  const sources = read('source').map((r): GridSource => ({
    id: String(r.row['id']),
    node: nodeOf(r),
    on: r.on('status'),
    uPu: [r.number('u_ref')],
    angleRad: [r.number('u_ref_angle', 0)],
    shortCircuitVa: r.positive('sk', 1e10),
    rxRatio: r.number('rx_ratio', 0.1),
    z01Ratio: r.number('z01_ratio', 1),
  }));
  const loads = (['sym_load', 'sym_gen', 'asym_load', 'asym_gen'] as const).flatMap((component) =>
    read(component).map((r): GridLoad => {
      const phases = component.startsWith('asym') ? 3 : 1;
      const isGenerator = component.endsWith('gen');
      const sign = (x: number) => (isGenerator ? -x : x);
      return {
        id: String(r.row['id']),
        node: nodeOf(r),
        on: r.on('status'),
        model: r.choice('type', models),
        pW: r.values('p_specified', phases).map(sign),
        qVar: r.values('q_specified', phases).map(sign),
        isGenerator,
      };
    }),
  );
  return { name: file, frequencyHz: 50, nodes, branches, shunts, sources, loads, warnings };
}

/**
 * A data set with the rows of an update laid over it: by id, or by place where the update gives no ids.
 * @throws UNKNOWN_REFERENCE when an id does not stand in the data set.
 */
export function pgmUpdated(data: PgmData, update: PgmData, file: string): PgmData {
  const out: Record<string, readonly PgmRow[]> = { ...data };
  for (const [component, changes] of Object.entries(update)) {
    const rows = data[component] ?? [];
    const at = new Map(rows.map((r, i) => [r['id'], i]));
    const next = [...rows];
    changes.forEach((change, k) => {
      const i = change['id'] === undefined ? k : at.get(change['id']);
      if (i === undefined || i >= rows.length)
        throw new QipanError(
          'UNKNOWN_REFERENCE',
          `${file}: update of ${component} ${String(change['id'])}; no such component`,
          { file, table: component, got: change['id'] ?? k, expected: 'an id of the input' },
        );
      const set = Object.fromEntries(Object.entries(change).filter(([, v]) => v !== null));
      next[i] = { ...next[i], ...set };
    });
    out[component] = next;
  }
  return out;
}
