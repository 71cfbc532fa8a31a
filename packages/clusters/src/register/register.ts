import { QipanError, type Bilingual } from '@qipan/base';
import { addDays, addMonths, checkDate, firstDay, lastDay } from './dates.js';
import type { ClusterFacts, DecisionKind, RegisterEvent, Tier } from './events.js';

export type RegisterStatus = 'proposed' | 'cultivated' | 'designated' | 'warned' | 'exited';

/** Rules of a programme, as data. A null says that the rule is not known: then nothing follows from it. */
export interface Programme {
  readonly id: string;
  readonly name: Bilingual;
  readonly validYears: number | null;
  /** `MM-DD` by which the report on the year before is due. */
  readonly reportDue: string | null;
  /** Months after which a warning that was not lifted ends in exit. */
  readonly warningMonths: number | null;
  readonly source: string;
}

/** The programmes of the shipped packs. */
export const programmes: readonly Programme[] = [
  {
    id: 'sme-cluster',
    name: { en: 'Characteristic SME industry clusters', zh: '中小企业特色产业集群' },
    validYears: 3,
    reportDue: '04-30',
    warningMonths: 12,
    source: '促进中小企业特色产业集群发展暂行办法（原文未掌握；预警期一年为本系统假设）',
  },
  {
    id: 'advanced-manufacturing',
    name: { en: 'National advanced manufacturing clusters', zh: '国家先进制造业集群' },
    validYears: null,
    reportDue: null,
    warningMonths: null,
    source: '先进制造业集群发展专项行动（有效期与报告要求未掌握）',
  },
];

/** A cluster as it stands; its history holds every line, those that follow from the rules included. */
export interface RegisterEntry extends ClusterFacts {
  readonly id: string;
  readonly tier: Tier | null;
  readonly status: RegisterStatus;
  readonly since: string;
  readonly programme: string | null;
  readonly designatedAt: string | null;
  /** Last day of the designation; null when there is none or its length is not known. */
  readonly validUntil: string | null;
  readonly reported: readonly number[];
  readonly missed: readonly number[];
  readonly warnedFor: 'missedReport' | 'veto' | 'decision' | null;
  /** How often it was taken in: 2 after a re-entry. */
  readonly spells: number;
  readonly history: readonly RegisterEvent[];
}

const from: Readonly<Record<DecisionKind, readonly (RegisterStatus | 'none')[]>> = {
  proposed: ['none', 'exited'],
  cultivated: ['none', 'proposed', 'exited'],
  designated: ['none', 'proposed', 'cultivated', 'designated', 'exited'],
  renewed: ['designated', 'warned'],
  reported: ['designated', 'warned'],
  veto: ['designated', 'warned'],
  warned: ['designated', 'warned'],
  warningLifted: ['warned'],
  exited: ['proposed', 'cultivated', 'designated', 'warned'],
};

const unnamed: ClusterFacts = { nameZh: '', nameEn: '', industries: [], provinces: [], cities: [], organisation: null };

function opened(e: RegisterEntry | undefined, ev: RegisterEvent): RegisterEntry {
  const facts = ev.facts ?? e;
  if (!facts)
    throw new QipanError('UNKNOWN_REFERENCE', `cluster ${ev.clusterId}: its first line (${ev.at}) gives no name`, {
      got: ev.clusterId,
      expected: 'nameZh or nameEn on the first line of a cluster',
    });
  const { nameZh, nameEn, industries, provinces, cities, organisation } = { ...unnamed, ...facts };
  return {
    id: ev.clusterId,
    nameZh,
    nameEn,
    industries,
    provinces,
    cities,
    organisation,
    tier: ev.tier ?? e?.tier ?? null,
    status: ev.kind as RegisterStatus,
    since: ev.at,
    programme: ev.programme ?? e?.programme ?? null,
    designatedAt: null,
    validUntil: null,
    reported: [],
    missed: [],
    warnedFor: null,
    spells: (e?.spells ?? 0) + (e === undefined || e.status === 'exited' ? 1 : 0),
    history: e?.history ?? [],
  };
}

