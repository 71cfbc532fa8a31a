import { apiRoot, part } from '../../../api.js';
import { planWords } from '../../../i18n/plan.js';
import { useWords } from '../../../i18n/language.js';

/** The tables of a finished run, as a workbook and as CSV. */
export function Downloads({ runId }: { readonly runId: string }) {
  const { t } = useWords(planWords);
  return (
    <p className="downloads" role="group" aria-label={t('downloads')}>
      {['xlsx', 'csv'].map((ext) => (
        <a key={ext} className="button" href={`${apiRoot}/runs/${part(runId)}/result.${ext}`} download>
          ↓ {ext.toUpperCase()}
        </a>
      ))}
    </p>
  );
}
