import { QipanError } from '@qipan/base';
import type { GridBranch, GridLoad, GridNetwork, GridNode, GridShunt, GridSource } from '../network.js';

type Cell = string | number | boolean | null;
interface Frame {
  /** Row label (the element's index) and its cells by column. */
  readonly rows: readonly { readonly index: number; readonly at: Readonly<Record<string, Cell>> }[];
}

/** Elements that would change the answer and are not carried: a file that has one in service is refused. */
const refused = [
  'gen',
  'trafo3w',
  'impedance',
  'dcline',
  'ward',
  'xward',
  'storage',
  'motor',
  'svc',
  'ssc',
  'vsc',
  'tcsc',
  'line_dc',
  'bus_dc',
];

function frameOf(net: Readonly<Record<string, unknown>>, name: string, file: string): Frame {
  const stored = net[name];
  if (stored === undefined || stored === null) return { rows: [] };
  const wrapped = (stored as { _object?: unknown })._object ?? stored;
  const split = (typeof wrapped === 'string' ? JSON.parse(wrapped) : wrapped) as {
    columns?: string[];
    index?: number[];
    data?: Cell[][];
  };
  if (!Array.isArray(split.columns) || !Array.isArray(split.data))
    throw new QipanError('BAD_FILE', `${file}: table ${name} is not stored as columns, index and data`, {
      file,
      table: name,
      expected: 'pandapower JSON (orient split)',
    });
  const { columns, index, data } = split;
  return {
    rows: data.map((cells, k) => ({
      index: index?.[k] ?? k,
      at: Object.fromEntries(columns.map((c, i) => [c, cells[i] ?? null])),
    })),
  };
}

class Element {
  readonly table: string;
  readonly index: number;
  readonly at: Readonly<Record<string, Cell>>;
  readonly file: string;

  constructor(table: string, row: Frame['rows'][number], file: string) {
    this.table = table;
    this.index = row.index;
    this.at = row.at;
    this.file = file;
  }

  number(column: string, fallback?: number): number {
    const v = this.at[column];
    if (typeof v === 'number' && Number.isFinite(v)) return v;
    if ((v === null || v === undefined) && fallback !== undefined) return fallback;
    throw new QipanError(
      'BAD_CELL',
      `${this.file}: ${this.table} ${this.index}.${column} = ${JSON.stringify(v ?? null)}; expected a number`,
      {
        file: this.file,
        table: this.table,
        field: `${this.table} ${this.index}.${column}`,
        got: v ?? null,
        expected: 'a number',
      },
    );
  }

  get inService(): boolean {
    return this.at['in_service'] !== false;
  }

  get id(): string {
    return `${this.table} ${this.index}`;
  }
}

/** Open switches by element: which bus side hangs. */
function openSides(switches: readonly Element[]): Map<string, Set<number>> {
  const open = new Map<string, Set<number>>();
  for (const s of switches) {
    if (s.at['closed'] !== false || s.at['et'] === 'b') continue;
    const key = `${String(s.at['et'])}${s.number('element')}`;
    open.set(key, (open.get(key) ?? new Set()).add(s.number('bus')));
  }
  return open;
}

/**
 * The network of a pandapower JSON file (format of pandapower 2 and 3). Node ids are the bus indices.
 * Transformers use pandapower's default T model, external grids are ideal sources, as in its power flow.
 * @throws GRID_UNSUPPORTED for elements that are not carried, BAD_FILE, BAD_CELL, UNKNOWN_REFERENCE
 */
