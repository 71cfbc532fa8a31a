import type { DatasetView, NetworkView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, useGet } from '../../../api.js';
import { figure } from '../../../format.js';
import { networkWords } from '../../../i18n/cluster-network.js';
import { useWords } from '../../../i18n/language.js';
import { sectionKey, sections } from '../../../i18n/sections.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import { useTheme } from '../../../parts/theme.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { ReportLink } from '../report-link.js';
import { sectorColour } from '../sector-colours.js';
import { Drawing } from './drawing.js';
import { neighbours } from './layout.js';
import '../../../style/clusters.css';

/** The relatedness network: industries by proximity, coloured by section, with the presence of one region. */
export function Page({ query }: PageProps) {
  const { t } = useWords(networkWords);
  const { id } = useDataset('panel', 'dataset');
  const region = query.get('region');
  const year = query.get('year');
  const search = new URLSearchParams({
    ...(id === null ? {} : { dataset: id }),
    ...(region === null ? {} : { region }),
    ...(year === null ? {} : { year }),
  });
  const network = useGet<NetworkView>(id === null ? null : `/clusters/network?${search.toString()}`, {
    staleMs: 600_000,
  });
  return (
    <section className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <DatasetChoice kind="panel" name="dataset" />
      {id !== null && (
        <>
          <div className="head">
            <Choices dataset={id} query={query} />
            {region !== null && <ReportLink dataset={id} region={region} year={year === null ? null : Number(year)} />}
          </div>
          <Answer of={network}>{(view) => <Network view={view} />}</Answer>
        </>
      )}
    </section>
  );
}

function Choices({ dataset, query }: { readonly dataset: string; readonly query: URLSearchParams }) {
  const { t, pick } = useWords(networkWords);
  const view = useGet<DatasetView>(`/clusters/datasets/${part(dataset)}`, { staleMs: 600_000 });
  const choose = (name: 'region' | 'year', value: string) => {
    const next = new Map(query);
    if (value === '') next.delete(name);
    else next.set(name, value);
    globalThis.location.hash = address('/clusters/network', Object.fromEntries(next));
  };
  if (view.data === undefined) return null;
  const { regions, years } = view.data;
  return (
    <div className="table-tools">
      <label className="inline">
        <span>{t('region')}</span>
        <select value={query.get('region') ?? ''} onChange={(e) => choose('region', e.target.value)}>
          <option value="">{t('noRegion')}</option>
          {regions.map((r) => (
            <option key={r.code} value={r.code}>
              {pick(r.name)}
            </option>
          ))}
        </select>
      </label>
      {years.length > 1 && (
        <label className="inline">
          <span>{t('yearShown')}</span>
          <select value={query.get('year') ?? String(years.at(-1))} onChange={(e) => choose('year', e.target.value)}>
            {years.map((y) => (
              <option key={y} value={y}>
                {y}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** The code of a section with its name, where it is one of the national classification. */
function sectionName(code: string, lang: 'en' | 'zh'): string {
  const key = sectionKey(code);
  return key === null ? code || '—' : `${code} ${sections[key][lang]}`;
}

function Network({ view }: { readonly view: NetworkView }) {
  const { t, pick, lang } = useWords(networkWords);
  const theme = useTheme();
  const [chosen, setChosen] = useState<number | null>(null);
  const sectors = [...new Set(view.nodes.map((n) => n.parent ?? ''))];
  const node = chosen === null ? undefined : view.nodes[chosen];
  const { preset, presence, proximity, regions } = view.recipe;
  const benchmark = t('panelSum');
  const measure = t((view.measure in networkWords ? view.measure : 'unspecified') as 'employment');
  return (
    <>
      {view.status !== 'ok' && <p className="notice">{t('ambiguous')}</p>}
      <div className="network" data-testid="network">
        <Drawing view={view} chosen={chosen} onChoose={setChosen} />
        <p className="keys sectors">
          {sectors.map((s, k) => (
            <span key={s}>
              <i style={{ background: sectorColour(k, theme) }} /> {sectionName(s, lang)}
            </span>
          ))}
          <span className="dim">
            {t('sizeHint', { measure })}
            {view.region !== null && `; ${t('presentHint')}`}
          </span>
        </p>
      </div>
      <p className="dim small">
        {t('recipe', { preset, presence, proximity, benchmark, regions, measure })}{' '}
        {view.leftOut.length > 0 && t('leftOut', { list: view.leftOut.map((l) => pick(l.name)).join(', ') })}
      </p>
      {node !== undefined && chosen !== null && <Nearest view={view} chosen={chosen} name={pick(node.name)} />}
      <Industries view={view} />
    </>
  );
}

function Nearest({
  view,
  chosen,
  name,
}: {
  readonly view: NetworkView;
  readonly chosen: number;
  readonly name: string;
}) {
  const { t, pick, lang } = useWords(networkWords);
  const near = neighbours(view.links, chosen);
  return (
    <div className="card" role="status" data-testid="nearest">
      <h2>{t('chosen', { name })}</h2>
      <ul className="plain lines">
        {near.map(({ node, proximity }) => {
          const other = view.nodes[node];
          return (
            other && (
              <li key={other.code}>
                {other.code} {pick(other.name)}: {t('proximity')} {figure(proximity, lang, 3)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

type Node = NetworkView['nodes'][number];

function Industries({ view }: { readonly view: NetworkView }) {
  const { t, pick, lang } = useWords(networkWords);
  const number = (key: 'total' | 'ubiquity' | 'pci' | 'lq' | 'density', digits: number): Column<Node> => ({
    key,
    title: t(key),
    value: (n) => n[key],
    show: (n) => figure(n[key], lang, digits),
    numeric: true,
  });
  const own: readonly Column<Node>[] =
    view.region === null
      ? []
      : [
          number('lq', 2),
          {
            key: 'present',
            title: t('present'),
            value: (n) => (n.isPresent === null ? '' : n.isPresent ? t('yes') : t('no')),
          },
          number('density', 3),
        ];
  return (
    <DataTable
      caption={t('table')}
      rows={view.nodes}
      rowKey={(n) => n.code}
      searchable
      pageSize={30}
      sort={{ key: view.region === null ? 'pci' : 'density', descending: true }}
      columns={[
        { key: 'code', title: t('industry'), value: (n) => `${n.code} ${pick(n.name)}` },
        { key: 'parent', title: t('sector'), value: (n) => sectionName(n.parent ?? '', lang) },
        number('total', 0),
        number('ubiquity', 0),
        number('pci', 2),
        ...own,
        {
          key: 'nearest',
          title: t('nearest'),
          fixed: true,
          value: (n) =>
            neighbours(view.links, view.nodes.indexOf(n))
              .slice(0, 3)
              .map((x) => view.nodes[x.node])
              .map((x) => (x === undefined ? '' : pick(x.name)))
              .join(lang === 'zh' ? '、' : '; '),
        },
      ]}
    />
  );
}
