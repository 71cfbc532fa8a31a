import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  batchFlow,
  networkIssues,
  pandapowerNetwork,
  parsePgm,
  parseSimbench,
  pgmNetwork,
  pgmUpdated,
  powerFlow,
  simbenchNetwork,
  type GridNetwork,
  type NodeResult,
  type SimbenchTables,
} from '@qipan/grid';
import { printResult } from '../terminal.js';
import { countyFolder, refuseEmpty } from './county-folder.js';

export type GridFormat = 'simbench' | 'pandapower' | 'pgm' | 'csv';

export interface GridFlowOptions {
  readonly format: GridFormat;
  readonly batch?: string;
  /** Which one of a county's folder. */
  readonly transformer?: string;
  readonly assume?: string;
  readonly phases?: 1 | 3;
  readonly studyCase?: string;
  readonly tolerance?: number;
  readonly json?: boolean;
}

function textOf(file: string): string {
  if (!existsSync(file)) throw new QipanError('NOT_FOUND', `${file}: no such file`, { file });
  if (statSync(file).isDirectory())
    throw new QipanError('BAD_FILE', `${file} is a folder; expected a file`, { file, expected: 'a file' });
  return readFileSync(file, 'utf8');
}

/** The tables of a SimBench folder; profiles, coordinates and results are not part of the network. */
function simbenchFolder(folder: string): SimbenchTables {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new QipanError('NOT_FOUND', `${folder}: no such folder`, {
      file: folder,
      expected: 'a folder of SimBench files',
    });
  const parts = [
    'Node',
    'Line',
    'LineType',
    'Load',
    'RES',
    'Storage',
    'Transformer',
    'TransformerType',
    'ExternalNet',
    'StudyCases',
  ];
  const files = readdirSync(folder).filter((f) => parts.includes(f.replace(/\.csv$/, '')));
  return Object.fromEntries(
    files.map((f) => [f.replace(/\.csv$/, ''), parseSimbench(readFileSync(path.join(folder, f), 'utf8'), f)]),
  );
}

/** The network of one transformer of a county's folder. */
function countyNetwork(folder: string, o: Pick<GridFlowOptions, 'transformer' | 'assume'>): GridNetwork {
  const assume = (o.assume ?? '').split(',').flatMap((a) => (a.trim() === '' ? [] : [a.trim()]));
  const county = countyFolder(folder, assume);
  refuseEmpty(county);
  const known = county.transformers.filter((t) => t.network !== null);
  const [only] = known;
  const chosen = o.transformer === undefined && known.length === 1 ? only : known.find((t) => t.id === o.transformer);
  if (chosen?.network) return chosen.network;
  const own = county.issues.filter((i) => i.transformer === o.transformer);
  if (o.transformer !== undefined && own[0])
    throw new QipanError(own[0].code, own[0].message, { ...own[0], issues: own });
  throw new QipanError(
    'NOT_FOUND',
    o.transformer === undefined
      ? `${known.length} transformers have their topology (level L2); name one with --transformer`
      : `${o.transformer}: no transformer of that id has its topology (level L2)`,
    { field: '--transformer', got: o.transformer ?? null, expected: known.map((t) => t.id).join(', ') || 'lines.csv' },
  );
}

/** Reads the network and, with a batch, its versions. */
export function readNetworks(
  file: string,
  o: Pick<GridFlowOptions, 'format' | 'batch' | 'studyCase' | 'transformer' | 'assume'>,
): { base: GridNetwork; versions: readonly GridNetwork[] | null } {
  if (o.batch !== undefined && o.format !== 'pgm')
    throw new QipanError('BAD_USAGE', `--batch goes with --format pgm, not ${o.format}`, {
      field: '--batch',
      got: o.format,
      expected: 'pgm',
    });
  if (o.format === 'csv') return { base: countyNetwork(file, o), versions: null };
  if (o.format === 'simbench')
    return {
      base: simbenchNetwork(
        simbenchFolder(file),
        path.basename(file),
        o.studyCase === undefined ? {} : { studyCase: o.studyCase },
      ),
      versions: null,
    };
  if (o.format === 'pandapower') return { base: pandapowerNetwork(textOf(file), path.basename(file)), versions: null };
  const name = path.basename(file);
  const input = parsePgm(textOf(file), name);
  const data = input.sets[0];
  if (input.isBatch || !data)
    throw new QipanError('BAD_FILE', `${name} is a batch; expected one input data set`, {
      file: name,
      expected: '"is_batch": false',
    });
  const base = pgmNetwork(data, name);
  if (o.batch === undefined) return { base, versions: null };
  const updates = parsePgm(textOf(o.batch), path.basename(o.batch));
  return {
    base,
    versions: updates.sets.map((u) => pgmNetwork(pgmUpdated(data, u, path.basename(o.batch as string)), name)),
  };
}

