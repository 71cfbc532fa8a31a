import type { BoardView } from '@qipan/server/contract';
import { gapText } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import { go, Link } from '../../router.js';
import type { useBoardData } from './data.js';

export interface PlanBarProps {
  readonly board: BoardView;
  readonly data: ReturnType<typeof useBoardData>;
  readonly yearIndex: number;
  readonly onYear: (index: number) => void;
}

/** Which plan and which of its years the map shows. */
export function PlanBar({ data, yearIndex, onYear }: PlanBarProps) {
  const { t, lang } = useWords(boardWords);
  const plan = data.plan.data;
  const { running } = data;
  const underWay = running !== null && (
    <Link to={`/plan/runs/${encodeURIComponent(running.id)}`}>
      {t('planRunning', { gap: gapText(running.gap, lang) })}
    </Link>
  );
  if (data.runId === null && underWay !== false) return <div className="plan-bar">{underWay}</div>;
  if (data.runId === null)
    return (
      <div className="plan-bar">
        <span>{t('noPlan')}</span>
        <Link className="button" to="/plan">
          {t('startPlan')}
        </Link>
      </div>
    );
  return (
    <div className="plan-bar">
      <label className="inline">
        {t('plan')}
        <select value={data.runId} onChange={(e) => go('/', { run: e.target.value })}>
          {data.finished.map((r) => (
            <option key={r.id} value={r.id}>
              {r.name}
            </option>
          ))}
        </select>
      </label>
      <Link to={`/plan/runs/${encodeURIComponent(data.runId)}`}>{t('planOpen')}</Link>
      {underWay}
      {plan !== undefined && plan.years.length > 1 && (
        <label className="inline year-slider">
          {t('yearShown')}
          <input
            type="range"
            min={0}
            max={plan.years.length - 1}
            value={yearIndex}
            aria-valuetext={String(plan.years[yearIndex])}
            onChange={(e) => onYear(Number(e.target.value))}
          />
          <output>{plan.years[yearIndex]}</output>
        </label>
      )}
    </div>
  );
}