/** Order by a date; equal dates keep their order. */
const byDay =
  <T>(dayOf: (x: T) => string) =>
  (a: T, b: T): number =>
    dayOf(a) === dayOf(b) ? 0 : dayOf(a) < dayOf(b) ? -1 : 1;

const rulesOf = (id: string | null, all: readonly Programme[]): Programme | undefined => all.find((p) => p.id === id);

/** End of a designation of this date; of a date known to the year, the latest day that it may mean. */
function endOf(at: string, p: Programme | undefined): string | null {
  return p?.validYears ? addDays(addMonths(lastDay(at), 12 * p.validYears), at.length === 10 ? -1 : 0) : null;
}

/** One line applied; the rules of the programme decide what a veto or a second missed report means. */
function step(e: RegisterEntry | undefined, ev: RegisterEvent, all: readonly Programme[]): RegisterEntry {
  const now = { ...(e as RegisterEntry), history: [...(e?.history ?? []), ev] };
  const turn = (status: RegisterStatus, warnedFor: RegisterEntry['warnedFor'] = null): RegisterEntry => ({
    ...now,
    status,
    warnedFor,
    since: ev.at,
  });
  switch (ev.kind) {
    case 'proposed':
    case 'cultivated':
      return { ...opened(e, ev), history: now.history };
    case 'designated': {
      const entry = opened(e, ev);
      return {
        ...entry,
        designatedAt: ev.at,
        validUntil: endOf(ev.at, rulesOf(entry.programme, all)),
        history: now.history,
      };
    }
    case 'renewed':
      return { ...turn('designated'), validUntil: endOf(ev.at, rulesOf(now.programme, all)) };
    case 'reported': {
      const reported = [...now.reported, ev.reportYear as number];
      const answered = now.warnedFor === 'missedReport' && now.missed.every((y) => reported.includes(y));
      return { ...(answered ? turn('designated') : now), reported };
    }
    case 'veto':
      return now.status === 'warned' ? turn('exited') : turn('warned', 'veto');
    case 'missedReport': {
      const missed = [...now.missed, ev.reportYear as number];
      return { ...(now.status === 'warned' ? turn('exited') : turn('warned', 'missedReport')), missed };
    }
    case 'warned':
      return turn('warned', 'decision');
    case 'warningLifted':
      return turn('designated');
    case 'exited':
    case 'expired':
    case 'warningUnanswered':
      return turn('exited');
  }
}

/** What follows from the rules if nobody decides, soonest first: expiry, missed report, unanswered warning. */
export function comingByRule(e: RegisterEntry, all: readonly Programme[] = programmes): readonly RegisterEvent[] {
  const p = rulesOf(e.programme, all);
  if (!p || (e.status !== 'designated' && e.status !== 'warned') || e.designatedAt === null) return [];
  const line = (at: string, kind: RegisterEvent['kind'], more: Partial<RegisterEvent> = {}): RegisterEvent => ({
    clusterId: e.id,
    at,
    kind,
    source: p.source,
    ...more,
  });
  const coming: RegisterEvent[] = [];
  if (e.validUntil) coming.push(line(addDays(e.validUntil, 1), 'expired'));
  if (p.reportDue) {
    // The first report is due on the first due day after the designation and is about the year before that day.
    const start = lastDay(e.designatedAt);
    let year = Number(start.slice(0, 4)) - (start.slice(5) < p.reportDue ? 1 : 0);
    while (e.reported.includes(year) || e.missed.includes(year)) year++;
    coming.push(line(addDays(`${year + 1}-${p.reportDue}`, 1), 'missedReport', { reportYear: year }));
  }
  if (e.status === 'warned' && p.warningMonths !== null)
    coming.push(line(addMonths(lastDay(e.since), p.warningMonths), 'warningUnanswered'));
  return coming.toSorted(byDay((ev) => ev.at));
}

/** Applies what follows from the rules up to a day, that day included or not. */
function pass(e: RegisterEntry, until: { day: string; included: boolean }, all: readonly Programme[]): RegisterEntry {
  let entry = e;
  for (;;) {
    const [next] = comingByRule(entry, all);
    if (!next || (until.included ? next.at > until.day : next.at >= until.day)) return entry;
    entry = step(entry, next, all);
  }
}

