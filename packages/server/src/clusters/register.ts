import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { QipanError } from '@qipan/base';
import type { LongRows, RegisterEvent } from '@qipan/clusters';
import type { RegisterView } from '../contract.js';
import type { Datasets } from './datasets.js';

const file = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../../../../data/clusters/national-examples.csv',
);

/** Lines of the shipped examples: a part of the national list. */
async function exampleEvents(): Promise<readonly RegisterEvent[]> {
  const [{ parseCsv }, { readRegisterEvents }] = await Promise.all([
    import('@qipan/territory'),
    import('@qipan/clusters'),
  ]);
  const { rows, rowNumbers } = parseCsv(readFileSync(file), 'national-examples.csv');
  const [header = [], ...lines] = rows;
  return readRegisterEvents({
    file: 'national-examples.csv',
    header: header.map(String),
    rows: lines,
    rowNumbers: rowNumbers.slice(1),
  });
}

const columns = [
  'clusterId',
  'at',
  'kind',
  'tier',
  'programme',
  'nameZh',
  'nameEn',
  'industries',
  'provinces',
  'cities',
  'organisation',
  'reportYear',
  'reason',
  'decision',
  'decidingBody',
  'source',
] as const;

/** Events as they stand in JSON go through the same checks as lines of a file: each field is one cell. */
async function checkedEvents(events: unknown): Promise<readonly RegisterEvent[]> {
  if (!Array.isArray(events))
    throw new QipanError('BAD_INPUT', 'a register holds a list of events', {
      field: 'events',
      expected: '{"events": […]}',
    });
  const { readRegisterEvents } = await import('@qipan/clusters');
  const cell = (x: unknown): unknown => (Array.isArray(x) ? x.join(';') : x);
  const rows = events.map((e: unknown) => {
    const line = { ...(e as { facts?: object }).facts, ...(e as object) } as Readonly<Record<string, unknown>>;
    return columns.map((c) => cell(line[c]));
  });
  const long: LongRows = { file: 'register', header: columns, rows, rowNumbers: rows.map((_, k) => k + 1) };
  return readRegisterEvents(long);
}

async function eventsOf(datasets: Datasets, dataset: string | null): Promise<readonly RegisterEvent[]> {
  if (dataset === null) return exampleEvents();
  const body = (await datasets.load(dataset, 'register')) as { events?: unknown } | null;
  return checkedEvents(body?.events);
}

/** The register on a day, what is due and what lapsed. */
export async function registerView(
  datasets: Datasets,
  q: { readonly dataset: string | null; readonly day: string; readonly horizonDays: number },
): Promise<RegisterView> {
  const { programmes, registerAt, registerDue } = await import('@qipan/clusters');
  const entries = registerAt(await eventsOf(datasets, q.dataset), q.day);
  const used = new Set(entries.map((e) => e.programme));
  return {
    ...q,
    programmes: programmes.filter((p) => used.has(p.id)).map(({ id, name, source }) => ({ id, name, source })),
    clusters: entries.map(({ reported: _reported, missed: _missed, warnedFor: _warnedFor, history, ...e }) => ({
      ...e,
      history: history.map((h) => ({
        at: h.at,
        kind: h.kind,
        reportYear: h.reportYear ?? null,
        reason: h.reason ?? null,
        decision: h.decision ?? null,
        decidingBody: h.decidingBody ?? null,
        source: h.source,
      })),
    })),
    ...registerDue(entries, q),
  };
}

/**
 * A new register with one line more; the one before stays. The line must be possible on its day and leave every later line possible.
 * Throws `BAD_CELL`, `CONFLICT`, `UNKNOWN_REFERENCE`.
 */
export async function appendToRegister(datasets: Datasets, dataset: string | null, event: unknown): Promise<string> {
  const { registerAt } = await import('@qipan/clusters');
  const before = await eventsOf(datasets, dataset);
  const [line] = await checkedEvents([event]);
  const events = [...before, line as RegisterEvent];
  registerAt(events, '9999-12-31');
  const own = dataset === null ? null : await datasets.summary(dataset, 'register');
  return datasets.add(
    'register',
    { events },
    {
      name: own?.name ?? { en: 'Cluster register, begun from the examples', zh: '集群名录（由示例开始）' },
      dataLevel: own?.dataLevel ?? 'official',
      attribution: own?.attribution ?? {
        en: 'A part of the national list from the public pages named on each line, and own entries.',
        zh: '国家名单的一部分（来源见各条所列公开网页）及自有条目。',
      },
      counts: { clusters: new Set(events.map((e) => e.clusterId)).size, events: events.length },
    },
  );
}
