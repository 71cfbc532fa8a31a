import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  chessReport,
  chessTables,
  coordinate,
  flip,
  pairOf,
  readScenario,
  scenarioFromJson,
  stability,
  type ChessData,
  type ChessReport,
  type ChessResult,
  type ChessTableName,
  type Flip,
  type ScenarioHead,
  type ScenarioSheet,
} from '@qipan/clusters';
import { highsEngine, type HighsModule, type MilpEngine } from '@qipan/optim';
import { parseCsv } from '@qipan/territory';
import { both, printResult } from '../terminal.js';

export interface ChessOptions {
  readonly gap: number;
  readonly seconds: number;
  readonly draws: number;
  readonly seed: number;
  readonly region?: string;
  readonly flip?: string;
  readonly baselines: boolean;
  readonly json?: boolean;
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (e) {
    throw new QipanError('BAD_FILE', `${path.basename(file)}: ${e instanceof Error ? e.message : String(e)}`, {
      file: path.basename(file),
      expected: 'JSON',
    });
  }
}

/** A scenario file, or a folder with `scenario.json` beside one CSV a table. */
export function chessScenario(place: string): ChessData {
  if (!existsSync(place)) throw new QipanError('NOT_FOUND', `${place}: no such file or folder`, { file: place });
  if (!statSync(place).isDirectory()) return scenarioFromJson(json(place), path.basename(place));
  const head = path.join(place, 'scenario.json');
  const sheets: Partial<Record<ChessTableName, ScenarioSheet>> = {};
  for (const name of Object.keys(chessTables) as ChessTableName[]) {
    const file = path.join(place, `${name}.csv`);
    if (!existsSync(file)) continue;
    const { rows, rowNumbers } = parseCsv(readFileSync(file), `${name}.csv`);
    const [header, ...cells] = rows;
    sheets[name] = {
      file: `${name}.csv`,
      header: (header ?? []).map(String),
      rows: cells,
      rowNumbers: rowNumbers.slice(1),
    };
  }
  return readScenario(existsSync(head) ? (json(head) as ScenarioHead) : {}, sheets);
}

const percent = (x: number, digits = 2) => `${(100 * x).toFixed(digits)} %`;
const figure = (x: number) => (Math.abs(x) >= 1e5 ? x.toExponential(3) : Number(x.toPrecision(5)).toString());

function judgementLines(r: ChessReport): string[] {
  if (r.judgements.length < 2) return [];
  const head = `${'in market'.padStart(10)} ${'merit'.padStart(10)} ${'spend'.padStart(10)} ${'overflow'.padStart(9)} ${'crowded'.padStart(8)}  broken rules · 违反规则`;
  return [
    head,
    ...r.judgements.map((j) => {
      const broken = j.broken.map((b) => `${b.rule} ×${b.count}`).join(', ') || '–';
      return `${figure(j.value).padStart(10)} ${figure(j.merit).padStart(10)} ${figure(j.spend).padStart(10)} ${figure(j.overflow).padStart(9)} ${percent(j.crowdedShare, 0).padStart(8)}  ${both(j.words)}: ${broken}`;
    }),
    ...(r.uncoordination?.ratio
      ? [
          `price of uncoordination · 缺乏统筹的代价: ${r.uncoordination.ratio.toFixed(2)} × the value of the plans as written, at no more spend`,
        ]
      : []),
  ];
}

function moveLines(r: ChessReport, region: string | undefined): string[] {
  const shown =
    region === undefined
      ? [...r.moves].filter((m) => m.isWish || m.move === 'focus').slice(0, 12)
      : r.moves.filter((m) => m.region === region);
  const firm = (m: ChessReport['moves'][number]) =>
    m.firmness === null ? '' : ` [${m.firmness} ${percent(m.chosenShare ?? 0, 0)}]`;
  const more =
    region === undefined && r.moves.length > shown.length
      ? [`… ${r.moves.length - shown.length} more moves · 其余见 --json 或 --region`]
      : [];
  return [
    ...shown.flatMap((m) => [`${m.region} ${m.industry}${firm(m)} ${m.reason.en}`, `    ${m.reason.zh}`]),
    ...more,
  ];
}

