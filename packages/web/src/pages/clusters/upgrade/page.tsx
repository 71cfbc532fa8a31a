import type { DatasetView } from '@qipan/server/contract';
import { part, useGet } from '../../../api.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { RegionUpgrade } from './region-upgrade.js';
import '../../../style/clusters.css';

/** Ways up of one region of a panel, chosen here. */
export function Page({ query }: PageProps) {
  const { t, pick } = useWords(forecastWords);
  const { id } = useDataset('panel', 'dataset');
  const view = useGet<DatasetView>(id === null ? null : `/clusters/datasets/${part(id)}`, { staleMs: 600_000 });
  const region = query.get('region') ?? '';
  return (
    <section className="page">
      <h1>{t('upgradeTitle')}</h1>
      <p className="lead">{t('upgradeLead')}</p>
      <DatasetChoice kind="panel" name="dataset" />
      {view.data && (
        <div className="table-tools">
          <label className="inline">
            <span>{t('region')}</span>
            <select
              value={region}
              onChange={(e) => {
                globalThis.location.hash = address('/clusters/upgrade', {
                  ...Object.fromEntries(query),
                  region: e.target.value === '' ? null : e.target.value,
                });
              }}
            >
              <option value="">{t('chooseRegion')}</option>
              {view.data.regions.map((r) => (
                <option key={r.code} value={r.code}>
                  {pick(r.name)}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {id !== null && region !== '' && <RegionUpgrade dataset={id} region={region} />}
    </section>
  );
}
