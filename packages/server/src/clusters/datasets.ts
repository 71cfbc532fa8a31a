import { QipanError } from '@qipan/base';
import type { IoTable } from '@qipan/clusters';
import type { Records } from '@qipan/store';
import { sha256 } from '../boards.js';
import type { CodeLabel, DatasetKind, DatasetReport, DatasetSummary, DatasetView } from '../contract.js';
import type { BodyOf, PanelBody } from './bodies.js';
import { pack, unpack } from './packed.js';

type Stored = Omit<DatasetSummary, 'id' | 'kind' | 'name' | 'createdAtMs'> & { readonly report: DatasetReport };

interface DatasetRow {
  readonly id: string;
  readonly kind: DatasetKind;
  readonly name: DatasetSummary['name'];
  readonly summary: Stored;
  readonly body: string;
  readonly createdAtMs: number;
}

/** What goes in beside the body. */
export type DatasetLabel = Pick<DatasetSummary, 'name' | 'dataLevel' | 'attribution'> &
  Partial<Pick<DatasetSummary, 'counts' | 'years'>> & { readonly report?: DatasetReport };

const noReport: DatasetReport = { files: [], completeness: [], warnings: [] };
const mostKept = 4;
const head = '"id", "kind", "name", "summary", "createdAtMs"';

/** Datasets of the cluster studies, each stored once under its content hash; the last few are kept in memory, decoded. */
export class Datasets {
  readonly #records: Records;
  readonly #kept = new Map<string, unknown>();

  constructor(records: Records) {
    this.#records = records;
  }

  /** Stores a checked body, or finds it, and gives its id. */
  async add<K extends DatasetKind>(kind: K, body: BodyOf[K], label: DatasetLabel): Promise<string> {
    const text = pack(body);
    const id = `${kind}-${sha256(text).slice(0, 16)}`;
    const known = await this.#records.sql('select 1 from "dataset" where "id" = $1', [id]);
    if (known.length > 0) return id;
    const { name, dataLevel, attribution, report = noReport } = label;
    const found = countsOf(kind, body);
    const summary: Stored = {
      dataLevel,
      attribution,
      counts: label.counts ?? found.counts,
      years: label.years ?? found.years,
      warnings: report.warnings,
      report,
    };
    const row: DatasetRow = { id, kind, name, summary, body: text, createdAtMs: Date.now() };
    await this.#records.write([{ table: 'dataset', row: { ...row } }]);
    return id;
  }

  /** Newest first. */
  async list(kind?: DatasetKind): Promise<readonly DatasetSummary[]> {
    const rows = await this.#records.sql<DatasetRow>(
      `select ${head} from "dataset" where $1::text is null or "kind" = $1 order by "createdAtMs" desc, "id" limit 1000`,
      [kind ?? null],
    );
    return rows.map(summaryOf);
  }

  /** Throws `NOT_FOUND`, also for a dataset of another kind than asked. */
  async summary(id: string, kind?: DatasetKind): Promise<DatasetSummary> {
    return summaryOf(await this.#row(id, kind));
  }

  async view(id: string): Promise<DatasetView> {
    const row = await this.#row(id);
    const labels =
      row.kind === 'panel'
        ? panelLabels(await this.load(id, 'panel'))
        : row.kind === 'ioTable'
          ? ioLabels(await this.load(id, 'ioTable'))
          : { regions: [], industries: [] };
    return { ...summaryOf(row), report: row.summary.report, ...labels };
  }

  /** The decoded body; the same object at every call, so nobody may change it. Throws `NOT_FOUND`. */
  async load<K extends DatasetKind>(id: string, kind: K): Promise<BodyOf[K]> {
    const kept = this.#kept.get(id);
    // An id begins with its kind: what is kept under it is not given out as another.
    if (kept !== undefined && id.startsWith(`${kind}-`)) return kept as BodyOf[K];
    await this.#row(id, kind);
    const body = unpack<BodyOf[K]>(await this.text(id));
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(id, body);
    return body;
  }

  /** The body as it is stored, for a computing thread. Throws `NOT_FOUND`. */
  async text(id: string): Promise<string> {
    const [row] = await this.#records.sql<{ body: string }>('select "body" from "dataset" where "id" = $1', [id]);
    if (!row) throw notFound(id);
    return row.body;
  }

  /** The newest dataset of a kind; what a page shows before anybody has chosen. */
  async newest(kind: DatasetKind): Promise<string | null> {
    const [row] = await this.#records.sql<{ id: string }>(
      'select "id" from "dataset" where "kind" = $1 order by "createdAtMs" desc, "id" limit 1',
      [kind],
    );
    return row?.id ?? null;
  }

  /** What was noted about the datasets as a whole. */
  async setting(key: string): Promise<unknown> {
    return (await this.#records.get<{ value: unknown }>('setting', { key }))?.value ?? null;
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.#records.write([{ table: 'setting', row: { key, value } }]);
  }

  async #row(id: string, kind?: DatasetKind): Promise<Omit<DatasetRow, 'body'>> {
    const [row] = await this.#records.sql<DatasetRow>(`select ${head} from "dataset" where "id" = $1`, [id]);
    if (!row) throw notFound(id);
    if (kind !== undefined && row.kind !== kind)
      throw new QipanError('NOT_FOUND', `dataset ${id} is of kind ${row.kind}, not ${kind}`, {
        got: row.kind,
        expected: kind,
      });
    return row;
  }
}

