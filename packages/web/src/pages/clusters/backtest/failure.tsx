import { ApiError } from '../../../api.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { Failure } from '../../../parts/states.js';

const isOneYear = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.code === 'DEGENERATE_INPUT' &&
  (error.details as { readonly expected?: unknown } | null)?.expected === '≥ 2 years';

interface Props {
  readonly error: unknown;
  readonly retry: () => void;
}

/** A panel of one year is no failure: there is nothing to forecast from. */
export function ForecastFailure({ error, retry }: Props) {
  const { t } = useWords(forecastWords);
  if (isOneYear(error)) return <p className="notice">{t('needsYears')}</p>;
  return <Failure error={error} retry={retry} />;
}
