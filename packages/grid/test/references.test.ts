import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  batchFlow,
  compileGrid,
  pandapowerNetwork,
  parsePgm,
  parseSimbench,
  pgmNetwork,
  pgmUpdated,
  powerFlow,
  simbenchNetwork,
  type FlowResult,
  type GridNetwork,
  type PgmRow,
  type SimbenchTables,
} from '@qipan/grid';
import { sharedData, skipWithout } from '@qipan/testing';

const read = (file: string) => readFileSync(file, 'utf8');

/** SimBench folder as tables. */
function simbench(folder: string): SimbenchTables {
  const files = readdirSync(folder).filter((f) => f.endsWith('.csv') && !/Profile|Coordinates|NodePF/.test(f));
  return Object.fromEntries(files.map((f) => [f.replace('.csv', ''), parseSimbench(read(path.join(folder, f)), f)]));
}

const list = (x: unknown): number[] => (Array.isArray(x) ? (x as number[]) : [x as number]);

interface Tolerance {
  readonly rtol: number;
  readonly atol: number | Readonly<Record<string, number>>;
}

/** All differences beyond the case's own tolerance, by the rules of power-grid-model's validation: a common angle is free. */
function differences(
  result: Pick<FlowResult, 'nodes'> & Partial<FlowResult>,
  expected: Readonly<Record<string, readonly PgmRow[]>>,
  t: Tolerance,
): string[] {
  const out: string[] = [];
  const bound = (column: string) =>
    typeof t.atol === 'number' ? t.atol : (t.atol[column] ?? (t.atol['default'] as number));
  const check = (where: string, column: string, got: number | undefined, want: number) => {
    if (got === undefined || !(Math.abs(got - want) <= bound(column) + t.rtol * Math.abs(want)))
      out.push(`${where}.${column}: ${got} for ${want}`);
  };
  const node = new Map(result.nodes.map((n) => [n.id, n]));
  const rows = expected['node'] ?? [];
  // Columns of rows without ids follow the order of the input.
  const nodeOf = (row: PgmRow, k: number) => (row['id'] === undefined ? result.nodes[k] : node.get(String(row['id'])));
  const first = rows.find((r) => r['u_angle'] !== undefined);
  const shift = first ? list(nodeOf(first, rows.indexOf(first))?.angleRad ?? [])[0]! - list(first['u_angle'])[0]! : 0;
  rows.forEach((row, k) => {
    const n = nodeOf(row, k);
    const where = `node ${String(n?.id)}`;
    for (const [column, key] of [
      ['u_pu', 'uPu'],
      ['u', 'uV'],
    ] as const)
      if (row[column] !== undefined) list(row[column]).forEach((x, p) => check(where, column, n?.[key][p], x));
    if (row['u_angle'] === undefined || row['u'] === undefined) return;
    list(row['u_angle']).forEach((angle, p) => {
      const u = list(row['u'])[p]!;
      const a = n!.angleRad[p]! - shift;
      const distance = Math.hypot(
        n!.uV[p]! * Math.cos(a) - u * Math.cos(angle),
        n!.uV[p]! * Math.sin(a) - u * Math.sin(angle),
      );
      if (!(distance <= bound('u_angle') + t.rtol * u)) out.push(`${where}.u_angle: off by ${distance} V`);
    });
  });
  const branch = new Map((result.branches ?? []).map((b) => [b.id, b]));
  const columns = [
    ['p_from', 'pFromW'],
    ['q_from', 'qFromVar'],
    ['i_from', 'iFromA'],
    ['p_to', 'pToW'],
    ['q_to', 'qToVar'],
    ['i_to', 'iToA'],
    ['loading', 'loading'],
  ] as const;
  for (const component of ['line', 'transformer', 'asym_line', 'generic_branch']) {
    for (const row of expected[component] ?? []) {
      for (const [column, key] of columns)
        if (row[column] !== undefined && result.branches)
          list(row[column]).forEach((x, p) =>
            check(`${component} ${String(row['id'])}`, column, list(branch.get(String(row['id']))?.[key])[p], x),
          );
    }
  }
  return out;
}

const cases = sharedData('grid/pgm-testcases');
const rows = cases ? read(path.join(cases, 'index.csv')).trim().split('\n').slice(1) : [];

/** What the method does not carry, with the reason it gives: nothing else may fail, and nothing here may pass unseen. */
const unsupported: Readonly<Record<string, RegExp>> = {
  'automatic-tap-regulator': /transformer_tap_regulator/,
  'pv-node': /voltage_regulator/,
};

test(
  'every power-grid-model case is met at its own tolerance or refused by name',
  { skip: skipWithout('grid/pgm-testcases') },
  async (t) => {
    assert.equal(rows.length, 56);
    for (const line of rows) {
      const name = line.split(',')[0] as string;
      const folder = path.join(cases as string, name);
      const tolerance = JSON.parse(read(path.join(folder, 'params.json'))) as Tolerance;
      const raises = line.includes('raises=') && !line.includes('xfail');
      for (const kind of ['sym_output', 'asym_output', 'sym_output_batch', 'asym_output_batch']) {
        const file = path.join(folder, `${kind}.json`);
        if (!existsSync(file)) continue;
        await t.test(`${name} ${kind}`, () => {
          const run = () => {
            const input = parsePgm(read(path.join(folder, 'input.json')), name).sets[0]!;
            const phases = kind.startsWith('asym') ? 3 : 1;
            if (!kind.endsWith('batch')) return [powerFlow(pgmNetwork(input, name), phases)];
            const updates = parsePgm(read(path.join(folder, 'update_batch.json')), name).sets;
            return updates.map((u) => powerFlow(pgmNetwork(pgmUpdated(input, u, name), name), phases));
          };
          const reason = Object.entries(unsupported).find(([prefix]) => name.startsWith(prefix))?.[1];
          if (reason)
            return assert.throws(
              run,
              (e: { code: string; message: string }) => e.code === 'GRID_UNSUPPORTED' && reason.test(e.message),
            );
          if (raises) return assert.throws(run, { code: 'UNKNOWN_REFERENCE' });
          const expected = parsePgm(read(file), name).sets;
          const results = run();
          assert.equal(results.length, expected.length);
          results.forEach((r, k) => {
            assert.equal(r.status, 'converged');
            assert.deepEqual(differences(r, expected[k]!, tolerance), [], `scenario ${k}`);
          });
          return undefined;
        });
      }
    }
  },
);

