import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  pandapowerNetwork,
  parsePgm,
  parseSimbench,
  pgmNetwork,
  pgmUpdated,
  powerFlow,
  simbenchNetwork,
  type PgmData,
  type SimbenchTables,
} from '@qipan/grid';

const input = {
  node: [
    { id: 1, u_rated: 400 },
    { id: 2, u_rated: 400 },
  ],
  line: [{ id: 3, from_node: 1, to_node: 2, from_status: 1, to_status: 1, r1: 0.1, x1: 0.05, c1: 0, tan1: 0 }],
  source: [{ id: 4, node: 1, status: 1, u_ref: 1 }],
  sym_load: [{ id: 5, node: 2, status: 1, type: 0, p_specified: 1000, q_specified: 0 }],
};
const file = (data: unknown, more: object = {}) =>
  JSON.stringify({ version: '1.0', type: 'input', is_batch: false, attributes: {}, data, ...more });
const data = (change: object = {}): PgmData => ({ ...input, ...change });

test('row based and columnar power-grid-model files read alike', () => {
  const rows = parsePgm(file(input), 'a.json').sets[0]!;
  const columnar = parsePgm(
    file(
      {
        ...input,
        node: [
          [1, 400],
          [2, 400],
        ],
      },
      { attributes: { node: ['id', 'u_rated'] } },
    ),
    'b.json',
  ).sets[0]!;
  assert.deepEqual(columnar, rows);
  assert.equal(powerFlow(pgmNetwork(rows, 'a'), 1).status, 'converged');
});

test('what is no power-grid-model file is refused with what was expected', () => {
  assert.throws(
    () => parsePgm('{', 'x.json'),
    (e: { code: string; message: string }) => e.code === 'BAD_FILE' && e.message.startsWith('x.json: not JSON'),
  );
  assert.throws(() => parsePgm('{}', 'x.json'), { code: 'BAD_FILE' });
  assert.throws(() => parsePgm('null', 'x.json'), { code: 'BAD_FILE' });
  assert.throws(() => parsePgm(file({ node: 5 }), 'x.json'), /node is not a list/);
  assert.throws(
    () => parsePgm(file({ node: [[1]] }, { attributes: { node: ['id', 'u_rated'] } }), 'x.json'),
    /has 1 values for 2 attributes/,
  );
  assert.throws(() => parsePgm(file(7), 'x.json'), { code: 'BAD_FILE' });
});

test('a cell, a reference and a doubled id are named', () => {
  const fails = (change: object, code: string, message: RegExp) =>
    assert.throws(
      () => pgmNetwork(data(change), 'n.json'),
      (e: { code: string; message: string }) => e.code === code && message.test(e.message),
    );
  fails(
    {
      node: [
        { id: 1, u_rated: 0 },
        { id: 2, u_rated: 400 },
      ],
    },
    'BAD_CELL',
    /node 1\.u_rated = 0; expected a number > 0/,
  );
  fails({ line: [{ ...input.line[0], r1: 'high' }] }, 'BAD_CELL', /line 3\.r1 = "high"; expected a number/);
  fails({ line: [{ ...input.line[0], to_node: 9 }] }, 'UNKNOWN_REFERENCE', /line 3\.to_node = 9; no such node/);
  fails({ source: [{ id: 4, node: 8, u_ref: 1 }] }, 'UNKNOWN_REFERENCE', /source 4\.node = 8/);
  fails({ sym_load: [{ ...input.sym_load[0], id: 3 }] }, 'DUPLICATE_ID', /id stands twice/);
  fails({ sym_load: [{ ...input.sym_load[0], type: 7 }] }, 'BAD_CELL', /type = 7/);
  fails(
    { asym_load: [{ id: 6, node: 2, type: 0, p_specified: [1, 2], q_specified: [0, 0, 0] }] },
    'BAD_CELL',
    /three numbers/,
  );
  fails({ windmill: [{ id: 9 }] }, 'GRID_UNSUPPORTED', /windmill is not known/);
  fails({ three_winding_transformer: [{ id: 9, status: 1 }] }, 'GRID_UNSUPPORTED', /three_winding_transformer/);
});

