import type { BoardView, PlanView } from '@qipan/server/contract';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';

/** Where the data come from, how travel times were made, and what the outline does not say. */
export function SmallPrint({ board, plan }: { readonly board: BoardView; readonly plan: PlanView | null }) {
  const { t, pick } = useWords(boardWords);
  const travel = plan?.travel;
  const method =
    travel === undefined
      ? null
      : travel.method === 'crowFly'
        ? t('methodCrow', { factor: travel.factor ?? '?', speed: travel.speedKmh ?? '?' })
        : t('methodRoad');
  return (
    <div className="small-print">
      {method !== null && <p>{method}</p>}
      <p>{t('noBorder')}</p>
      <p>
        {t('data')}: {board.attribution.join(' · ')}
      </p>
      {board.warnings.length > 0 && (
        <details>
          <summary>
            {t('warnings')} ({board.warnings.length})
          </summary>
          <ul>
            {board.warnings.map((w) => (
              <li key={w.en}>{pick(w)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
