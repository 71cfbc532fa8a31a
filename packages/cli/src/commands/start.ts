import path from 'node:path';
import type { RunningServer } from '@qipan/server';
import { demoBoard, planDemo, plannedVisits, twinOf } from '../demo.js';
import { startFleetThread, type FleetThread } from '../fleet/fleet-thread.js';
import { fleetSpec } from '../fleet/spec.js';
import { sinceNpmStartS } from '../launch-time.js';
import { launch, simulatedFolder, type LaunchOptions } from '../launch.js';
import { untilStopped } from '../stopping.js';
import { Terminal } from '../terminal.js';

export interface StartOptions extends LaunchOptions {
  readonly demo: boolean;
  readonly stations?: number;
  readonly planSeconds: number;
  readonly seed: number;
}

/** `qipan start`: server, database, demo county, its plan and its stations, alive; until it is told to stop. */
export async function start(o: StartOptions): Promise<void> {
  const terminal = new Terminal();
  let isStopped = false;
  const stopped = untilStopped().then(() => {
    isStopped = true;
  });
  const memoryFile = path.join(simulatedFolder(o.dataFolder), 'fleet.json');
  const server = await launch(o, terminal, { simulated: o.demo });
  let fleet: FleetThread | null = null;
  try {
    // Whoever stops the program in the middle of planning does not wait for the plan.
    if (o.demo) fleet = await Promise.race([bringUp(server, o, { memoryFile, terminal }), stopped.then(() => null)]);
    if (isStopped) return;
    const built = sinceNpmStartS();
    const seconds = (built ?? terminal.elapsedS()).toFixed(1);
    const en = `${seconds} s after the start${built === null ? '' : ', build included'}`;
    const zh = `用时 ${seconds} 秒${built === null ? '' : '（含构建）'}`;
    terminal.line('');
    terminal.line(`  ${server.url}`);
    terminal.line('');
    terminal.step(`ready · 就绪: ${server.url}, ${en}; Ctrl-C stops · ${zh}，Ctrl-C 停止`);
    if (o.demo) playDemoBoard(server, terminal);
    await stopped;
  } finally {
    terminal.step({ en: 'stopping', zh: '正在停止' });
    await fleet?.stop();
    await server.close();
    terminal.step({ en: 'stopped', zh: '已停止' });
  }
}

/** Nobody waits for the first game of the chessboard: the page tells how far it is. */
function playDemoBoard({ api }: RunningServer, terminal: Terminal): void {
  api.ensureDemoGame().then(
    (run) => {
      if (run !== null) terminal.step({ en: 'solving the demo chessboard meanwhile', zh: '后台求解示例棋盘' });
    },
    (e: unknown) => terminal.line(`! the demo chessboard was not started: ${String(e)} · 示例棋盘未能求解`),
  );
}

interface Surroundings {
  readonly memoryFile: string;
  readonly terminal: Terminal;
}

/** Loads the county, plans it and starts the stations of the plan; what an earlier start has done is found and kept. */
async function bringUp(server: RunningServer, o: StartOptions, around: Surroundings): Promise<FleetThread | null> {
  const { terminal } = around;
  const { api } = server;
  // Beside the planning, which computes in a thread of its own.
  const clusters = api.ensureClusterDemo();
  clusters.catch(() => undefined);
  let boardId = await api.defaultBoard();
  if (boardId === null) {
    terminal.step({
      en: 'loading Dianjiang county (25 townships, 301 villages)',
      zh: '加载垫江县（25 个乡镇、301 个村）',
    });
    boardId = await api.importBoard(demoBoard());
  }
  await api.ensureSyntheticGrid(boardId);
  let stations = api.simulatedStations();
  if (stations.length === 0) {
    terminal.step(`pages · 页面: ${server.url}`);
    const runId = await planDemo(server, boardId, { seed: o.seed, seconds: o.planSeconds }, terminal);
    stations = await api.ensureStationsOfPlan(runId, { origin: 'simulated' });
  }
  if (await clusters)
    terminal.step({
      en: 'loaded the synthetic data of the cluster studies (340 regions, 97 industries)',
      zh: '已加载集群研究的合成数据（340 个地区、97 个行业）',
    });
  const visits = await plannedVisits(server);
  const twins = stations.slice(0, o.stations ?? stations.length).map((s) => twinOf(s, visits));
  if (twins.length === 0) return null;
  const { epochRealMs, epochVirtualMs, speed } = await clockOf(server);
  const guns = twins.reduce((n, s) => n + s.evses.length, 0);
  terminal.step({
    en: `starting ${twins.length} simulated stations (${guns} guns) at ${speed}× speed`,
    zh: `启动 ${twins.length} 个模拟充电站（${guns} 支枪），时钟 ${speed} 倍速`,
  });
  return startFleetThread(
    fleetSpec({
      url: server.ocppUrl,
      stations: twins,
      clock: { speed, epochRealMs, epochVirtualMs },
      seed: o.seed,
      memoryFile: around.memoryFile,
      labelFile: path.join(path.dirname(around.memoryFile), 'labels.jsonl'),
    }),
    (e) => terminal.line(`! the simulated stations stopped: ${e.message} · 模拟充电站已停止`),
  );
}

/** The server's own clock, so that stations and server agree to the millisecond. */
async function clockOf(server: RunningServer): Promise<{ epochRealMs: number; epochVirtualMs: number; speed: number }> {
  const response = await fetch(`${server.url}/api/v1/info`);
  const { clock } = (await response.json()) as {
    clock: { epochRealMs: number; epochVirtualMs: number; speed: number };
  };
  return clock;
}