test('measurements and faults are left out aloud, a switched-off regulator does not matter', () => {
  const n = pgmNetwork(data({ sym_voltage_sensor: [{ id: 9 }], voltage_regulator: [{ id: 10, status: 0 }] }), 'n');
  assert.match(n.warnings[0]!, /1 sym_voltage_sensor left out/);
});

test('an update changes a row by id or by place and refuses what it does not know', () => {
  const by = (update: PgmData) => pgmNetwork(pgmUpdated(data(), update, 'u.json'), 'n').loads[0]!.pW;
  assert.deepEqual(by({ sym_load: [{ id: 5, p_specified: 7 }] }), [7]);
  assert.deepEqual(by({ sym_load: [{ p_specified: 8 }] }), [8]);
  assert.deepEqual(by({ sym_load: [{ id: 5, p_specified: null }] }), [1000], 'null changes nothing');
  assert.throws(() => pgmUpdated(data(), { sym_load: [{ id: 77 }] }, 'u.json'), { code: 'UNKNOWN_REFERENCE' });
  assert.throws(() => pgmUpdated(data(), { sym_load: [{}, {}] }, 'u.json'), { code: 'UNKNOWN_REFERENCE' });
});

test('a transformer tap outside its range is taken to the end of it', () => {
  const t = {
    id: 6,
    from_node: 1,
    to_node: 2,
    from_status: 1,
    to_status: 1,
    u1: 400,
    u2: 400,
    sn: 1e5,
    uk: 0.04,
    pk: 1000,
    i0: 0,
    p0: 0,
    winding_from: 2,
    winding_to: 1,
    clock: 5,
    tap_side: 0,
    tap_pos: 9,
    tap_min: -2,
    tap_max: 2,
    tap_nom: 0,
    tap_size: 10,
  };
  const n = pgmNetwork(data({ line: [], transformer: [t] }), 'n');
  assert.equal((n.branches[0] as { tapPosition: number }).tapPosition, 2);
});

test('three-phase flow asks for zero-sequence data by the name of the line', () => {
  assert.throws(
    () => powerFlow(pgmNetwork(data(), 'n'), 3),
    (e: { code: string; message: string }) => e.code === 'BAD_INPUT' && /line 3: r0 is unknown/.test(e.message),
  );
});

const tables = (change: Partial<SimbenchTables> = {}): SimbenchTables => ({
  Line: [{ id: 'L', nodeA: 'Bus 1_1', nodeB: 'Bus 2', type: 'c', length: '0.1' }],
  LineType: [{ id: 'c', r: '0.2', x: '0.08', b: '0', iMax: '270', type: 'cable' }],
  Load: [{ id: 'D', node: 'Bus 2_3', profile: 'H0-A', pLoad: '0.003', qLoad: '0.001', sR: '0.0032' }],
  Transformer: [{ id: 'T', nodeHV: 'MV', nodeLV: 'Bus 1', type: 't', tappos: '0' }],
  TransformerType: [
    {
      id: 't',
      sR: '0.1',
      vmHV: '10',
      vmLV: '0.4',
      va0: '150',
      vmImp: '4',
      pCu: '1.5',
      pFe: '0.3',
      iNoLoad: '0.3',
      tapable: '1',
      tapside: 'HV',
      dVm: '2.5',
      dVa: '0',
      tapNeutr: '0',
      tapMin: '-2',
      tapMax: '2',
    },
  ],
  ...change,
});

test('SimBench switch nodes are one node, units are converted once', () => {
  const n = simbenchNetwork(tables(), 's');
  assert.deepEqual(
    n.nodes.map((x) => [x.id, x.ratedV]),
    [
      ['MV', 10_000],
      ['Bus 1', 400],
      ['Bus 2', 400],
    ],
  );
  const l = n.branches.find((b) => b.kind === 'line') as { r1: number; ratedA: number };
  assert.ok(Math.abs(l.r1 - 0.02) < 1e-15);
  assert.equal(n.loads[0]!.pW[0], 3000);
  assert.equal(n.sources[0]!.node, 0, 'fed at the high side');
  assert.match(n.warnings[0]!, /no Node\.csv/);
  assert.equal(powerFlow(n, 1).status, 'converged');
});

