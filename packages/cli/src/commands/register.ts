import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  readRegisterEvents,
  registerAt,
  registerDue,
  type RegisterEntry,
  type RegisterEvent,
  type RegisterStatus,
} from '@qipan/clusters';
import { printResult } from '../terminal.js';
import { longOf } from './clusters.js';

interface Shared {
  readonly day?: string;
  readonly json?: boolean;
}

const examples = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../../../../data/clusters/national-examples.csv',
);
const examplesNote =
  'examples only: a part of the national list, from public pages · 仅为示例：国家名单的一部分，来自公开网页';

const today = (): string => new Date().toISOString().slice(0, 10);

function read(
  file: string | undefined,
  day: string,
): { entries: readonly RegisterEntry[]; events: readonly RegisterEvent[]; note: string | null } {
  const events = readRegisterEvents(longOf(file ?? examples));
  return { entries: registerAt(events, day), events, note: file === undefined ? examplesNote : null };
}

const words: Readonly<Record<RegisterStatus, string>> = {
  proposed: 'proposed · 申报',
  cultivated: 'cultivated · 培育',
  designated: 'designated · 认定',
  warned: 'warned · 预警',
  exited: 'exited · 退出',
};

const named = (e: { nameZh: string; nameEn: string }): string => [e.nameEn, e.nameZh].filter(Boolean).join(' · ');

/** `qipan clusters register list`. */
export function registerList(
  file: string | undefined,
  o: Shared & { readonly status?: RegisterStatus; readonly province?: string },
): void {
  const day = o.day ?? today();
  const { entries, note } = read(file, day);
  const chosen = entries.filter(
    (e) =>
      (o.status === undefined || e.status === o.status) &&
      (o.province === undefined || e.provinces.includes(o.province)),
  );
  printResult(o.json, { day, note, clusters: chosen }, () => [
    ...(note === null ? [] : [note]),
    ...chosen.map((e) => {
      const where = [...e.provinces, ...(e.cities.length > 0 ? [`(${e.cities.join('、')})`] : [])].join('、');
      const until = e.validUntil === null ? 'end not known · 期限未知' : `until · 有效至 ${e.validUntil}`;
      return `${e.id.padEnd(12)} ${words[e.status]} ${e.since}, ${until}; ${named(e)}; ${where}; ${e.history.at(-1)?.source ?? ''}`;
    }),
    `${chosen.length} of ${entries.length} on ${day}`,
  ]);
}

/** `qipan clusters register due`. */
export function registerDueList(file: string | undefined, o: Shared & { readonly horizon: number }): void {
  const day = o.day ?? today();
  const { entries, note } = read(file, day);
  const { due, lapsed } = registerDue(entries, { day, horizonDays: o.horizon });
  const what = { report: 'report · 年度报告', renewal: 'renewal · 复核', answerWarning: 'answer the warning · 整改' };
  printResult(o.json, { day, horizonDays: o.horizon, note, due, lapsed }, () => [
    ...(note === null ? [] : [note]),
    ...due.map(
      (d) =>
        `${d.by} (${d.daysLeft} d): ${what[d.what]}${d.reportYear === null ? '' : ` ${d.reportYear}`}, ${d.clusterId} ${named(d)}; otherwise ${words[d.otherwise]}`,
    ),
    ...lapsed.map(
      (l) => `${l.at}: ${l.kind}${l.reportYear === null ? '' : ` ${l.reportYear}`}, ${l.clusterId} · 按规则发生`,
    ),
    `${due.length} due within ${o.horizon} days of ${day}, ${lapsed.length} lapsed`,
  ]);
}
