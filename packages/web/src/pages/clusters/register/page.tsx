import type { RegisterView } from '@qipan/server/contract';
import { useState } from 'react';
import { useGet } from '../../../api.js';
import { ruleWords } from '../../../i18n/cluster-rules.js';
import { placeName, placeNames } from '../../../i18n/place-names.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { useDataset } from '../chosen-dataset.js';
import { AddLine } from './add-line.js';
import { kindWord } from './kind-word.js';
import '../../../style/clusters.css';
import '../../../style/cluster-rules.css';

type Cluster = RegisterView['clusters'][number];

const statuses = ['proposed', 'cultivated', 'designated', 'warned', 'exited'] as const;
const tiers = ['county', 'province', 'nation', 'worldClass'] as const;
const today = () => new Date().toISOString().slice(0, 10);

/** The register of clusters on a day: who stands where, from which source, and what is due. */
export function Page({ query }: PageProps) {
  const { t, pick } = useWords(ruleWords);
  const { all } = useDataset('register');
  const dataset = query.get('dataset');
  const day = query.get('day') ?? today();
  const search = new URLSearchParams({ day, ...(dataset === null ? {} : { dataset }) });
  const register = useGet<RegisterView>(`/clusters/register?${search.toString()}`, { staleMs: 60_000 });
  const choose = (name: string, value: string) => {
    globalThis.location.hash = address('/clusters/register', {
      ...Object.fromEntries(query),
      [name]: value === '' ? null : value,
    });
  };
  return (
    <section className="page">
      <h1>{t('registerTitle')}</h1>
      <p className="lead">{t('registerLead')}</p>
      <div className="table-tools">
        <label className="inline">
          <span>{t('registerSet')}</span>
          <select value={dataset ?? ''} onChange={(e) => choose('dataset', e.target.value)}>
            <option value="">{t('shippedExamples')}</option>
            {(all ?? []).map((d) => (
              <option key={d.id} value={d.id}>
                {pick(d.name)} ({d.id.slice(-6)})
              </option>
            ))}
          </select>
        </label>
        <label className="inline">
          <span>{t('day')}</span>
          <input type="date" value={day} onChange={(e) => choose('day', e.target.value)} />
        </label>
      </div>
      {all?.find((d) => d.id === dataset) && (
        <p className="dim small">{pick(all.find((d) => d.id === dataset)?.attribution ?? '')}</p>
      )}
      <Answer of={register}>
        {(view) => (
          <>
            <Register view={view} />
            <AddLine view={view} onStored={(id) => choose('dataset', id)} />
          </>
        )}
      </Answer>
    </section>
  );
}

const derived = ['missedReport', 'expired', 'warningUnanswered'];
/** Source of the latest decision; what follows from the rules has its own in the history. */
const sourceOf = (c: Cluster): string => c.history.findLast((h) => !derived.includes(h.kind))?.source ?? '';

const fits = (c: Cluster, f: { province: string; status: string; tier: string }): boolean =>
  (f.province === '' || c.provinces.includes(f.province)) &&
  (f.status === '' || c.status === f.status) &&
  (f.tier === '' || c.tier === f.tier);

function Register({ view }: { readonly view: RegisterView }) {
  const { t, lang } = useWords(ruleWords);
  const [filter, setFilter] = useState({ province: '', status: '', tier: '' });
  const [shown, setShown] = useState<string | null>(null);
  const clusters = view.clusters.filter((c) => fits(c, filter));
  const open = view.clusters.find((c) => c.id === shown);
  const nameOf = (c: { nameZh: string; nameEn: string }) =>
    lang === 'zh' ? c.nameZh || c.nameEn : c.nameEn || c.nameZh;
  return (
    <>
      {view.dataset === null && <p className="notice">{t('examplesOnly', { n: view.clusters.length })}</p>}
      <Due view={view} nameOf={nameOf} />
      <h2>{t('byProvince')}</h2>
      <Provinces view={view} chosen={filter.province} onChoose={(province) => setFilter({ ...filter, province })} />
      <h2>{t('clusters')}</h2>
      <DataTable
        caption={t('clusters')}
        isTitled
        rows={clusters}
        rowKey={(c) => c.id}
        searchable
        pageSize={50}
        filters={
          <>
            <Choice
              label={t('status')}
              value={filter.status}
              options={statuses}
              onChange={(status) => setFilter({ ...filter, status })}
            />
            <Choice
              label={t('tier')}
              value={filter.tier}
              options={tiers}
              onChange={(tier) => setFilter({ ...filter, tier })}
            />
          </>
        }
        columns={[
          { key: 'name', title: t('cluster'), value: nameOf },
          { key: 'where', title: t('where'), value: (c) => placeNames([...c.provinces, ...c.cities], lang) },
          {
            key: 'tier',
            title: t('tier'),
            value: (c) => (c.tier === null ? '' : t(tierWord(c.tier))),
            show: (c) => <span className="nowrap">{c.tier === null ? '' : t(tierWord(c.tier))}</span>,
          },
          {
            key: 'status',
            title: t('status'),
            value: (c) => t(c.status),
            show: (c) => <span className={`cluster-status ${c.status}`}>{t(c.status)}</span>,
          },
          { key: 'since', title: t('since'), value: (c) => c.since },
          {
            key: 'until',
            title: t('until'),
            value: (c) => c.validUntil ?? '',
            show: (c) => c.validUntil ?? t('notKnown'),
          },
          { key: 'source', title: t('sourceOfEntry'), value: sourceOf },
          {
            key: 'history',
            title: t('showHistory'),
            fixed: true,
            value: () => null,
            show: (c) => (
              <button
                type="button"
                aria-expanded={shown === c.id}
                onClick={() => setShown(shown === c.id ? null : c.id)}
              >
                {c.history.length}
              </button>
            ),
          },
        ]}
      />
      {open && <History cluster={open} name={nameOf(open)} />}
    </>
  );
}

