import { DatasetList } from './datasets.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';

export function Page() {
  const { t } = useWords(dataWords);
  return (
    <section className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <DatasetList />
    </section>
  );
}
