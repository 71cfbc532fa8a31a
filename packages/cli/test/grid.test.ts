import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';
import { parseRules } from '../src/commands/grid-hosting.js';

const folder = mkdtempSync(path.join(tmpdir(), 'qipan-grid-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Several command lines in one process. */
function qipans(...lines: string[][]): Said[] {
  const script = path.join(repoRoot, 'packages/cli/dist/test/many-runs.js');
  const out = spawnSync(process.execPath, [script, JSON.stringify(lines)], { encoding: 'utf8', cwd: folder });
  assert.equal(out.status, 0, out.stderr);
  return JSON.parse(out.stdout) as Said[];
}

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

/** Two nodes 0.1 + j0.05 Ω apart, 20 kW at the far one: 0.98732 pu by the voltage equation. */
const pgm = {
  version: '1.0',
  type: 'input',
  is_batch: false,
  attributes: {},
  data: {
    node: [
      { id: 1, u_rated: 400 },
      { id: 2, u_rated: 400 },
    ],
    line: [{ id: 3, from_node: 1, to_node: 2, from_status: 1, to_status: 1, r1: 0.1, x1: 0.05, c1: 0, tan1: 0 }],
    source: [{ id: 4, node: 1, status: 1, u_ref: 1, sk: 1e20 }],
    sym_load: [{ id: 5, node: 2, status: 1, type: 0, p_specified: 20000, q_specified: 0 }],
  },
};
const loads = (w: number) => ({ sym_load: [{ id: 5, p_specified: w, q_specified: 0 }] });
const updates = { ...pgm, type: 'update', is_batch: true, data: [loads(20000), loads(10000), loads(5e6)] };

before(() => {
  write('two.json', JSON.stringify(pgm));
  write('batch.json', JSON.stringify(updates));
  write('broken.json', '{');
  write(
    'county/transformers.csv',
    [
      'id,name,ratedKva,customers,basePeakKw,ukPct,pCuKw,pFeKw,i0Pct',
      'T1,East village,100,30,45,,,,',
      'T2,West village,100,20,30,,,,',
      'T3,South village,100,4,5,4,1.2,0.45,0.25',
      'T4,Bad village,-5,10,12,,,,',
      '',
    ].join('\n'),
  );
  write('county/sections.csv', 'transformer,order,lengthKm,conductor\nT2,1,0.2,NAYY 4x150\nT2,2,0.1,NAYY 4x50\n');
  write('county/nodes.csv', 'transformer,id\nT3,a\nT3,b\n');
  write(
    'county/lines.csv',
    'transformer,id,from,to,lengthKm,rOhmPerKm,xOhmPerKm,ratedA\nT3,l1,T3,a,0.1,0.2067,0.0804,275\nT3,l2,a,b,0.05,0.6417,0.0848,141\n',
  );
  write('county/customers.csv', 'transformer,id,node,connectedKw\nT3,c1,a,2\nT3,c2,a,2\nT3,c3,b,3\nT3,c4,b,2\n');
});
const assume = 'powerFactor,voltage,conductors,pathShare';
const parsed = (said: Said | undefined) => JSON.parse(said?.out ?? '') as Record<string, never>;

describe('grid flow', () => {
  test('voltage and angle of every node stand in the JSON, ids as in the file', () => {
    const [said] = qipans(['grid', 'flow', 'two.json', '--format', 'pgm', '--json']);
    assert.equal(said?.code, 0);
    const r = parsed(said) as unknown as {
      status: string;
      nodes: { id: number; energized: number; u_pu: number; u_angle: number; u: number }[];
      branches: { id: string; p_from: number }[];
    };
    assert.equal(r.status, 'converged');
    assert.deepEqual(
      r.nodes.map((n) => n.id),
      [1, 2],
    );
    // U² = (1 + √(1 − 4·rp − 4·x²p²)) / 2 − r·p … solved for r = 0.625, x = 0.3125, p = 0.02 per unit.
    const [rp, xp] = [0.625 * 0.02, 0.3125 * 0.02];
    const b = 2 * rp - 1;
    const u = Math.sqrt((-b + Math.sqrt(b * b - 4 * (rp * rp + xp * xp))) / 2);
    assert.ok(Math.abs((r.nodes[1]?.u_pu ?? 0) - u) < 1e-10);
    assert.ok(Math.abs((r.nodes[1]?.u_angle ?? 0) + Math.asin(xp / u)) < 1e-9, 'the far end lags');
    assert.ok(Math.abs((r.nodes[1]?.u ?? 0) - 400 * u) < 1e-6);
    assert.ok((r.branches[0]?.p_from ?? 0) > 20000, 'the line adds its losses');
  });

  test('by phase, a node has three voltages', () => {
    write(
      'three.json',
      JSON.stringify({
        ...pgm,
        data: { ...pgm.data, line: [{ ...pgm.data.line[0], r0: 0.3, x0: 0.15, c0: 0, tan0: 0 }] },
      }),
    );
    const [said] = qipans(['grid', 'flow', 'three.json', '--format', 'pgm', '--phases', '3', '--json']);
    const r = parsed(said) as unknown as { nodes: { u_pu: number[]; u_angle: number[] }[] };
    assert.equal(r.nodes[1]?.u_pu.length, 3);
    assert.equal(r.nodes[1]?.u_angle.length, 3);
  });

  test('a batch answers scenario by scenario; one without solution has no voltages and spoils no other', () => {
    const [json, text] = qipans(
      ['grid', 'flow', 'two.json', '--format', 'pgm', '--batch', 'batch.json', '--json'],
      ['grid', 'flow', 'two.json', '--format', 'pgm', '--batch', 'batch.json'],
    );
    assert.equal(json?.code, 0);
    const r = parsed(json) as unknown as {
      status: string;
      scenarios: { status: string; nodes: { u_pu: number }[] }[];
    };
    assert.equal(r.status, 'noSolution');
    assert.deepEqual(
      r.scenarios.map((s) => s.status),
      ['converged', 'converged', 'noSolution'],
    );
    assert.deepEqual(r.scenarios[2]?.nodes, []);
    assert.ok(
      (r.scenarios[1]?.nodes[1]?.u_pu ?? 0) > (r.scenarios[0]?.nodes[1]?.u_pu ?? 1),
      'half the load, less drop',
    );
    assert.match(text?.out ?? '', /2 of 3 scenarios converged/);
  });

  test('text names the lowest voltage and the highest loading', () => {
    const [two, village] = qipans(
      ['grid', 'flow', 'two.json', '--format', 'pgm'],
      ['grid', 'flow', 'county', '--format', 'csv', '--assume', assume],
    );
    assert.match(two?.out ?? '', /lowest voltage 0\.98732 pu at 2/);
    assert.equal(village?.code, 0, village?.err);
    assert.match(village?.out ?? '', /^T3: converged/);
    assert.match(village?.out ?? '', /lowest voltage 0\.9\d+ pu at b/);
  });

  test('mistakes have the exit codes of their kind', () => {
    const said = qipans(
      ['grid', 'flow', 'absent.json', '--format', 'pgm'],
      ['grid', 'flow', 'broken.json', '--format', 'pgm'],
      ['grid', 'flow', 'two.json'],
      ['grid', 'flow', 'two.json', '--format', 'dss'],
      ['grid', 'flow', 'two.json', '--format', 'pandapower', '--batch', 'batch.json'],
      ['grid', 'flow', 'batch.json', '--format', 'pgm'],
      ['grid', 'flow', 'two.json', '--format', 'simbench'],
      ['grid', 'flow', 'county', '--format', 'pgm'],
      ['grid', 'flow', 'county', '--format', 'csv', '--assume', assume, '--transformer', 'T1'],
      ['grid', 'flow', 'county', '--format', 'csv', '--assume', assume, '--transformer', 'T4'],
      ['grid', 'flow', 'two.json', '--format', 'pgm', '--tolerance', '-1'],
    );
    assert.deepEqual(
      said.map((s) => s.code),
      [66, 65, 64, 64, 64, 65, 66, 65, 66, 65, 64],
    );
    assert.match(said[9]?.err ?? '', /transformers\.csv row 5, column ratedKva: "-5"/);
  });
});

describe('grid hosting', () => {
  test('rules are read with their hours and shares, others are refused', () => {
    assert.deepEqual(parseRules('onArrival, tariffStep:22.5,staggeredValley:22-6,dynamicLimit:0.9'), [
      { kind: 'onArrival' },
      { kind: 'tariffStep', hour: 22.5 },
      { kind: 'staggeredValley', fromHour: 22, toHour: 6 },
      { kind: 'dynamicLimit', share: 0.9 },
    ]);
    for (const bad of [
      '',
      'never',
      'tariffStep',
      'tariffStep:25',
      'staggeredValley:22',
      'dynamicLimit:0',
      'onArrival:3',
    ])
      assert.throws(() => parseRules(bad), { code: 'BAD_USAGE' });
  });

  test('a county folder answers at the level of each transformer and names the bad one', () => {
    const [json, text] = qipans(
      ...[['--json'], []].map((more) =>
        ['grid', 'hosting', 'county', '--format', 'csv', '--assume', assume, '--draws', '40'].concat(
          ['--rules', 'onArrival,tariffStep:22'],
          more,
        ),
      ),
    );
    assert.equal(json?.code, 0, json?.err);
    const r = parsed(json) as unknown as {
      levels: Record<string, number>;
      refused: string[];
      issues: { table: string; row: number; column: string }[];
      transformers: {
        id: string;
        level: string;
        rules: { cars: number; interval: number[] | null; limiting: { kind: string }[]; warnings: string[] }[];
        assumptions: string[];
        paragraph: { en: string; zh: string };
      }[];
    };
    assert.deepEqual(r.levels, { L0: 1, L1: 1, L2: 1 });
    assert.deepEqual(r.refused, ['T4']);
    assert.deepEqual(
      r.issues.map((i) => [i.table, i.row, i.column]),
      [['transformers', 5, 'ratedKva']],
    );
    const [t1, t2, t3] = r.transformers;
    assert.deepEqual([t1?.level, t2?.level, t3?.level], ['L0', 'L1', 'L2']);
    assert.equal(t1?.rules[0]?.interval, null, 'a thermal estimate has no interval');
    assert.ok(t2?.assumptions.some((a) => /NAYY 4x150.*Kerber/.test(a)));
    assert.equal(
      t2?.assumptions.some((a) => /NAYY 4x50: 0\.6417/.test(a)),
      true,
    );
    assert.equal(t3?.rules[1]?.warnings.length, 1);
    for (const t of r.transformers) {
      assert.match(t.paragraph.en, /carries/);
      assert.match(t.paragraph.zh, /可承载/);
    }
    assert.match(text?.out ?? '', /T2 West village: 100 kVA, 20 customers, L1/);
    assert.match(text?.out ?? '', /refused · 未计算 T4: transformers\.csv row 5, column ratedKva/);
    assert.match(text?.out ?? '', /assumed · 假设/);
  });

  test('the same seed gives the same answer, a wider band more', () => {
    const line = ['grid', 'hosting', 'county', '--format', 'csv', '--assume', assume, '--json'];
    const quick = ['--draws', '20', '--rules', 'onArrival'];
    const [a, b, wide] = qipans([...line, ...quick], [...line, ...quick], [...line, ...quick, '--limits', 'europe']);
    assert.equal(a?.out, b?.out);
    const cars = (s: Said | undefined) =>
      (parsed(s) as unknown as { transformers: { rules: { cars: number }[] }[] }).transformers.map(
        (t) => t.rules[0]?.cars ?? -1,
      );
    cars(wide).forEach((n, k) => assert.ok(n >= (cars(a)[k] ?? 0)));
  });

  test('what is missing, unknown or empty is refused with its exit code', () => {
    write('empty/transformers.csv', 'id,ratedKva,customers\n');
    write('none/readme.txt', '');
    write('headless/transformers.csv', 'id,customers\nT1,3\n');
    write('bad/transformers.csv', 'id,ratedKva,customers\nT1,x,3\nT2,100,y\n');
    const csv = (name: string, ...more: string[]) => ['grid', 'hosting', name, '--format', 'csv', ...more];
    const said = qipans(
      csv('absent'),
      csv('none'),
      csv('empty'),
      csv('headless'),
      csv('bad', '--json'),
      csv('county', '--assume', 'luck'),
      csv('county', '--rules', 'sometimes'),
      csv('county', '--draws', '0'),
      csv('county', '--risk', '2'),
      ['grid', 'hosting', 'two.json', '--format', 'pgm', '--assume', 'voltage'],
      ['grid', 'hosting', 'county'],
    );
    assert.deepEqual(
      said.map((s) => s.code),
      [66, 66, 65, 65, 65, 64, 64, 64, 64, 64, 64],
    );
    assert.match(
      `${said[4]?.err}${said[4]?.out}`,
      /row 2, column ratedKva.*row 3, column customers/s,
      'all bad rows are told',
    );
  });

  test('help has examples in both languages', () => {
    const [flow, hosting] = qipans(['grid', 'flow', '--help'], ['grid', 'hosting', '--help']);
    for (const s of [flow, hosting]) {
      assert.equal(s?.code, 0);
      assert.match(s?.out ?? '', /Examples · 示例/);
    }
    assert.match(hosting?.out ?? '', /staggeredValley/);
  });

  test(
    'SimBench rural3 is answered with curve, interval and the element that binds',
    { skip: skipWithout('grid/simbench-rural3-0') },
    () => {
      const network = sharedData('grid/simbench-rural3-0') as string;
      const rules = ['--rules', 'onArrival,staggeredValley:22-6', '--json'];
      const [said] = qipans(['grid', 'hosting', network, '--format', 'simbench', '--draws', '30', ...rules]);
      assert.equal(said?.code, 0, said?.err);
      const { transformers } = parsed(said) as unknown as {
        transformers: { level: string; rules: { cars: number; riskCurve: unknown[]; limiting: { id: string }[] }[] }[];
      };
      const [arrival, valley] = transformers[0]?.rules ?? [];
      assert.equal(transformers[0]?.level, 'L2');
      assert.ok((valley?.cars ?? 0) > (arrival?.cars ?? 0));
      assert.ok((arrival?.riskCurve.length ?? 0) > 3 && (arrival?.limiting.length ?? 0) > 0);
    },
  );
});

describe('qipan grid county', () => {
  test('a made-up county is studied in threads; the same seed gives the same county with any number of them', () => {
    const line = (threads: string) => [
      'grid',
      'county',
      '--synthetic',
      '4',
      '--draws',
      '8',
      '--threads',
      threads,
      '--json',
    ];
    const [one, two] = qipans(line('1'), line('2')).map((s) => JSON.parse(s.out) as Record<string, unknown>);
    assert.deepEqual(one?.['answers'], two?.['answers']);
    assert.deepEqual([one?.['status'], one?.['done'], one?.['solves']], ['done', 4, 4 * 8 * 96]);
    assert.equal(one?.['dataLevel'], 'synthetic');
    assert.ok((one?.['cpuS'] as number) > 0 && (one?.['peakRssMb'] as number) > 10);
  });

  test('a county folder is studied at the level of its data, its bad rows are told', () => {
    const [said] = qipans([
      'grid',
      'county',
      'county',
      '--draws',
      '8',
      '--rules',
      'onArrival',
      '--assume',
      'powerFactor,voltage',
      '--json',
    ]);
    const result = JSON.parse(said?.out ?? '{}') as { transformers: number; levels: object; issues: unknown[] };
    assert.ok(result.transformers >= 1, said?.err);
    assert.ok('L0' in result.levels);
  });

  test('neither a folder nor a number of transformers is a wrong usage', () => {
    const [none, both] = qipans(['grid', 'county'], ['grid', 'county', 'county', '--synthetic', '3']);
    assert.deepEqual([none?.code, both?.code], [64, 64]);
  });
});
