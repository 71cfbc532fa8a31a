import type { Language, Words } from './words.js';

/** Why a session ended: `reason` of OCPP 1.6 StopTransaction and `stoppedReason` of 2.x. */
export const stopReasons = {
  DeAuthorized: { en: 'card refused', zh: '卡片未授权' },
  EmergencyStop: { en: 'emergency stop', zh: '急停' },
  EnergyLimitReached: { en: 'energy limit reached', zh: '达到电量上限' },
  EVDisconnected: { en: 'unplugged', zh: '拔枪' },
  GroundFault: { en: 'fault to earth', zh: '接地故障' },
  HardReset: { en: 'hard reset', zh: '硬重启' },
  ImmediateReset: { en: 'immediate reset', zh: '立即重启' },
  Local: { en: 'at the station', zh: '站端结束' },
  LocalOutOfCredit: { en: 'out of credit', zh: '余额不足' },
  MasterPass: { en: 'master card', zh: '管理卡' },
  Other: { en: 'other', zh: '其他' },
  OvercurrentFault: { en: 'overcurrent', zh: '过流故障' },
  PowerLoss: { en: 'power loss', zh: '断电' },
  PowerQuality: { en: 'power quality', zh: '电能质量问题' },
  Reboot: { en: 'reboot', zh: '设备重启' },
  Remote: { en: 'remotely', zh: '远程结束' },
  SOCLimitReached: { en: 'battery full enough', zh: '达到 SOC 上限' },
  SoftReset: { en: 'soft reset', zh: '软重启' },
  StoppedByEV: { en: 'by the car', zh: '车端结束' },
  TimeLimitReached: { en: 'time limit reached', zh: '达到时长上限' },
  Timeout: { en: 'timeout', zh: '超时' },
  UnlockCommand: { en: 'unlock command', zh: '解锁指令' },
} as const satisfies Words;

/** Why a figure of a session deserves a second look. */
export const qualityWords = {
  attached: { en: 'stop put to it by card and register', zh: '停止消息按卡号与表底归并' },
  clock: { en: 'station clock not believed', zh: '站端时钟不可信' },
  conflictingEvent: { en: 'conflicting messages', zh: '消息矛盾' },
  conflictingStop: { en: 'conflicting stops', zh: '停止消息矛盾' },
  corrected: { en: 'ended after given up', zh: '丢失后补报' },
  offline: { en: 'reported later', zh: '离线补报' },
  registerBackward: { en: 'register went back', zh: '表底倒退' },
  registerJump: { en: 'register jumped', zh: '表底跳变' },
  registerReset: { en: 'register restarted', zh: '表底归零' },
  sequenceGap: { en: 'messages missing', zh: '消息缺失' },
  startEstimated: { en: 'start register estimated', zh: '起始表底为估计' },
  startMissing: { en: 'start missing', zh: '缺少开始消息' },
  unreadable: { en: 'a value unreadable', zh: '有读数无法解析' },
} as const satisfies Words;

/** A wire word in the reader's language, as it came where the dictionary does not know it. */
export function wordIn(words: Words, word: string, lang: Language): string {
  return Object.hasOwn(words, word) ? (words[word]?.[lang] ?? word) : word;
}
