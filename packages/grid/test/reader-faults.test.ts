import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  networkIssues,
  pandapowerNetwork,
  parsePgm,
  parseSimbench,
  pgmNetwork,
  pgmUpdated,
  powerFlow,
  simbenchNetwork,
  type GridNetwork,
  type SimbenchRow,
  type SimbenchTables,
} from '@qipan/grid';

type Failure = { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> };
const fails = (read: () => unknown, code: string, message: RegExp, details: Readonly<Record<string, unknown>> = {}) =>
  assert.throws(read, (e: Failure) => {
    assert.equal(e.code, code, e.message);
    assert.match(e.message, message);
    for (const [k, v] of Object.entries(details)) assert.deepEqual(e.details[k], v, k);
    return true;
  });

const frame = (columns: readonly string[], ...rows: readonly (readonly unknown[])[]) => ({
  _module: 'pandas.core.frame',
  _class: 'DataFrame',
  _object: JSON.stringify({ columns, index: rows.map((_, i) => i), data: rows }),
});

const trafoColumns = {
  hv_bus: 0,
  lv_bus: 1,
  sn_mva: 0.1,
  vn_hv_kv: 10,
  vn_lv_kv: 0.4,
  vk_percent: 4,
  vkr_percent: 1.2,
  pfe_kw: 0.45,
  i0_percent: 0.25,
  shift_degree: 150,
  tap_side: 'hv',
  tap_neutral: 0,
  tap_min: -2,
  tap_max: 2,
  tap_step_percent: 2.5,
  tap_pos: 0,
  parallel: 1,
  in_service: true,
};
const trafo = (own: object = {}) => {
  const row = { ...trafoColumns, ...own };
  return frame(Object.keys(row), Object.values(row));
};
const lineColumns = {
  from_bus: 1,
  to_bus: 2,
  length_km: 0.2,
  r_ohm_per_km: 0.3,
  x_ohm_per_km: 0.1,
  c_nf_per_km: 10,
  g_us_per_km: 0,
  max_i_ka: 0.2,
  df: 1,
  parallel: 1,
  in_service: true,
};
const lines = (own: object = {}) => {
  const row = { ...lineColumns, ...own };
  return frame(Object.keys(row), Object.values(row));
};
const tables = {
  bus: frame(['vn_kv', 'in_service'], [10, true], [0.4, true], [0.4, true]),
  trafo: trafo(),
  line: lines(),
  load: frame(['bus', 'p_mw', 'q_mvar', 'scaling', 'in_service'], [2, 0.02, 0.005, 1, true]),
  ext_grid: frame(['bus', 'vm_pu', 'va_degree', 'in_service'], [0, 1, 0, true]),
};
const pandapower = (own: object = {}): GridNetwork =>
  pandapowerNetwork(JSON.stringify({ _object: { name: 'village', f_hz: 50, ...tables, ...own } }), 'net.json');
const firstTrafo = (own: object) =>
  pandapower({ trafo: trafo(own) }).branches.find((b) => b.kind === 'transformer') as never;

