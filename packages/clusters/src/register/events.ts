import type { LongRows } from '../panel.js';
import { readLines } from '../panel/lines.js';
import { checkDate } from './dates.js';

export type Tier = 'county' | 'province' | 'nation' | 'worldClass';
export const tiers: readonly Tier[] = ['county', 'province', 'nation', 'worldClass'];

/** What a deciding body writes down. */
export type DecisionKind =
  'proposed' | 'cultivated' | 'designated' | 'renewed' | 'reported' | 'veto' | 'warned' | 'warningLifted' | 'exited';
/** What follows from the rules of the programme when nobody decides otherwise in time. */
export type DerivedKind = 'missedReport' | 'expired' | 'warningUnanswered';

export const decisionKinds: readonly DecisionKind[] = [
  'proposed',
  'cultivated',
  'designated',
  'renewed',
  'reported',
  'veto',
  'warned',
  'warningLifted',
  'exited',
];

/** What a cluster is, as its first event says; regions may lie in several cities and provinces. */
export interface ClusterFacts {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly industries: readonly string[];
  readonly provinces: readonly string[];
  readonly cities: readonly string[];
  readonly organisation: string | null;
}

/** One line of the register. Lines are only ever added. */
export interface RegisterEvent {
  readonly clusterId: string;
  /** To the day, the month or the year, as far as known. */
  readonly at: string;
  readonly kind: DecisionKind | DerivedKind;
  readonly tier?: Tier;
  /** Id of the programme whose rules hold from a designation on. */
  readonly programme?: string;
  readonly facts?: ClusterFacts;
  /** Year that a report is about. */
  readonly reportYear?: number;
  readonly reason?: string;
  readonly decision?: string;
  readonly decidingBody?: string;
  readonly source: string;
}

const list = (text: string): readonly string[] =>
  text
    .split(/[;；、]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/**
 * Register lines of a table with the columns `clusterId, at, kind, source` and, where they matter, `tier, programme, nameZh, nameEn,
 * industries, provinces, cities, organisation, reportYear, reason, decision, decidingBody`; lists are parted by `;`.
 * Every bad line is listed before the file is refused.
 * @throws MISSING_COLUMN; BAD_CELL with row, column, got and expected
 */
export function readRegisterEvents(long: LongRows): readonly RegisterEvent[] {
  return readLines(long, ['clusterId', 'at', 'kind', 'source'], ({ cell, bad }): RegisterEvent => {
    const kind = cell('kind') as DecisionKind;
    if (!decisionKinds.includes(kind)) bad('kind', decisionKinds.join(', '));
    for (const column of ['clusterId', 'source']) if (cell(column) === '') bad(column, 'a text');
    try {
      checkDate(cell('at'));
    } catch {
      bad('at', 'YYYY-MM-DD, YYYY-MM or YYYY');
    }
    const tier = cell('tier') as Tier;
    if (cell('tier') !== '' && !tiers.includes(tier)) bad('tier', tiers.join(', '));
    const year = Number(cell('reportYear'));
    if (kind === 'reported' && !(Number.isInteger(year) && year >= 1900 && year <= 2100))
      bad('reportYear', 'the year that the report is about');
    const text = (column: 'programme' | 'reason' | 'decision' | 'decidingBody') =>
      cell(column) === '' ? {} : { [column]: cell(column) };
    const facts = {
      nameZh: cell('nameZh'),
      nameEn: cell('nameEn'),
      industries: list(cell('industries')),
      provinces: list(cell('provinces')),
      cities: list(cell('cities')),
      organisation: cell('organisation') || null,
    };
    return {
      clusterId: cell('clusterId'),
      at: cell('at'),
      kind,
      ...(cell('tier') === '' ? {} : { tier }),
      ...(kind === 'reported' ? { reportYear: year } : {}),
      ...(facts.nameZh || facts.nameEn ? { facts } : {}),
      ...text('programme'),
      ...text('reason'),
      ...text('decision'),
      ...text('decidingBody'),
      source: cell('source'),
    };
  });
}
