import type { PlanView, RunView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, useGet } from '../../../api.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { defaultSplit, purchasesOf } from './lines.js';

interface Props {
  readonly onFill: (bought: Readonly<Record<string, number>>, year: number) => void;
}

/** Takes investment and operation of one year from a finished charging plan; nothing is shown while there is none. */
export function FromPlan({ onFill }: Props) {
  const { t } = useWords(stressWords);
  const runs = useGet<readonly RunView[]>('/runs', { staleMs: 30_000 });
  const plans = (runs.data ?? []).filter((r) => r.kind === 'plan' && r.endedAtMs !== null && r.value !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const id = chosen ?? plans[0]?.id ?? null;
  const plan = useGet<PlanView>(id === null ? null : `/runs/${part(id)}/result`, { staleMs: 3_600_000 });
  const years = plan.data?.costByYear ?? [];
  const [year, setYear] = useState<number | null>(null);
  const at = years.find((y) => y.year === year) ?? years.find((y) => y.capex > 0) ?? years[0];
  if (plans.length === 0) return null;
  const split = Object.entries(defaultSplit.capex)
    .map(([p, share]) => `${t(p as keyof typeof defaultSplit.capex)} ${Math.round(100 * share)} %`)
    .join(', ');
  return (
    <div className="card fields">
      <label className="wide">
        {t('fromPlan')}
        <select value={id ?? ''} onChange={(e) => setChosen(e.target.value)}>
          {plans.map((r) => (
            <option key={r.id} value={r.id}>
              {r.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('planYear')}
        <select value={at?.year ?? ''} onChange={(e) => setYear(Number(e.target.value))}>
          {years.map((y) => (
            <option key={y.year} value={y.year}>
              {y.year}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={at === undefined}
        onClick={() => at !== undefined && onFill(purchasesOf(at.capex, at.opex), at.year)}
      >
        {t('fillFrom')}
      </button>
      <p className="small dim wide">{t('splitHint', { split })}</p>
    </div>
  );
}
