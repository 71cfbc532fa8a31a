import type { Words } from './words.js';

/** States of stations, connectors, runs and sessions, and the reasons of a plan, in the field's words. */
export const states = {
  Available: { en: 'Available', zh: '空闲' },
  Occupied: { en: 'Occupied', zh: '占用' },
  Charging: { en: 'Charging', zh: '充电中' },
  Reserved: { en: 'Reserved', zh: '已预约' },
  Unavailable: { en: 'Unavailable', zh: '停用' },
  Faulted: { en: 'Faulted', zh: '故障' },
  Offline: { en: 'Offline', zh: '离线' },
  Unknown: { en: 'Never seen', zh: '未上线' },
  EVConnected: { en: 'EV connected', zh: '已插枪' },
  SuspendedEV: { en: 'Suspended by the car', zh: '车端暂停' },
  SuspendedEVSE: { en: 'Suspended by the station', zh: '桩端暂停' },
  Idle: { en: 'Idle', zh: '空载' },
  Preparing: { en: 'Preparing', zh: '准备中' },
  Finishing: { en: 'Finishing', zh: '结束中' },
  connected: { en: 'connected', zh: '在线' },
  quiet: { en: 'quiet', zh: '静默' },
  offline: { en: 'offline', zh: '离线' },
  never: { en: 'never seen', zh: '从未上线' },
  runQueued: { en: 'queued', zh: '排队中' },
  runRunning: { en: 'running', zh: '计算中' },
  runOptimal: { en: 'proved optimal', zh: '已证最优' },
  runGapReached: { en: 'gap reached', zh: '达到间隙' },
  runStopped: { en: 'stopped', zh: '已停止' },
  runInfeasible: { en: 'infeasible', zh: '不可行' },
  runFailed: { en: 'failed', zh: '失败' },
  sessionOpen: { en: 'open', zh: '进行中' },
  sessionEnded: { en: 'ended', zh: '已结束' },
  sessionLost: { en: 'lost', zh: '丢失' },
  sessionOrphan: { en: 'orphan', zh: '无主' },
  served: { en: 'covered', zh: '已覆盖' },
  noCandidateInRadius: { en: 'no candidate site within reach', zh: '可达范围内无候选站点' },
  gridLimit: { en: 'no room on the grid', zh: '电网容量不足' },
  budget: { en: 'budget', zh: '预算限制' },
  betterUseElsewhere: { en: 'better use elsewhere', zh: '他处效益更高' },
  ruleSlack: { en: 'a rule was broken at its price', zh: '规则以代价放宽' },
  answered: { en: 'answered', zh: '已应答' },
  error: { en: 'error', zh: '出错' },
  timeout: { en: 'no answer in time', zh: '应答超时' },
  expired: { en: 'expired', zh: '已过期' },
  superseded: { en: 'superseded', zh: '已被取代' },
  connectionLost: { en: 'connection lost', zh: '连接中断' },
  waiting: { en: 'waiting for the station', zh: '等待站端应答' },
} as const satisfies Words;

export type StateWord = keyof typeof states;

const runWords = {
  queued: 'runQueued',
  running: 'runRunning',
  optimal: 'runOptimal',
  gapReached: 'runGapReached',
  stopped: 'runStopped',
  infeasible: 'runInfeasible',
  failed: 'runFailed',
} as const;

export const runWord = (status: keyof typeof runWords): StateWord => runWords[status];

const sessionWords = {
  open: 'sessionOpen',
  ended: 'sessionEnded',
  lost: 'sessionLost',
  orphan: 'sessionOrphan',
} as const;

export const sessionWord = (state: keyof typeof sessionWords): StateWord => sessionWords[state];

/** The row of a wire word that the dictionary knows, otherwise null: then the wire word itself is shown as code. */
export function stateWord(word: string): StateWord | null {
  return Object.hasOwn(states, word) ? (word as StateWord) : null;
}