describe('pandapower, element by element', () => {
  test('a transformer comes over in watts, shares and steps of volts', () => {
    const t = firstTrafo({}) as unknown as Record<string, unknown>;
    const near = (key: string, wanted: number) =>
      assert.ok(Math.abs((t[key] as number) - wanted) < 1e-9 * Math.max(1, wanted), key);
    near('ratedVa', 100_000);
    near('uk', 0.04);
    near('pkW', 1200);
    near('p0W', 450);
    near('i0', 0.0025);
    near('clock', 5);
    near('tapSizeV', 250);
    assert.equal(t['tapSide'], 'from');
    assert.equal((firstTrafo({ tap_side: 'lv' }) as Record<string, unknown>)['tapSide'], 'to');
    assert.ok(
      Math.abs(((firstTrafo({ tap_side: 'lv' }) as Record<string, unknown>)['tapSizeV'] as number) - 10) < 1e-9,
    );
  });

  test('two transformers side by side are one of twice the rating', () => {
    const two = firstTrafo({ parallel: 2 }) as unknown as { ratedVa: number; pkW: number; p0W: number; uk: number };
    assert.deepEqual([two.ratedVa, Math.round(two.pkW), two.p0W, two.uk], [200_000, 2400, 900, 0.04]);
    const flow = (own: object) => powerFlow(pandapower({ trafo: trafo(own) }), 1).nodes[1].uPu[0];
    assert.ok(flow({ parallel: 2 }) > flow({}));
  });

  test('a tap at the high side lowers, at the low side raises the village', () => {
    const at = (own: object) => powerFlow(pandapower({ trafo: trafo(own) }), 1).nodes[1].uPu[0];
    assert.ok(at({ tap_pos: 2 }) < at({}) && at({ tap_pos: -2 }) > at({}));
    assert.ok(at({ tap_side: 'lv', tap_pos: 2 }) > at({}));
  });

  test('taps that turn the phase are refused unless they stand neutral', () => {
    fails(
      () => firstTrafo({ tap_step_degree: 5, tap_pos: 1 }),
      'GRID_UNSUPPORTED',
      /trafo 0 shifts its phase by taps/,
      { table: 'trafo' },
    );
    assert.ok(firstTrafo({ tap_step_degree: 5, tap_pos: 0 }));
  });

  test('missing limits of the tap are those of its neutral and present place', () => {
    const t = firstTrafo({ tap_min: null, tap_max: null, tap_pos: -1 }) as unknown as {
      tapMin: number;
      tapMax: number;
      tapPosition: number;
    };
    assert.equal(t.tapPosition, -1);
    assert.ok(t.tapMin <= -1 && t.tapMax >= 0 && t.tapMax < 1);
  });

  test('a switch at either side of a transformer opens it there; both sides open leave it out', () => {
    const opened = (...buses: number[]) =>
      pandapower({
        switch: frame(['bus', 'element', 'et', 'closed'], ...buses.map((b) => [b, 0, 't', false])),
      }).branches.filter((b) => b.kind === 'transformer');
    assert.deepEqual(
      opened(0).map((b) => [b.fromOn, b.toOn]),
      [[false, true]],
    );
    assert.deepEqual(
      opened(1).map((b) => [b.fromOn, b.toOn]),
      [[true, false]],
    );
    assert.equal(opened(0, 1).length, 0);
  });

  test('conductance, derating and a zero sequence of a line come over, each once', () => {
    const of = (own: object) =>
      pandapower({ line: lines(own) }).branches.find((b) => b.kind === 'line') as unknown as Record<string, number>;
    const plain = of({});
    assert.ok(Math.abs(plain['r1'] - 0.06) < 1e-12 && Math.abs(plain['c1'] - 2e-9) < 1e-20);
    assert.equal(of({ df: 0.8 })['ratedA'], 160);
    assert.ok(Number.isNaN(plain['r0']));
    const zero = of({ r0_ohm_per_km: 1.2, x0_ohm_per_km: 0.4, c0_nf_per_km: 5 });
    assert.ok(Math.abs(zero['r0'] - 0.24) < 1e-12 && Math.abs(zero['x0'] - 0.08) < 1e-12);
    // g in µS/km is a loss angle of the capacitance: G = ωC·tan δ.
    const leaky = of({ g_us_per_km: 2 });
    assert.ok(Math.abs(2 * Math.PI * 50 * leaky['c1'] * leaky['tan1'] - 2e-6 * 0.2) < 1e-15);
    assert.ok(Math.abs(of({ max_i_ka: null })['ratedA'] as number) !== 0);
  });

  test('generators lift, loads by phase keep their phases, scaling goes into both', () => {
    const n = pandapower({
      sgen: frame(['bus', 'p_mw', 'q_mvar', 'scaling', 'in_service'], [2, 0.03, 0, 0.5, true]),
      asymmetric_load: frame(
        ['bus', 'p_a_mw', 'p_b_mw', 'p_c_mw', 'q_a_mvar', 'q_b_mvar', 'q_c_mvar', 'scaling', 'in_service'],
        [2, 0.003, 0, 0.001, 0.001, 0, 0, 2, true],
      ),
    });
    const byId = new Map(n.loads.map((l) => [l.id, l]));
    assert.deepEqual(byId.get('sgen 0')?.pW, [-15_000]);
    assert.equal(byId.get('sgen 0')?.isGenerator, true);
    assert.deepEqual(byId.get('asymmetric_load 0')?.pW, [6000, 0, 2000]);
    assert.deepEqual(byId.get('asymmetric_load 0')?.qVar, [2000, 0, 0]);
  });

  test('a shunt is admittance at its own voltage, reactive power drawn is inductive', () => {
    const n = pandapower({
      shunt: frame(['bus', 'p_mw', 'q_mvar', 'vn_kv', 'step', 'in_service'], [2, 0.001, 0.002, 0.4, 2, true]),
    });
    const [s] = n.shunts;
    assert.ok(Math.abs(s.g1 - (2 * 1000) / 400 ** 2) < 1e-12);
    assert.ok(Math.abs(s.b1 + (2 * 2000) / 400 ** 2) < 1e-12);
  });

  test('what is out of service is not there, and its own mistakes do not matter', () => {
    const n = pandapower({
      load: frame(['bus', 'p_mw', 'in_service'], [2, 0.01, true], [99, 'x', false]),
      line: frame(
        Object.keys(lineColumns),
        Object.values(lineColumns),
        Object.values({ ...lineColumns, from_bus: 77, in_service: false }),
      ),
      ext_grid: frame(['bus', 'vm_pu', 'in_service'], [0, 1, true], [2, 1, false]),
    });
    assert.deepEqual([n.loads.length, n.branches.length, n.sources.length], [1, 2, 1]);
  });

  test('a table that is no table, a bus that is not there and a text for a number are named', () => {
    fails(
      () => pandapower({ load: { _object: JSON.stringify({ rows: [] }) } }),
      'BAD_FILE',
      /table load is not stored as columns/,
      { table: 'load' },
    );
    fails(() => pandapower({ line: lines({ to_bus: 9 }) }), 'UNKNOWN_REFERENCE', /line 0\.to_bus = 9; no such bus/, {
      got: 9,
    });
    fails(
      () => pandapower({ line: lines({ length_km: null }) }),
      'BAD_CELL',
      /line 0\.length_km = null; expected a number/,
    );
    fails(() => pandapower({ trafo: trafo({ sn_mva: 'big' }) }), 'BAD_CELL', /trafo 0\.sn_mva = "big"/, {
      field: 'trafo 0.sn_mva',
    });
    fails(
      () => pandapower({ ext_grid: frame(['bus', 'vm_pu', 'in_service'], [5, 1, true]) }),
      'UNKNOWN_REFERENCE',
      /ext_grid 0\.bus = 5/,
    );
  });

  test('every element that would change the answer is refused in service and passed over out of it', () => {
    for (const table of [
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
      'tcsc',
    ]) {
      const one = (on: boolean) => pandapower({ [table]: frame(['bus', 'in_service'], [1, on]) });
      fails(() => one(true), 'GRID_UNSUPPORTED', new RegExp(`1 ${table} in service`), { table, got: 1 });
      assert.equal(one(false).branches.length, 2);
    }
  });

  test('a village from a file has nothing wrong, one with a rating in VA is found out', () => {
    assert.deepEqual(networkIssues(pandapower()), []);
    const bad = networkIssues(pandapower({ trafo: trafo({ sn_mva: 100 }) }));
    assert.deepEqual(
      bad.map((i) => i.kind),
      ['ratingUnlikely'],
    );
  });
});