export function pandapowerNetwork(text: string, file: string): GridNetwork {
  let net: Record<string, unknown>;
  try {
    const json = JSON.parse(text) as { _object?: Record<string, unknown> };
    net = json._object ?? (json as Record<string, unknown>);
  } catch (e) {
    throw new QipanError('BAD_FILE', `${file}: not JSON`, { file, expected: 'pandapower JSON' }, e);
  }
  if (!net['bus']) throw new QipanError('BAD_FILE', `${file}: no bus table`, { file, expected: 'pandapower JSON' });
  const elements = (table: string) => frameOf(net, table, file).rows.map((row) => new Element(table, row, file));
  for (const table of refused) {
    const on = elements(table).filter((e) => e.inService);
    if (on.length > 0)
      throw new QipanError(
        'GRID_UNSUPPORTED',
        `${file}: ${on.length} ${table} in service (${on
          .map((e) => e.index)
          .slice(0, 5)
          .join(', ')}) would change the answer and is not carried`,
        { file, table, got: on.length, expected: 'none in service' },
      );
  }
  const buses = elements('bus').filter((b) => b.inService);
  const nodes = buses.map((b): GridNode => ({ id: String(b.index), ratedV: b.number('vn_kv') * 1000 }));
  const index = new Map(buses.map((b, i) => [b.index, i]));
  const dead = new Set(
    elements('bus')
      .filter((b) => !b.inService)
      .map((b) => b.index),
  );
  const frequencyHz = typeof net['f_hz'] === 'number' ? net['f_hz'] : 50;
  const context: Context = { index, dead, open: openSides(elements('switch')), frequencyHz, file };
  const reachable = (e: Element, column: string) => e.inService && !dead.has(e.number(column));
  const branches: GridBranch[] = [
    ...elements('line')
      .filter((e) => e.inService)
      .flatMap((e) => lineOf(e, context)),
    ...elements('trafo')
      .filter((e) => e.inService)
      .flatMap((e) => transformerOf(e, context)),
    ...elements('switch')
      .filter((s) => s.at['et'] === 'b' && s.at['closed'] !== false && !dead.has(s.number('bus')))
      .flatMap((s) => linkOf(s, context)),
  ];
  const loads = [
    ...elements('load'),
    ...elements('sgen'),
    ...elements('asymmetric_load'),
    ...elements('asymmetric_sgen'),
  ]
    .filter((e) => reachable(e, 'bus'))
    .flatMap((e) => loadOf(e, context));
  const shunts = elements('shunt')
    .filter((e) => reachable(e, 'bus'))
    .map((e) => shuntOf(e, nodes, context));
  const sources = elements('ext_grid')
    .filter((e) => reachable(e, 'bus'))
    .map((e): GridSource => ({
      id: e.id,
      node: nodeOf(e, 'bus', context),
      on: true,
      uPu: [e.number('vm_pu', 1)],
      angleRad: [(e.number('va_degree', 0) * Math.PI) / 180],
      shortCircuitVa: 1e20,
      rxRatio: 0.1,
      z01Ratio: 1,
    }));
  return {
    name: typeof net['name'] === 'string' && net['name'] ? net['name'] : file,
    frequencyHz,
    nodes,
    branches,
    shunts,
    sources,
    loads,
    warnings: [],
  };
}

interface Context {
  readonly index: ReadonlyMap<number, number>;
  readonly dead: ReadonlySet<number>;
  readonly open: ReadonlyMap<string, ReadonlySet<number>>;
  readonly frequencyHz: number;
  readonly file: string;
}

function nodeOf(e: Element, column: string, c: Context): number {
  const bus = e.number(column);
  const i = c.index.get(bus);
  if (i === undefined)
    throw new QipanError('UNKNOWN_REFERENCE', `${c.file}: ${e.id}.${column} = ${bus}; no such bus`, {
      file: c.file,
      table: e.table,
      field: column,
      got: bus,
      expected: 'the index of a bus',
    });
  return i;
}

/** Both ends, a switch or a dead bus opening its side; an element with both sides open or dead is left out. */
function endsOf(e: Element, columns: readonly [string, string], letter: string, c: Context) {
  const open = c.open.get(`${letter}${e.index}`);
  const [a, b] = columns.map((column) => e.number(column)) as [number, number];
  const fromOn = !open?.has(a) && !c.dead.has(a);
  const toOn = !open?.has(b) && !c.dead.has(b);
  if (!fromOn && !toOn) return null;
  // An end on a dead bus hangs at the node of the other end, switched off.
  return {
    id: e.id,
    from: c.dead.has(a) ? nodeOf(e, columns[1], c) : nodeOf(e, columns[0], c),
    to: c.dead.has(b) ? nodeOf(e, columns[0], c) : nodeOf(e, columns[1], c),
    fromOn,
    toOn,
  };
}

function lineOf(e: Element, c: Context): GridBranch[] {
  const ends = endsOf(e, ['from_bus', 'to_bus'], 'l', c);
  if (!ends) return [];
  const km = e.number('length_km');
  const parallel = e.number('parallel', 1);
  const ohm = (column: string) => (e.number(column) * km) / parallel;
  const farad = (column: string) => e.number(column, 0) * 1e-9 * km * parallel;
  const c1 = farad('c_nf_per_km');
  // pandapower's g is a shunt conductance; the network holds it as a loss angle of the capacitance.
  const g = e.number('g_us_per_km', 0) * 1e-6 * km * parallel;
  const unknown = Number.NaN;
  const zero = typeof e.at['r0_ohm_per_km'] === 'number';
  return [
    {
      kind: 'line',
      ...ends,
      r1: ohm('r_ohm_per_km'),
      x1: ohm('x_ohm_per_km'),
      c1: c1 === 0 && g > 0 ? 1e-18 : c1,
      tan1: g === 0 ? 0 : g / (2 * Math.PI * c.frequencyHz * (c1 || 1e-18)),
      r0: zero ? ohm('r0_ohm_per_km') : unknown,
      x0: zero ? ohm('x0_ohm_per_km') : unknown,
      c0: zero ? farad('c0_nf_per_km') : unknown,
      tan0: 0,
      ratedA: e.number('max_i_ka', unknown) * 1000 * parallel * e.number('df', 1),
    },
  ];
}