const notFound = (id: string) => new QipanError('NOT_FOUND', `there is no dataset ${id.slice(0, 100)}`, { got: id });

function summaryOf({ id, kind, name, summary, createdAtMs }: Omit<DatasetRow, 'body'>): DatasetSummary {
  const { dataLevel, attribution, counts, years, warnings } = summary;
  return { id, kind, name, dataLevel, attribution, counts, years, warnings, createdAtMs };
}

/** Counts and years to show in a list. */
export function countsOf(kind: DatasetKind, body: unknown): Pick<DatasetSummary, 'counts' | 'years'> {
  if (kind === 'panel') {
    const { panels } = body as PanelBody;
    const [first] = panels;
    return {
      counts: { regions: first?.regions ?? 0, industries: first?.industries ?? 0 },
      years: panels.flatMap((p) => (p.year === null ? [] : [p.year])),
    };
  }
  if (kind === 'ioTable') {
    const { n, year } = body as IoTable;
    return { counts: { sectors: n }, years: year === null ? [] : [year] };
  }
  if (kind === 'chessScenario') {
    const tables = (body as { tables?: Readonly<Record<string, unknown>> } | null)?.tables ?? {};
    const count = (name: string) => (Array.isArray(tables[name]) ? { [name]: (tables[name] as unknown[]).length } : {});
    return { counts: { ...count('regions'), ...count('industries') }, years: [] };
  }
  const rows = (body as { rows?: readonly unknown[] } | null)?.rows;
  return { counts: Array.isArray(rows) ? { rows: rows.length } : {}, years: [] };
}

const known = (x: number | undefined): number | null => (x === undefined || Number.isNaN(x) ? null : x);

/** Names of a panel's regions and industries; a code without a name is its own name. */
export function panelLabels({ panels, regions, industries }: PanelBody): {
  readonly regions: readonly CodeLabel[];
  readonly industries: readonly CodeLabel[];
} {
  const [first] = panels;
  return {
    regions: (first?.regionCode ?? []).map((code, r) => {
      const en = regions?.name[r] ?? code;
      return {
        code,
        name: { en, zh: regions?.nameZh[r] ?? en },
        parent: regions?.parent[r] ?? null,
        lon: known(regions?.lon[r]),
        lat: known(regions?.lat[r]),
      };
    }),
    industries: (first?.industryCode ?? []).map((code, i) => {
      const en = industries?.name[i] ?? code;
      return {
        code,
        name: { en, zh: industries?.nameZh[i] ?? en },
        parent: industries?.parent[i] ?? null,
        lon: null,
        lat: null,
      };
    }),
  };
}

function ioLabels({ code, name, nameZh }: IoTable) {
  return {
    regions: [],
    industries: code.map((own, i) => {
      const en = name[i] ?? own;
      return { code: own, name: { en, zh: nameZh[i] ?? en }, parent: null, lon: null, lat: null };
    }),
  };
}