const pgm = {
  node: [
    { id: 1, u_rated: 400 },
    { id: 2, u_rated: 400 },
  ],
  line: [
    {
      id: 3,
      from_node: 1,
      to_node: 2,
      from_status: 1,
      to_status: 1,
      r1: 0.1,
      x1: 0.05,
      c1: 0,
      tan1: 0,
      r0: 0.3,
      x0: 0.15,
      c0: 0,
      tan0: 0,
    },
  ],
  source: [{ id: 4, node: 1, status: 1, u_ref: 1 }],
  sym_load: [{ id: 5, node: 2, status: 1, type: 0, p_specified: 1000, q_specified: 0 }],
};
const read = (own: object = {}): GridNetwork => pgmNetwork({ ...pgm, ...own } as never, 'net.json');

describe('power-grid-model, component by component', () => {
  test('what a source does not say is what the format says', () => {
    const [s] = read().sources;
    assert.deepEqual([s.shortCircuitVa, s.rxRatio, s.z01Ratio, s.angleRad], [1e10, 0.1, 1, [0]]);
    fails(() => read({ source: [{ ...pgm.source[0], sk: 0 }] }), 'BAD_CELL', /source 4\.sk = 0; expected a number > 0/);
    fails(() => read({ source: [{ id: 4, node: 1, status: 1 }] }), 'BAD_CELL', /source 4\.u_ref/);
  });

  test('generators are drawn negative, by phase too, and a load that is off stays off', () => {
    const n = read({
      sym_gen: [{ id: 6, node: 2, status: 1, type: 0, p_specified: 500, q_specified: 100 }],
      asym_gen: [{ id: 7, node: 2, status: 0, type: 0, p_specified: [1, 2, 3], q_specified: [0, 0, 0] }],
    });
    const [, gen, byPhase] = n.loads;
    assert.deepEqual([gen.pW, gen.qVar, gen.isGenerator], [[-500], [-100], true]);
    assert.deepEqual([byPhase.pW, byPhase.on], [[-1, -2, -3], false]);
  });

  test('load types are power, impedance and current; another number is refused', () => {
    const model = (type: unknown) => read({ sym_load: [{ ...pgm.sym_load[0], type }] }).loads[0].model;
    assert.deepEqual([0, 1, 2].map(model), ['power', 'impedance', 'current']);
    fails(() => model(3), 'BAD_CELL', /type = 3; expected 0 … 2/);
    fails(() => model('power'), 'BAD_CELL', /type = "power"; expected a number/);
  });

  test('powers that are not given are none, three that are not three are refused', () => {
    assert.deepEqual(read({ sym_load: [{ id: 5, node: 2, status: 1, type: 0 }] }).loads[0].pW, [0]);
    const asym = (p: unknown) =>
      read({ asym_load: [{ id: 6, node: 2, status: 1, type: 0, p_specified: p }] }).loads[1].pW;
    assert.deepEqual(asym(undefined), [0, 0, 0]);
    for (const bad of [[1, 2], 5, [1, 2, 'x'], [1, 2, 3, 4]]) fails(() => asym(bad), 'BAD_CELL', /three numbers/);
  });

  test('a line by phases has its matrix from the lower triangle, its capacitance from two sequences', () => {
    const asym = {
      ...Object.fromEntries(
        ['r', 'x'].flatMap((q) =>
          [
            ['aa', 3],
            ['ba', 1],
            ['bb', 3],
            ['ca', 1],
            ['cb', 1],
            ['cc', 3],
          ].map(([k, v]) => [`${q}_${k}`, 0.01 * (v as number)]),
        ),
      ),
      c0: 1e-9,
      c1: 4e-9,
    };
    const n = read({
      line: [],
      asym_line: [{ id: 3, from_node: 1, to_node: 2, from_status: 1, to_status: 1, ...asym }],
    });
    const [b] = n.branches;
    assert.equal(b.kind, 'phaseLine');
    if (b.kind !== 'phaseLine') return;
    assert.deepEqual(b.r, [
      [0.03, 0.01, 0.01],
      [0.01, 0.03, 0.01],
      [0.01, 0.01, 0.03],
    ]);
    assert.ok(Math.abs(b.c[0][0] - 3e-9) < 1e-21 && Math.abs(b.c[0][1] + 1e-9) < 1e-21);
    fails(
      () => read({ line: [], asym_line: [{ id: 3, from_node: 1, to_node: 2, r_aa: 1 }] }),
      'BAD_CELL',
      /asym_line 3\./,
    );
  });

  test('a general branch keeps its ratio and angle; switched ends stay switched', () => {
    const row = {
      id: 3,
      from_node: 1,
      to_node: 2,
      from_status: 0,
      to_status: 1,
      r1: 0.1,
      x1: 0.2,
      k: 1.05,
      theta: 0.1,
      sn: 1e5,
    };
    const [b] = read({ line: [], generic_branch: [row] }).branches;
    assert.deepEqual([b.kind, b.fromOn, b.toOn], ['generic', false, true]);
    if (b.kind === 'generic') assert.deepEqual([b.k, b.thetaRad, b.ratedVa, b.g1], [1.05, 0.1, 1e5, 0]);
  });

  test('updates lay over each other: the second starts from the input again', () => {
    const of = (update: object) => pgmNetwork(pgmUpdated(pgm as never, update as never, 'u.json'), 'n').loads[0].pW[0];
    assert.equal(of({ sym_load: [{ id: 5, p_specified: 3 }] }), 3);
    assert.equal(of({ sym_load: [{ id: 5, q_specified: 9 }] }), 1000);
    fails(() => of({ sym_load: [{ id: 6, p_specified: 3 }] }), 'UNKNOWN_REFERENCE', /update of sym_load 6/, { got: 6 });
    fails(() => of({ sym_gen: [{ id: 5 }] }), 'UNKNOWN_REFERENCE', /update of sym_gen 5/);
  });

  test('a batch is a list of data sets, each with its own columns', () => {
    const text = JSON.stringify({
      version: '1.0',
      type: 'update',
      is_batch: true,
      attributes: { sym_load: ['id', 'p_specified'] },
      data: [{ sym_load: [[5, 1]] }, { sym_load: [{ id: 5, p_specified: 2 }] }, {}],
    });
    const { isBatch, sets } = parsePgm(text, 'b.json');
    assert.equal(isBatch, true);
    assert.deepEqual(sets, [{ sym_load: [{ id: 5, p_specified: 1 }] }, { sym_load: [{ id: 5, p_specified: 2 }] }, {}]);
    fails(
      () => parsePgm(text.replace('[[5,1]]', '[[5,1,2]]'), 'b.json'),
      'BAD_FILE',
      /sym_load\[0\] has 3 values for 2 attributes/,
    );
  });

  test('what is wrong with the network behind the cells is found by element', () => {
    const kinds = (own: object) => networkIssues(read(own)).map((i) => `${i.kind} ${i.element}`);
    // The format may leave a rated current out; the network then says so.
    assert.deepEqual(kinds({}), ['ratingMissing 3']);
    assert.deepEqual(kinds({ line: [{ ...pgm.line[0], r1: -0.1, i_n: 100 }] }), ['negative 3']);
    assert.deepEqual(kinds({ source: [] }), ['ratingMissing 3', 'noSource net.json']);
    assert.deepEqual(kinds({ line: [{ ...pgm.line[0], from_status: 0, i_n: 100 }] }), ['dark 5']);
  });
});