/** Wire form of a node: one number when balanced, three by phase; ids of power-grid-model stay numbers. */
function nodeJson(n: NodeResult, format: GridFlowOptions['format']): Record<string, unknown> {
  const one = (x: readonly number[]) => (x.length === 1 ? x[0] : x);
  return {
    id: format === 'simbench' || format === 'csv' ? n.id : Number(n.id),
    energized: n.isEnergized ? 1 : 0,
    u_pu: one(n.uPu),
    u_angle: one(n.angleRad),
    u: one(n.uV),
  };
}

/** `qipan grid flow`: the power flow of a network, or of every scenario of a batch. */
export function flow(file: string, o: GridFlowOptions): void {
  const { base, versions } = readNetworks(file, o);
  const phases = o.phases ?? 1;
  const options = o.tolerance === undefined ? {} : { tolerance: o.tolerance };
  const header = {
    network: base.name,
    method: 'iterative current, balanced: 1, by phase: 3',
    phases,
    warnings: base.warnings,
    issues: networkIssues(base),
  };
  if (versions) {
    const scenarios = batchFlow(versions, phases, options);
    const converged = scenarios.filter((s) => s.status === 'converged').length;
    const result = {
      status: converged === scenarios.length ? 'converged' : 'noSolution',
      ...header,
      scenarios: scenarios.map((s) => ({
        status: s.status,
        iterations: s.iterations,
        nodes: s.nodes.map((n) => nodeJson(n, o.format)),
      })),
    };
    printResult(o.json, result, () => [`${base.name}: ${converged} of ${scenarios.length} scenarios converged`]);
    return;
  }
  const r = powerFlow(base, phases, options);
  const one = (x: readonly number[]) => (x.length === 1 ? x[0] : x);
  const branches = r.branches.map((b) => ({
    id: b.id,
    energized: b.isEnergized ? 1 : 0,
    loading: Number.isNaN(b.loading) ? null : b.loading,
    p_from: one(b.pFromW),
    q_from: one(b.qFromVar),
    i_from: one(b.iFromA),
    p_to: one(b.pToW),
    q_to: one(b.qToVar),
    i_to: one(b.iToA),
  }));
  const result = {
    status: r.status,
    ...header,
    iterations: r.iterations,
    nodes: r.nodes.map((n) => nodeJson(n, o.format)),
    branches,
  };
  printResult(o.json, result, () => {
    const live = r.nodes.filter((n) => n.isEnergized);
    const lowest = live.reduce((a, n) => (Math.min(...n.uPu) < Math.min(...a.uPu) ? n : a), live[0] as NodeResult);
    const loaded = branches
      .filter((b) => b.loading !== null)
      .sort((a, b) => (b.loading as number) - (a.loading as number))[0];
    return [
      `${base.name}: ${r.status} in ${r.iterations} iterations, ${r.nodes.length} nodes, ${r.branches.length} branches`,
      ...(r.status === 'converged' && lowest
        ? [`lowest voltage ${Math.min(...lowest.uPu).toFixed(5)} pu at ${lowest.id}`]
        : []),
      ...(loaded ? [`highest loading ${((loaded.loading as number) * 100).toFixed(1)} % at ${loaded.id}`] : []),
      ...header.issues.map((i) => `${i.severity === 'error' ? 'error · 错误' : 'note · 提示'}: ${i.message}`),
    ];
  });
}
