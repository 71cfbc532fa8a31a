import { QipanError } from '@qipan/base';
import type { GridBranch, GridLoad, GridNetwork, GridNode, GridSource } from '../network.js';

/** The rows of one SimBench file by column; `NULL` is null. */
export type SimbenchRow = Readonly<Record<string, string | null>>;

/** SimBench tables by file name without ending: `Line`, `LineType`, `Load`, … */
export type SimbenchTables = Readonly<Record<string, readonly SimbenchRow[]>>;

/** Reads one semicolon separated SimBench file. */
export function parseSimbench(text: string, file: string): readonly SimbenchRow[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((l) => l !== '');
  const header = lines[0]?.split(';') ?? [];
  return lines.slice(1).map((line, k) => {
    const cells = line.split(';');
    if (cells.length !== header.length)
      throw new QipanError('BAD_FILE', `${file} row ${k + 2}: ${cells.length} cells; expected ${header.length}`, {
        file,
        row: k + 2,
        got: cells.length,
        expected: `${header.length} cells`,
      });
    return Object.fromEntries(header.map((h, i) => [h, cells[i] === 'NULL' || cells[i] === '' ? null : cells[i]]));
  });
}

export interface SimbenchOptions {
  /** A row of StudyCases: factors of load and generation and the slack voltage; default: loads and generation as rated. */
  readonly studyCase?: string;
  /** Slack voltage per unit where no file says one. Default 1. */
  readonly slackPu?: number;
}

const number = (row: SimbenchRow, column: string, where: string): number => {
  const n = Number(row[column] ?? Number.NaN);
  if (!Number.isFinite(n))
    throw new QipanError(
      'BAD_CELL',
      `${where} ${row['id'] ?? ''}, column ${column}: ${JSON.stringify(row[column] ?? null)}; expected a number`,
      { table: where, field: `${row['id'] ?? ''}.${column}`, got: row[column] ?? null, expected: 'a number' },
    );
  return n;
};
const text = (row: SimbenchRow, column: string, where: string): string => {
  const v = row[column];
  if (v === null || v === undefined)
    throw new QipanError('BAD_CELL', `${where} ${row['id'] ?? ''}, column ${column}: empty; expected text`, {
      table: where,
      field: `${row['id'] ?? ''}.${column}`,
      got: null,
      expected: 'text',
    });
  return v;
};

/** `LV3.101 Bus 16_6` is a switch node of `LV3.101 Bus 16`: files without a node table name every side of a closed switch. */
const withoutSwitch = (name: string): string => name.replace(/_\d+$/, '');

/**
 * The network of a set of SimBench files. Where `Node` is absent, nodes come from the branches with switch nodes merged, and
 * rated voltages from the transformer and the voltage level.
 * Units are converted here and only here: MW, Mvar, Ω/km, µS/km and km go in.
 * @throws BAD_CELL, UNKNOWN_REFERENCE (a type that no type table names), MISSING_COLUMN (no `Line`, `LineType` or `Load`)
 */