/**
 * The register on a day: a fold over its lines, with what follows from the rules of each programme in between (expiry, missed report →
 * warned → exited, veto → warned → exited). Lines after the day are not looked at; nothing is ever deleted.
 * @throws UNKNOWN_REFERENCE (a cluster whose first line has no name), CONFLICT (a line that its cluster's status does not allow), BAD_INPUT
 */
export function registerAt(
  events: readonly RegisterEvent[],
  day: string,
  all: readonly Programme[] = programmes,
): readonly RegisterEntry[] {
  checkDate(day, 'day');
  const until = lastDay(day);
  const entries = new Map<string, RegisterEntry>();
  const sorted = events
    .map((ev, k) => ({ ev, k, start: firstDay(checkDate(ev.at)) }))
    .filter(({ start }) => start <= until)
    .sort((a, b) => (a.start === b.start ? a.k - b.k : a.start < b.start ? -1 : 1));
  for (const { ev, start } of sorted) {
    const before = entries.get(ev.clusterId);
    const e = before ? pass(before, { day: start, included: false }, all) : undefined;
    const allowed = from[ev.kind as DecisionKind];
    if (!allowed?.includes(e?.status ?? 'none')) {
      const why = e
        ? `it is ${e.status} since ${e.since}${e.history.at(-1) === before?.history.at(-1) ? '' : `, by ${e.history.at(-1)?.kind}`}`
        : 'it is not in the register';
      throw new QipanError('CONFLICT', `cluster ${ev.clusterId}, ${ev.at}: ${ev.kind} is not possible, ${why}`, {
        got: ev.kind,
        expected: `${ev.kind} of a cluster that is ${allowed?.join(' or ') ?? '–'}`,
      });
    }
    entries.set(ev.clusterId, step(e, ev, all));
  }
  return [...entries.values()].map((e) => pass(e, { day: until, included: true }, all));
}

/** Something that must be done by a day, or follows from the rules the day after. */
export interface DueItem {
  readonly clusterId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly what: 'report' | 'renewal' | 'answerWarning';
  /** Last day to act. */
  readonly by: string;
  readonly reportYear: number | null;
  readonly daysLeft: number;
  readonly otherwise: 'warned' | 'exited';
}

/** What followed from the rules lately, so that a decision can be written down. */
export interface LapsedItem {
  readonly clusterId: string;
  readonly at: string;
  readonly kind: RegisterEvent['kind'];
  readonly reportYear: number | null;
}

const whatOf = { expired: 'renewal', missedReport: 'report', warningUnanswered: 'answerWarning' } as const;
const daysBetween = (a: string, b: string) => Math.round((Date.parse(b) - Date.parse(a)) / 86_400_000);

/** What is due within `horizonDays` after a day, soonest first, and what lapsed within as many days before it. */
export function registerDue(
  entries: readonly RegisterEntry[],
  o: { readonly day: string; readonly horizonDays?: number; readonly programmes?: readonly Programme[] },
): { readonly due: readonly DueItem[]; readonly lapsed: readonly LapsedItem[] } {
  const day = checkDate(o.day, 'day');
  const horizon = o.horizonDays ?? 90;
  const due: DueItem[] = [];
  const lapsed: LapsedItem[] = [];
  for (const e of entries) {
    for (const next of comingByRule(e, o.programmes)) {
      const by = addDays(next.at, -1);
      const daysLeft = daysBetween(day, by);
      const otherwise = next.kind === 'missedReport' && e.status === 'designated' ? 'warned' : 'exited';
      const what = whatOf[next.kind as keyof typeof whatOf];
      if (daysLeft <= horizon)
        due.push({
          clusterId: e.id,
          nameZh: e.nameZh,
          nameEn: e.nameEn,
          what,
          by,
          reportYear: next.reportYear ?? null,
          daysLeft,
          otherwise,
        });
    }
    for (const ev of e.history)
      if (ev.kind in whatOf && daysBetween(ev.at, day) <= horizon)
        lapsed.push({ clusterId: e.id, at: ev.at, kind: ev.kind, reportYear: ev.reportYear ?? null });
  }
  return { due: due.toSorted(byDay((d) => d.by)), lapsed: lapsed.toSorted(byDay((l) => l.at)) };
}