test('SimBench study cases scale loads and set the slack', () => {
  const cases = [{ 'Study Case': 'lPV', voltLvl: '7', pload: '0.1', qload: '0.12', PV_p: '0.95', Slack_vm: '1.055' }];
  const n = simbenchNetwork(
    tables({ StudyCases: cases, RES: [{ id: 'PV', node: 'Bus 2', pRES: '0.01', qRES: '0' }] }),
    's',
    { studyCase: 'lPV' },
  );
  assert.ok(Math.abs(n.loads[0]!.pW[0]! - 300) < 1e-9 && Math.abs(n.loads[1]!.pW[0]! + 9500) < 1e-9);
  assert.deepEqual(n.sources[0]!.uPu, [1.055]);
  assert.throws(
    () => simbenchNetwork(tables({ StudyCases: cases }), 's', { studyCase: 'hX' }),
    (e: { code: string }) => e.code === 'NOT_FOUND',
  );
});

test('SimBench faults name table, element and column', () => {
  const fails = (change: Partial<SimbenchTables>, message: RegExp) =>
    assert.throws(() => simbenchNetwork(tables(change), 's'), message);
  fails({ Line: [{ ...tables()['Line']![0]!, length: '-1' }] }, /Line L: length -1 km; expected ≥ 0/);
  fails({ Line: [{ ...tables()['Line']![0]!, length: null }] }, /Line L, column length: null; expected a number/);
  fails({ Line: [{ ...tables()['Line']![0]!, type: 'zz' }] }, /type zz is not in LineType\.csv/);
  fails({ Line: [{ ...tables()['Line']![0]!, nodeA: null }] }, /column nodeA: empty/);
  fails({ Node: [{ id: 'MV', vmR: '10' }] }, /node Bus 1 does not stand in Node\.csv/);
  fails({ Transformer: [], TransformerType: [] }, /nothing feeds this network/);
  const { Line: _line, ...without } = tables();
  assert.throws(() => simbenchNetwork(without, 's'), /Line\.csv is missing/);
  assert.throws(() => parseSimbench('a;b\n1\n', 'Line.csv'), /Line\.csv row 2: 1 cells; expected 2/);
  assert.deepEqual(parseSimbench('\uFEFFa;b\r\n1;NULL\r\n', 'x'), [{ a: '1', b: null }]);
});

test('a line of no length is a link', () => {
  const n = simbenchNetwork(tables({ Line: [{ ...tables()['Line']![0]!, length: '0' }] }), 's');
  assert.equal(n.branches[0]!.kind, 'link');
  const r = powerFlow(n, 1);
  assert.deepEqual(r.nodes[1]!.uPu, r.nodes[2]!.uPu);
});

const frame = (columns: readonly string[], rows: readonly (readonly unknown[])[]) => ({
  _module: 'pandas.core.frame',
  _class: 'DataFrame',
  _object: JSON.stringify({ columns, index: rows.map((_, i) => i), data: rows }),
});
const pandapower = (change: object = {}) =>
  JSON.stringify({
    _object: {
      name: 'small',
      f_hz: 50,
      bus: frame(
        ['vn_kv', 'in_service'],
        [
          [0.4, true],
          [0.4, true],
          [0.4, true],
        ],
      ),
      line: frame(
        [
          'from_bus',
          'to_bus',
          'length_km',
          'r_ohm_per_km',
          'x_ohm_per_km',
          'c_nf_per_km',
          'g_us_per_km',
          'max_i_ka',
          'parallel',
          'in_service',
        ],
        [[0, 1, 0.1, 0.2, 0.08, 0, 0, 0.27, 1, true]],
      ),
      switch: frame(['bus', 'element', 'et', 'closed'], [[1, 2, 'b', true]]),
      load: frame(
        ['bus', 'p_mw', 'q_mvar', 'scaling', 'in_service', 'const_z_percent', 'const_i_percent'],
        [[2, 0.01, 0.002, 0.5, true, 20, 30]],
      ),
      ext_grid: frame(['bus', 'vm_pu', 'va_degree', 'in_service'], [[0, 1.02, 0, true]]),
      ...change,
    },
  });