export function simbenchNetwork(tables: SimbenchTables, name: string, options: SimbenchOptions = {}): GridNetwork {
  for (const needed of ['Line', 'LineType', 'Load']) {
    if (!tables[needed])
      throw new QipanError('BAD_FILE', `${name}: ${needed}.csv is missing`, {
        file: `${needed}.csv`,
        expected: 'a SimBench folder with Line, LineType and Load',
      });
  }
  const rowsOf = (table: string) => tables[table] ?? [];
  const merge = rowsOf('Node').length === 0;
  const nodes: GridNode[] = [];
  const index = new Map<string, number>();
  const nodeOf = (raw: string, ratedKv: number): number => {
    const id = merge ? withoutSwitch(raw) : raw;
    const at = index.get(id);
    if (at !== undefined) return at;
    if (!merge)
      throw new QipanError('UNKNOWN_REFERENCE', `${name}: node ${id} does not stand in Node.csv`, {
        file: 'Node.csv',
        got: id,
        expected: 'a node',
      });
    nodes.push({ id, ratedV: ratedKv * 1000 });
    index.set(id, nodes.length - 1);
    return nodes.length - 1;
  };
  for (const n of rowsOf('Node')) {
    index.set(text(n, 'id', 'Node'), nodes.length);
    nodes.push({ id: text(n, 'id', 'Node'), ratedV: number(n, 'vmR', 'Node') * 1000 });
  }
  const transformers = rowsOf('Transformer').map((t) => transformerOf(t, rowsOf('TransformerType'), nodeOf));
  const lowKv = Number(
    rowsOf('Transformer').length > 0
      ? typeOf(rowsOf('TransformerType'), text(rowsOf('Transformer')[0], 'type', 'Transformer'), 'Transformer')['vmLV']
      : 0.4,
  );
  const lines = rowsOf('Line').map((l) => lineOf(l, rowsOf('LineType'), (raw) => nodeOf(raw, lowKv)));
  const factors = studyFactors(rowsOf('StudyCases'), options.studyCase, name);
  const load = (row: SimbenchRow, table: 'Load' | 'RES' | 'Storage'): GridLoad => {
    const [p, q] = table === 'Load' ? ['pLoad', 'qLoad'] : table === 'RES' ? ['pRES', 'qRES'] : ['pStor', 'qStor'];
    const isGenerator = table === 'RES';
    const share = table === 'Load' ? factors : { p: factors.res, q: factors.res };
    const sign = isGenerator ? -1e6 : 1e6;
    return {
      id: text(row, 'id', table),
      node: nodeOf(text(row, 'node', table), lowKv),
      on: true,
      model: 'power',
      pW: [sign * share.p * number(row, p, table)],
      qVar: [sign * share.q * number(row, q, table)],
      isGenerator,
    };
  };
  const loads = (['Load', 'RES', 'Storage'] as const).flatMap((table) => rowsOf(table).map((row) => load(row, table)));
  const warnings = merge ? [`no Node.csv: ${nodes.length} nodes come from the branches, switch nodes merged`] : [];
  return {
    name,
    frequencyHz: 50,
    nodes,
    branches: [...lines, ...transformers],
    shunts: [],
    sources: sourcesOf(tables, { index, nodeOf, transformers, slack: factors.slack ?? options.slackPu, merge }),
    loads,
    warnings,
  };
}

function typeOf(types: readonly SimbenchRow[], id: string, where: string): SimbenchRow {
  const found = types.find((t) => t['id'] === id);
  if (!found)
    throw new QipanError('UNKNOWN_REFERENCE', `${where}: type ${id} is not in ${where}Type.csv`, {
      file: `${where}Type.csv`,
      got: id,
      expected: 'a type of that table',
    });
  return found;
}

function lineOf(l: SimbenchRow, types: readonly SimbenchRow[], nodeOf: (raw: string) => number): GridBranch {
  const type = typeOf(types, text(l, 'type', 'Line'), 'Line');
  const km = number(l, 'length', 'Line');
  if (km < 0)
    throw new QipanError('BAD_CELL', `Line ${l['id']}: length ${km} km; expected ≥ 0`, {
      table: 'Line',
      field: `${l['id']}.length`,
      got: km,
      expected: '≥ 0',
    });
  const ends = {
    id: text(l, 'id', 'Line'),
    from: nodeOf(text(l, 'nodeA', 'Line')),
    to: nodeOf(text(l, 'nodeB', 'Line')),
    fromOn: true,
    toOn: true,
  };
  if (km === 0) return { kind: 'link', ...ends };
  // b is a susceptance in µS/km at 50 Hz; the network holds capacitances.
  const c1 = (number(type, 'b', 'LineType') * 1e-6 * km) / (2 * Math.PI * 50);
  const unknown = Number.NaN;
  return {
    kind: 'line',
    ...ends,
    r1: number(type, 'r', 'LineType') * km,
    x1: number(type, 'x', 'LineType') * km,
    c1,
    tan1: 0,
    r0: unknown,
    x0: unknown,
    c0: unknown,
    tan0: 0,
    ratedA: number(type, 'iMax', 'LineType'),
  };
}

