import { apiRoot } from '../../api.js';
import { useWords } from '../../i18n/language.js';
import { reportWords } from '../../i18n/cluster-report.js';

export interface ReportLinkProps {
  readonly dataset: string;
  readonly region: string;
  readonly year?: number | null;
}

/** Opens the printable report on a region, in the reader's language. */
export function ReportLink({ dataset, region, year }: ReportLinkProps) {
  const { t, lang } = useWords(reportWords);
  const search = new URLSearchParams({
    dataset,
    region,
    lang,
    ...(year === null || year === undefined ? {} : { year: String(year) }),
  });
  return (
    <a className="button" href={`${apiRoot}/clusters/report?${search.toString()}`} target="_blank" rel="noopener">
      {t('openReport')}
    </a>
  );
}