test(
  'SimBench 1-LV-rural1 gives its published voltages to the printed digits',
  { skip: skipWithout('grid/simbench-rural1') },
  () => {
    const folder = sharedData('grid/simbench-rural1') as string;
    const r = powerFlow(simbenchNetwork(simbench(folder), 'rural1'), 1);
    const published = parseSimbench(read(path.join(folder, 'NodePFResult.csv')), 'NodePFResult.csv');
    const node = new Map(r.nodes.map((n) => [n.id, n]));
    // The vector group turns everything behind the transformer by 150°; the published angles leave it out.
    const lag = (150 * Math.PI) / 180;
    for (const row of published) {
      const n = node.get(row['node'] as string)!;
      assert.ok(Math.abs(n.uPu[0]! - Number(row['vm'])) <= 5e-6, `${n.id} ${n.uPu[0]} for ${row['vm']}`);
      const turned = n.angleRad[0]! + (n.id.startsWith('LV') ? lag : 0);
      const off = (((turned * 180) / Math.PI - Number(row['va']) + 540) % 360) - 180;
      assert.ok(Math.abs(off) <= 2e-5, `${n.id} angle off by ${off}°`);
    }
    assert.equal(published.length, 15);
  },
);

test(
  'SimBench networks without node table have the counts of their source',
  { skip: skipWithout('grid/simbench-rural3-0') },
  () => {
    // Benchmark data SimBench, scenario 0: buses after merging switch nodes, lines, loads, kW.
    const expected = {
      'rural2-0': [97, 95, 99, 202.0],
      'rural3-0': [129, 127, 118, 331.0],
      'semiurb4-0': [44, 42, 41, 243.0],
    } as const;
    for (const [name, [buses, lines, loads, kw]] of Object.entries(expected)) {
      const n = simbenchNetwork(simbench(sharedData(`grid/simbench-${name}`) as string), name);
      const drawn = n.loads.filter((l) => !l.isGenerator);
      assert.deepEqual(
        [n.nodes.length, n.branches.filter((b) => b.kind === 'line').length, drawn.length],
        [buses, lines, loads],
      );
      assert.ok(Math.abs(drawn.reduce((a, l) => a + l.pW[0]!, 0) / 1000 - kw) < 0.05);
      assert.ok(compileGrid(n, 1).radial);
      assert.equal(powerFlow(n, 1).status, 'converged');
    }
  },
);

const stored = sharedData('grid/pgm_reference_rural3_20scen.json');

/** The 20 stored scenarios of rural3 as networks, and the voltages that power-grid-model 1.13.145 found. */
export function rural3(): { networks: GridNetwork[]; expected: readonly (readonly (readonly number[])[])[] } {
  const d = JSON.parse(read(stored as string)) as { input: unknown; update: number[][][]; output: number[][][] };
  const input = parsePgm(JSON.stringify(d.input), 'rural3').sets[0]!;
  const networks = d.update.map((u) =>
    pgmNetwork(
      pgmUpdated(
        input,
        { sym_load: u.map(([id, p_specified, q_specified]) => ({ id, p_specified, q_specified })) },
        'rural3',
      ),
      'rural3',
    ),
  );
  return { networks, expected: d.output };
}

test(
  '20 scenarios of rural3 equal power-grid-model to 1e-10 per unit and radian',
  { skip: skipWithout('grid/pgm_reference_rural3_20scen.json') },
  () => {
    const { networks, expected } = rural3();
    const results = batchFlow(networks, 1, { tolerance: 1e-12 });
    expected.forEach((scenario, k) => {
      const node = new Map(results[k]!.nodes.map((n) => [n.id, n]));
      for (const [id, , uPu, , angle] of scenario) {
        const n = node.get(String(id))!;
        assert.ok(Math.abs(n.uPu[0]! - uPu!) <= 1e-10);
        assert.ok(Math.abs(n.angleRad[0]! - angle!) <= 1e-10);
      }
    });
  },
);

test(
  'the open ring of the Oberrhein network gives pandapower voltages',
  { skip: skipWithout('grid/mv_oberrhein.json') },
  () => {
    const text = read(sharedData('grid/mv_oberrhein.json') as string);
    const network = pandapowerNetwork(text, 'mv_oberrhein.json');
    assert.deepEqual([network.nodes.length, network.branches.filter((b) => b.kind === 'line').length], [179, 181]);
    assert.ok(compileGrid(network, 1).radial, 'its switches open the ring');
    const r = powerFlow(network, 1);
    const table = JSON.parse(
      (JSON.parse(text) as { _object: { res_bus: { _object: string } } })._object.res_bus._object,
    ) as { index: number[]; data: number[][] };
    const node = new Map(r.nodes.map((n) => [n.id, n]));
    table.index.forEach((bus, k) => assert.ok(Math.abs(node.get(String(bus))!.uPu[0]! - table.data[k]![0]!) <= 1e-9));
    assert.equal(table.index.length, 179);
  },
);