function flipLines(data: ChessData, f: Flip): string[] {
  const name = (k: number) =>
    `${data.regions.code[data.pairs.region[k] as number]} ${data.industries.code[data.pairs.industry[k] as number]}`;
  if (f.loss === null) return [`flip ${name(f.pair)}: no plan allows it · 无可行方案`];
  return [
    `flip ${name(f.pair)} to ${f.forced}: costs the nation ${figure(f.loss)} (between ${figure(f.lossBracket?.[0] ?? NaN)} and ${figure(f.lossBracket?.[1] ?? NaN)}); leaves ${f.leaves.map(name).join(', ') || '–'}; enters ${f.enters.map(name).join(', ') || '–'}`,
    ...f.changes.map((c) => `    ${both(c.words)}`),
  ];
}

function lines(data: ChessData, r: ChessReport, o: ChessOptions, f: Flip | null): string[] {
  const head = [
    `${r.name}: ${data.regions.code.length} regions × ${data.industries.code.length} industries, ${r.pairs} pairs, data ${r.dataLevel}`,
  ];
  if (r.conflict) return [...head, both(r.conflict.sentence)];
  const value = (x: number) => `${figure(x)} ${r.unit}`;
  return [
    ...head,
    `${r.status}: value ${value(r.value)}, bound ${value(r.bound)}, gap ${percent(r.gap, 3)} (${r.method}, ${r.columns} columns)`,
    `weights · 权重 (political, set by you): ${Object.entries(r.weights)
      .map(([k, w]) => `${k} ${w === Infinity ? 'hard' : w}`)
      .join(', ')}`,
    ...r.sensitivity.map(
      (s) =>
        `if every ${s.quantity === 'scale' ? 'minimum scale · 最小规模' : 'market room · 市场空间'} were × ${s.factor}: bound ${s.change >= 0 ? '+' : ''}${percent(s.change, 1)}`,
    ),
    ...judgementLines(r),
    ...moveLines(r, o.region),
    ...(f ? flipLines(data, f) : []),
    ...r.limits.map((l) => `· ${both(l)}`),
  ];
}

async function engineOf(): Promise<MilpEngine> {
  const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
  return highsEngine(await load());
}

function asked(data: ChessData, text: string): number {
  const [region = '', industry = ''] = text.split(':');
  const pair = pairOf(data, region, industry);
  if (pair >= 0) return pair;
  throw new QipanError('UNKNOWN_CODE', `--flip ${text}: no such pair on the board`, {
    field: '--flip',
    got: text,
    expected: 'REGION:INDUSTRY of a candidate',
  });
}

/** `qipan clusters chess`: coordinates a board, compares it with five other ways, explains every move. */
export async function chess(place: string, o: ChessOptions): Promise<void> {
  const data = chessScenario(place);
  const flipped = o.flip === undefined ? null : asked(data, o.flip);
  if (o.region !== undefined && !data.regions.code.includes(o.region))
    throw new QipanError('UNKNOWN_CODE', `--region ${o.region}: no such region`, { field: '--region', got: o.region });
  const engine = await engineOf();
  const end = performance.now() + o.seconds * 1000;
  const shouldStop = () => performance.now() > end;
  const stop = { gap: o.gap, seconds: o.seconds, seed: o.seed, shouldStop };
  const result: ChessResult = coordinate(data, engine, stop);
  const drawn =
    o.draws > 0 && result.relaxation ? stability(data, engine, result, { from: 0, to: o.draws, seed: o.seed }) : null;
  const report = chessReport(data, engine, result, {
    isBrief: !o.baselines,
    stop: { gap: 0.005 },
    ...(drawn ? { stability: drawn } : {}),
  });
  const f = flipped === null || !result.plan ? null : flip(data, engine, { result, plan: result.plan, pair: flipped });
  printResult(o.json, { ...report, flip: f }, () => lines(data, report, o, f));
}