function transformerOf(
  t: SimbenchRow,
  types: readonly SimbenchRow[],
  nodeOf: (raw: string, ratedKv: number) => number,
): GridBranch {
  const type = typeOf(types, text(t, 'type', 'Transformer'), 'Transformer');
  const cell = (column: string) => number(type, column, 'TransformerType');
  const tapAtHigh = type['tapside'] !== 'LV';
  const stepV = (cell('dVm') / 100) * (tapAtHigh ? cell('vmHV') : cell('vmLV')) * 1000;
  const p0W = cell('pFe') * 1000;
  const pkW = cell('pCu') * 1000;
  const i0 = cell('iNoLoad') / 100;
  return {
    kind: 'transformer',
    id: text(t, 'id', 'Transformer'),
    from: nodeOf(text(t, 'nodeHV', 'Transformer'), cell('vmHV')),
    to: nodeOf(text(t, 'nodeLV', 'Transformer'), cell('vmLV')),
    fromOn: true,
    toOn: true,
    u1V: cell('vmHV') * 1000,
    u2V: cell('vmLV') * 1000,
    ratedVa: cell('sR') * 1e6,
    uk: cell('vmImp') / 100,
    pkW,
    i0,
    p0W,
    i0Zero: i0,
    p0ZeroW: p0W,
    windingFrom: 'delta',
    windingTo: 'wyeN',
    clock: cell('va0') / 30,
    tapSide: tapAtHigh ? 'from' : 'to',
    tapPosition: Number(t['tappos'] ?? 0),
    tapMin: cell('tapMin'),
    tapMax: cell('tapMax'),
    tapNominal: cell('tapNeutr'),
    tapSizeV: stepV,
    ukMin: cell('vmImp') / 100,
    ukMax: cell('vmImp') / 100,
    pkMinW: pkW,
    pkMaxW: pkW,
    groundFromOhm: [0, 0],
    groundToOhm: [0, 0],
  };
}

/** Factors of one study case at low voltage (level 7). */
function studyFactors(
  rows: readonly SimbenchRow[],
  wanted: string | undefined,
  name: string,
): { p: number; q: number; res: number; slack: number | undefined } {
  if (wanted === undefined) return { p: 1, q: 1, res: 1, slack: undefined };
  const row = rows.find((r) => r['Study Case'] === wanted && (r['voltLvl'] === undefined || r['voltLvl'] === '7'));
  if (!row)
    throw new QipanError('NOT_FOUND', `${name}: no study case ${wanted}`, {
      got: wanted,
      expected: [...new Set(rows.map((r) => r['Study Case']))].join(', '),
    });
  return {
    p: number(row, 'pload', 'StudyCases'),
    q: number(row, 'qload', 'StudyCases'),
    res: number(row, 'PV_p', 'StudyCases'),
    slack: number(row, 'Slack_vm', 'StudyCases'),
  };
}

interface SourceContext {
  readonly index: ReadonlyMap<string, number>;
  readonly nodeOf: (raw: string, ratedKv: number) => number;
  readonly transformers: readonly GridBranch[];
  readonly slack: number | undefined;
  readonly merge: boolean;
}

/** An ideal source at each `vavm` external net, or at the high side of the transformers when no file names one. */
function sourcesOf(tables: SimbenchTables, c: SourceContext): GridSource[] {
  const ideal = (id: string, node: number, u: number, angleDeg: number): GridSource => ({
    id,
    node,
    on: true,
    uPu: [u],
    angleRad: [(angleDeg * Math.PI) / 180],
    shortCircuitVa: 1e20,
    rxRatio: 0.1,
    z01Ratio: 1,
  });
  const external = (tables['ExternalNet'] ?? []).filter((e) => e['calc_type'] === 'vavm');
  if (external.length > 0) {
    return external.map((e) => {
      const id = text(e, 'node', 'ExternalNet');
      const node = (tables['Node'] ?? []).find((n) => n['id'] === id);
      const u = c.slack ?? Number(node?.['vmSetp'] ?? 1);
      return ideal(text(e, 'id', 'ExternalNet'), c.nodeOf(id, 0), u, Number(node?.['vaSetp'] ?? 0));
    });
  }
  const high = [...new Set(c.transformers.map((t) => t.from))];
  if (high.length === 0)
    throw new QipanError('BAD_FILE', 'no external net and no transformer: nothing feeds this network', {
      expected: 'ExternalNet.csv or Transformer.csv',
    });
  return high.map((node, k) => ideal(`source ${k + 1}`, node, c.slack ?? 1, 0));
}
