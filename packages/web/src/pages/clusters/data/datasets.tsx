import type { DatasetSummary } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { dateTime, figure } from '../../../format.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';
import { Level } from '../../../parts/badges.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';
import { Link } from '../../../router.js';

/** Everything that is loaded, newest first. */
export function DatasetList() {
  const { t, pick, lang } = useWords(dataWords);
  const list = useGet<readonly DatasetSummary[]>('/clusters/datasets');
  const holds = ({ counts }: DatasetSummary) =>
    Object.entries(counts)
      .map(([what, n]) => `${figure(n, lang)} ${what in dataWords ? t(what as keyof typeof dataWords) : what}`)
      .join(lang === 'zh' ? '，' : ', ');
  const columns: readonly Column<DatasetSummary>[] = [
    {
      key: 'name',
      title: t('name'),
      value: (d) => pick(d.name),
      show: (d) => (
        <>
          <Link to="/clusters/data" query={{ show: d.id }}>
            {pick(d.name)}
          </Link>
          <br />
          <span className="dim small">{pick(d.attribution)}</span>
        </>
      ),
    },
    { key: 'kind', title: t('kind'), value: (d) => t(d.kind) },
    { key: 'holds', title: t('holds'), value: holds },
    { key: 'years', title: t('years'), value: (d) => d.years.join(', ') },
    { key: 'level', title: t('level'), value: (d) => d.dataLevel, show: (d) => <Level level={d.dataLevel} /> },
    {
      key: 'added',
      title: t('added'),
      value: (d) => d.createdAtMs,
      show: (d) => dateTime(d.createdAtMs, lang),
    },
  ];
  return (
    <Answer of={list}>
      {(rows) => (
        <DataTable
          caption={t('datasets')}
          rows={rows}
          columns={columns}
          rowKey={(d) => d.id}
          empty={t('noDatasets')}
          searchable={rows.length > 10}
        />
      )}
    </Answer>
  );
}