function transformerOf(e: Element, c: Context): GridBranch[] {
  const ends = endsOf(e, ['hv_bus', 'lv_bus'], 't', c);
  if (!ends) return [];
  if (e.number('tap_step_degree', 0) !== 0 && e.number('tap_pos', 0) !== e.number('tap_neutral', 0))
    throw new QipanError('GRID_UNSUPPORTED', `${c.file}: ${e.id} shifts its phase by taps`, {
      file: c.file,
      table: 'trafo',
      got: e.number('tap_step_degree'),
      expected: 'tap_step_degree 0 or the neutral tap',
    });
  const parallel = e.number('parallel', 1);
  const atHigh = e.at['tap_side'] !== 'lv';
  const u1V = e.number('vn_hv_kv') * 1000;
  const u2V = e.number('vn_lv_kv') * 1000;
  const ratedVa = e.number('sn_mva') * 1e6;
  const p0W = e.number('pfe_kw') * 1000;
  const i0 = e.number('i0_percent') / 100;
  const uk = e.number('vk_percent') / 100;
  const pkW = (e.number('vkr_percent') / 100) * ratedVa;
  const nominal = e.number('tap_neutral', 0);
  const position = e.number('tap_pos', nominal);
  // Neutral and present position bound the range where the file leaves it open.
  return [
    {
      kind: 'transformer',
      ...ends,
      model: 't',
      u1V,
      u2V,
      ratedVa: ratedVa * parallel,
      uk,
      pkW: pkW * parallel,
      i0,
      p0W: p0W * parallel,
      i0Zero: i0,
      p0ZeroW: p0W * parallel,
      windingFrom: 'delta',
      windingTo: 'wyeN',
      clock: e.number('shift_degree', 0) / 30,
      tapSide: atHigh ? 'from' : 'to',
      tapPosition: position,
      tapMin: e.number('tap_min', Math.min(nominal, position)) - 1e-9,
      tapMax: e.number('tap_max', Math.max(nominal, position)) + 1e-9,
      tapNominal: nominal,
      tapSizeV: (e.number('tap_step_percent', 0) / 100) * (atHigh ? u1V : u2V),
      ukMin: uk,
      ukMax: uk,
      pkMinW: pkW * parallel,
      pkMaxW: pkW * parallel,
      groundFromOhm: [0, 0],
      groundToOhm: [0, 0],
    },
  ];
}

function linkOf(s: Element, c: Context): GridBranch[] {
  const other = s.number('element');
  const to = c.index.get(other);
  if (to === undefined) return [];
  if (s.number('z_ohm', 0) > 0)
    throw new QipanError('GRID_UNSUPPORTED', `${c.file}: switch ${s.index} has an impedance`, {
      file: c.file,
      table: 'switch',
      got: s.number('z_ohm'),
      expected: 'z_ohm 0',
    });
  return [{ kind: 'link', id: s.id, from: nodeOf(s, 'bus', c), to, fromOn: true, toOn: true }];
}

function loadOf(e: Element, c: Context): GridLoad[] {
  const isGenerator = e.table.endsWith('sgen');
  const scaling = e.number('scaling', 1) * (isGenerator ? -1e6 : 1e6);
  const node = nodeOf(e, 'bus', c);
  if (e.table.startsWith('asymmetric')) {
    const by = (quantity: string) =>
      ['a', 'b', 'c'].map((phase) => e.number(`${quantity}_${phase}_${quantity === 'p' ? 'mw' : 'mvar'}`, 0) * scaling);
    return [{ id: e.id, node, on: true, model: 'power', pW: by('p'), qVar: by('q'), isGenerator }];
  }
  const p = e.number('p_mw') * scaling;
  const q = e.number('q_mvar', 0) * scaling;
  const share = (column: string, old: string) => e.number(column, e.number(old, 0)) / 100;
  const z = [share('const_z_p_percent', 'const_z_percent'), share('const_z_q_percent', 'const_z_percent')] as const;
  const i = [share('const_i_p_percent', 'const_i_percent'), share('const_i_q_percent', 'const_i_percent')] as const;
  const part = (model: GridLoad['model'], ps: number, qs: number): GridLoad[] =>
    ps === 0 && qs === 0
      ? []
      : [
          {
            id: model === 'power' ? e.id : `${e.id} ${model}`,
            node,
            on: true,
            model,
            pW: [p * ps],
            qVar: [q * qs],
            isGenerator,
          },
        ];
  return [
    ...part('power', 1 - z[0] - i[0], 1 - z[1] - i[1]),
    ...part('impedance', z[0], z[1]),
    ...part('current', i[0], i[1]),
  ];
}

function shuntOf(e: Element, nodes: readonly GridNode[], c: Context): GridShunt {
  const node = nodeOf(e, 'bus', c);
  const rated = e.number('vn_kv', nodes[node].ratedV / 1000) * 1000;
  const k = (1e6 * e.number('step', 1)) / (rated * rated);
  const g = e.number('p_mw') * k;
  const b = -e.number('q_mvar') * k;
  return { id: e.id, node, on: true, g1: g, b1: b, g0: g, b0: b };
}