const tierWord = (tier: string) =>
  (tier === 'province' ? 'provinceTier' : tier) as 'county' | 'provinceTier' | 'nation' | 'worldClass';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (typeof statuses | typeof tiers)[number][];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const { t } = useWords(ruleWords);
  return (
    <label className="inline">
      <span>{label}</span>
      <select value={value} onChange={(e) => onChange(e.target.value)}>
        <option value="">{t('all')}</option>
        {options.map((o) => (
          <option key={o} value={o}>
            {t(o === 'province' ? 'provinceTier' : o)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Provinces({
  view,
  chosen,
  onChoose,
}: {
  readonly view: RegisterView;
  readonly chosen: string;
  readonly onChoose: (province: string) => void;
}) {
  const { t, lang } = useWords(ruleWords);
  const counts = new Map<string, number>();
  for (const c of view.clusters) for (const p of c.provinces) counts.set(p, (counts.get(p) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const most = sorted[0]?.[1] ?? 1;
  return (
    <>
      <p className="dim small">{t('byProvinceHint')}</p>
      <ul className="province-bars">
        {sorted.map(([province, n]) => (
          <li key={province}>
            <button
              type="button"
              aria-pressed={chosen === province}
              onClick={() => onChoose(chosen === province ? '' : province)}
            >
              <span>{placeName(province, lang)}</span>
              <i aria-hidden="true" style={{ width: `${(100 * n) / most}%` }} />
              <span>{n}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Due({
  view,
  nameOf,
}: {
  readonly view: RegisterView;
  readonly nameOf: (c: { nameZh: string; nameEn: string }) => string;
}) {
  const { t } = useWords(ruleWords);
  if (view.due.length + view.lapsed.length === 0)
    return (
      <p>
        {t('due', { n: view.horizonDays })}: {t('nothingDue')}
      </p>
    );
  return (
    <>
      <DataTable
        caption={t('due', { n: view.horizonDays })}
        rows={view.due}
        rowKey={(d) => `${d.clusterId} ${d.what} ${d.by}`}
        empty={t('nothingDue')}
        columns={[
          { key: 'name', title: t('cluster'), value: nameOf },
          {
            key: 'what',
            title: t('what'),
            value: (d) => (d.what === 'report' ? t('report', { year: d.reportYear ?? '?' }) : t(d.what)),
          },
          { key: 'by', title: t('by'), value: (d) => d.by },
          { key: 'left', title: t('daysLeft'), value: (d) => d.daysLeft, numeric: true },
          { key: 'otherwise', title: t('otherwise'), value: (d) => t(d.otherwise) },
        ]}
      />
      {view.lapsed.length > 0 && (
        <>
          <h3>{t('lapsed')}</h3>
          <ul className="plain lines">
            {view.lapsed.map((l) => (
              <li key={`${l.clusterId} ${l.at} ${l.kind}`}>
                {l.at}: {l.clusterId} — {t(kindWord(l.kind))} {l.reportYear ?? ''}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function History({ cluster, name }: { readonly cluster: Cluster; readonly name: string }) {
  const { t } = useWords(ruleWords);
  return (
    <DataTable
      caption={t('history', { name })}
      rows={cluster.history}
      rowKey={(h) => `${h.at} ${h.kind} ${h.reportYear ?? ''}`}
      columns={[
        { key: 'at', title: t('since'), value: (h) => h.at },
        { key: 'kind', title: t('what'), value: (h) => `${t(kindWord(h.kind))} ${h.reportYear ?? ''}`.trim() },
        {
          key: 'body',
          title: t('lineKind'),
          value: (h) => [h.decidingBody, h.decision, h.reason].filter(Boolean).join('; '),
        },
        { key: 'source', title: t('source'), value: (h) => h.source },
      ]}
    />
  );
}
