import type { DatasetView } from '@qipan/server/contract';
import { part, useGet } from '../../../api.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';
import { Level } from '../../../parts/badges.js';
import { Answer } from '../../../parts/states.js';
import { Link } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetList } from './datasets.js';
import { Import } from './import.js';
import { Report } from './report.js';
import '../../../style/clusters.css';

/** Datasets, the completeness report of one of them, and the guided import. */
export function Page({ query }: PageProps) {
  const { t } = useWords(dataWords);
  const show = query.get('show');
  const isImport = query.get('import') !== null;
  return (
    <section className="page">
      <div className="head">
        <h1>{t('title')}</h1>
        <div className="actions">
          {isImport ? (
            <Link to="/clusters/data">{t('toList')}</Link>
          ) : (
            <Link to="/clusters/data" query={{ import: '1' }} className="button">
              {t('importHead')}
            </Link>
          )}
        </div>
      </div>
      <p className="lead">{t('lead')}</p>
      {isImport ? (
        <div className="card stack-wide">
          <h2>{t('importHead')}</h2>
          <p className="dim">{t('importHint')}</p>
          <Import />
        </div>
      ) : (
        <>
          {show !== null && <Detail id={show} />}
          <DatasetList />
        </>
      )}
    </section>
  );
}

function Detail({ id }: { readonly id: string }) {
  const { t, pick } = useWords(dataWords);
  const dataset = useGet<DatasetView>(`/clusters/datasets/${part(id)}`);
  return (
    <div className="card" data-testid="dataset">
      <Answer of={dataset}>
        {(d) => (
          <>
            <h2>
              {pick(d.name)} <Level level={d.dataLevel} />
            </h2>
            <p className="dim">
              {t(d.kind)} · <code>{d.id}</code> · {pick(d.attribution)}
            </p>
            <Report report={d.report} />
          </>
        )}
      </Answer>
      <p>
        <Link to="/clusters/data">{t('close')}</Link>
      </p>
    </div>
  );
}