test('pandapower loads are split into power, impedance and current, bus switches join', () => {
  const n = pandapowerNetwork(pandapower(), 'p.json');
  assert.deepEqual(
    n.loads.map((l) => [l.model, Math.round(l.pW[0]!)]),
    [
      ['power', 2500],
      ['impedance', 1000],
      ['current', 1500],
    ],
  );
  const r = powerFlow(n, 1);
  assert.equal(r.status, 'converged');
  assert.deepEqual(r.nodes[1]!.uPu, r.nodes[2]!.uPu);
});

test('an open line switch hangs the line, a bus out of service is dead', () => {
  const open = pandapowerNetwork(
    pandapower({ switch: frame(['bus', 'element', 'et', 'closed'], [[1, 0, 'l', false]]) }),
    'p',
  );
  assert.deepEqual([open.branches[0]!.fromOn, open.branches[0]!.toOn], [true, false]);
  assert.equal(powerFlow(open, 1).nodes[1]!.isEnergized, false);
  const dead = pandapowerNetwork(
    pandapower({
      bus: frame(
        ['vn_kv', 'in_service'],
        [
          [0.4, true],
          [0.4, true],
          [0.4, false],
        ],
      ),
    }),
    'p',
  );
  assert.deepEqual([dead.nodes.length, dead.loads.length, dead.branches.length], [2, 0, 1]);
});

test('pandapower elements that are not carried are refused when in service', () => {
  assert.throws(
    () => pandapowerNetwork(pandapower({ gen: frame(['bus', 'in_service'], [[1, true]]) }), 'p.json'),
    (e: { code: string; message: string }) => e.code === 'GRID_UNSUPPORTED' && /1 gen in service \(0\)/.test(e.message),
  );
  assert.ok(pandapowerNetwork(pandapower({ gen: frame(['bus', 'in_service'], [[1, false]]) }), 'p'));
  assert.throws(
    () =>
      pandapowerNetwork(
        pandapower({ switch: frame(['bus', 'element', 'et', 'closed', 'z_ohm'], [[1, 2, 'b', true, 0.1]]) }),
        'p',
      ),
    { code: 'GRID_UNSUPPORTED' },
  );
  assert.throws(() => pandapowerNetwork('x', 'p'), { code: 'BAD_FILE' });
  assert.throws(() => pandapowerNetwork('{}', 'p'), /no bus table/);
  assert.throws(
    () => pandapowerNetwork(pandapower({ load: frame(['bus', 'p_mw'], [[7, 1]]) }), 'p'),
    /load 0\.bus = 7; no such bus/,
  );
  assert.throws(
    () => pandapowerNetwork(pandapower({ load: frame(['bus', 'p_mw'], [[1, 'much']]) }), 'p'),
    /load 0\.p_mw = "much"/,
  );
});

test('parallel lines share resistance and current', () => {
  const line = [
    'from_bus',
    'to_bus',
    'length_km',
    'r_ohm_per_km',
    'x_ohm_per_km',
    'c_nf_per_km',
    'g_us_per_km',
    'max_i_ka',
    'parallel',
    'in_service',
  ];
  const n = pandapowerNetwork(pandapower({ line: frame(line, [[0, 1, 1, 0.2, 0.08, 10, 0, 0.27, 2, true]]) }), 'p');
  const l = n.branches[0] as { r1: number; c1: number; ratedA: number };
  assert.ok(Math.abs(l.r1 - 0.1) < 1e-15 && Math.abs(l.c1 - 2e-8) < 1e-20 && l.ratedA === 540);
});