const row = (own: Readonly<Record<string, string | null>>): SimbenchRow => own;
const simbench = (own: Partial<SimbenchTables> = {}): SimbenchTables => ({
  Line: [row({ id: 'L', nodeA: 'Bus 1_1', nodeB: 'Bus 2', type: 'c', length: '0.1' })],
  LineType: [row({ id: 'c', r: '0.2', x: '0.08', b: '30', iMax: '270', type: 'cable' })],
  Load: [row({ id: 'D', node: 'Bus 2_3', pLoad: '0.003', qLoad: '0.001' })],
  Transformer: [row({ id: 'T', nodeHV: 'MV', nodeLV: 'Bus 1', type: 't', tappos: '0' })],
  TransformerType: [
    row({
      id: 't',
      sR: '0.1',
      vmHV: '10',
      vmLV: '0.4',
      va0: '150',
      vmImp: '4',
      pCu: '1.5',
      pFe: '0.3',
      iNoLoad: '0.3',
      tapside: 'HV',
      dVm: '2.5',
      tapNeutr: '0',
      tapMin: '-2',
      tapMax: '2',
    }),
  ],
  ...own,
});
const village = (own: Partial<SimbenchTables> = {}) => simbenchNetwork(simbench(own), 'village');

describe('SimBench, table by table', () => {
  test('susceptance is µS a kilometre, and becomes a capacitance once', () => {
    const l = village().branches.find((b) => b.kind === 'line') as unknown as { c1: number };
    assert.ok(Math.abs(2 * Math.PI * 50 * l.c1 - 30e-6 * 0.1) < 1e-18);
  });

  test('names that differ by a switch suffix alone are one node, longer ones are not', () => {
    const n = village({
      Line: [
        row({ id: 'L', nodeA: 'Bus 1_1', nodeB: 'Bus 2_7', type: 'c', length: '0.1' }),
        row({ id: 'M', nodeA: 'Bus 2_8', nodeB: 'Bus 22', type: 'c', length: '0.1' }),
      ],
    });
    assert.deepEqual(n.nodes.map((x) => x.id).sort(), ['Bus 1', 'Bus 2', 'Bus 22', 'MV']);
  });

  test('a tap side at the low voltage steps its volts there', () => {
    const [type] = simbench()['TransformerType'] as SimbenchRow[];
    const t = village({ TransformerType: [{ ...type, tapside: 'LV' }] }).branches.find(
      (b) => b.kind === 'transformer',
    ) as unknown as Record<string, unknown>;
    assert.equal(t['tapSide'], 'to');
    assert.ok(Math.abs((t['tapSizeV'] as number) - 10) < 1e-9);
  });

  test('generation lifts, storage draws what it charges, both beside the loads', () => {
    const n = village({
      RES: [row({ id: 'PV', node: 'Bus 2', pRES: '0.004', qRES: '0' })],
      Storage: [row({ id: 'B', node: 'Bus 2', pStor: '0.002', qStor: '0' })],
    });
    assert.deepEqual(
      n.loads.map((l) => [l.id, Math.round(l.pW[0]), l.isGenerator]),
      [
        ['D', 3000, false],
        ['PV', -4000, true],
        ['B', 2000, false],
      ],
    );
  });

  test('an external net with its set voltage feeds, one that measures does not', () => {
    const own = {
      Node: ['MV', 'Bus 1', 'Bus 2'].map((id) =>
        row({ id, vmR: id === 'MV' ? '10' : '0.4', vmSetp: id === 'MV' ? '1.03' : null, vaSetp: '0' }),
      ),
      Line: [row({ id: 'L', nodeA: 'Bus 1', nodeB: 'Bus 2', type: 'c', length: '0.1' })],
      Load: [row({ id: 'D', node: 'Bus 2', pLoad: '0.003', qLoad: '0' })],
      ExternalNet: [row({ id: 'E', node: 'MV', calc_type: 'vavm' }), row({ id: 'F', node: 'Bus 2', calc_type: 'pq' })],
    };
    const n = village(own);
    assert.deepEqual(
      n.sources.map((s) => [s.id, s.uPu[0]]),
      [['E', 1.03]],
    );
    assert.deepEqual(n.warnings, []);
  });

  test('an empty cell, a text for a number and a type of no table are named with table and element', () => {
    const [l] = simbench()['Line'] as SimbenchRow[];
    const [d] = simbench()['Load'] as SimbenchRow[];
    const [type] = simbench()['LineType'] as SimbenchRow[];
    fails(
      () => village({ Load: [{ ...d, pLoad: 'three' }] }),
      'BAD_CELL',
      /Load D, column pLoad: "three"; expected a number/,
      { table: 'Load' },
    );
    fails(() => village({ Load: [{ ...d, node: null }] }), 'BAD_CELL', /Load D, column node: empty; expected text/);
    fails(() => village({ Line: [{ ...l, length: '-0.1' }] }), 'BAD_CELL', /Line L: length -0\.1 km; expected ≥ 0/, {
      got: -0.1,
    });
    fails(() => village({ LineType: [{ ...type, r: null }] }), 'BAD_CELL', /LineType c, column r: null/);
    fails(() => village({ TransformerType: [] }), 'UNKNOWN_REFERENCE', /type t is not in TransformerType\.csv/, {
      got: 't',
    });
  });

  test('a file with a row too short is refused by its row', () => {
    assert.deepEqual(parseSimbench('', 'Line.csv'), []);
    fails(() => parseSimbench('id;r\n1;2\n3', 'Line.csv'), 'BAD_FILE', /Line\.csv row 3: 1 cells; expected 2/, {
      row: 3,
    });
  });

  test('a transformer whose rating is kVA in the column of MVA is found out', () => {
    const [type] = simbench()['TransformerType'] as SimbenchRow[];
    const bad = networkIssues(village({ TransformerType: [{ ...type, sR: '100' }] }));
    assert.deepEqual(
      bad.map((i) => [i.kind, i.element]),
      [['ratingUnlikely', 'T']],
    );
  });
});
