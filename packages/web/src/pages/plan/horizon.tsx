import { useState } from 'react';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { typedNumber, valueAt, withValue, type Tree } from './parameters.js';

export interface HorizonProps {
  readonly parameters: Tree;
  readonly onChange: (parameters: Tree) => void;
}

/** The years from first to last; at most thirty, so that a slip of the finger does not ask for a thousand. */
export function yearsBetween(from: number | undefined, to: number | undefined): readonly number[] | undefined {
  if (from === undefined || to === undefined || !(to >= from) || to - from >= 30) return undefined;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** What no single default row holds: the years, one budget for each of them, and where sites may stand. */
export function Horizon({ parameters, onChange }: HorizonProps) {
  const { t } = useWords(planWords);
  const years = valueAt(parameters, 'years') as readonly number[] | undefined;
  const [from, setFrom] = useState(String(years?.[0] ?? ''));
  const [to, setTo] = useState(String(years?.at(-1) ?? ''));
  const budgets = valueAt(parameters, 'budget.byYear') as Readonly<Record<string, number>> | null | undefined;
  const candidates = valueAt(parameters, 'sites.candidates');
  const [budget, setBudget] = useState(String(Object.values(budgets ?? {})[0] ?? ''));
  const put = (path: string, value: unknown) => onChange(withValue(parameters, path, value));
  const putYears = (first: string, last: string) => put('years', yearsBetween(typedNumber(first), typedNumber(last)));
  const putBudget = (text: string) => {
    const amount = typedNumber(text);
    // A year that is not named takes the last one before it, so one entry holds for all.
    const key = from === '' ? '1' : from;
    put('budget.byYear', amount === undefined || Number.isNaN(amount) ? undefined : { [key]: amount });
  };
  return (
    <>
      <label>
        {t('yearFrom')}
        <input
          type="number"
          min={2000}
          max={2100}
          value={from}
          onChange={(e) => {
            setFrom(e.target.value);
            putYears(e.target.value, to);
          }}
        />
      </label>
      <label>
        {t('yearTo')}
        <input
          type="number"
          min={2000}
          max={2100}
          value={to}
          onChange={(e) => {
            setTo(e.target.value);
            putYears(from, e.target.value);
          }}
        />
      </label>
      <label>
        {t('budgetPerYear')}
        <input
          inputMode="numeric"
          value={budget}
          onChange={(e) => {
            setBudget(e.target.value);
            putBudget(e.target.value);
          }}
        />
      </label>
      <label>
        {t('candidates')}
        <select
          value={typeof candidates === 'string' ? candidates : ''}
          onChange={(e) => put('sites.candidates', e.target.value === '' ? undefined : e.target.value)}
        >
          <option value="">—</option>
          <option value="allPlaces">{t('candidatesAll')}</option>
          <option value="seats">{t('candidatesSeats')}</option>
        </select>
      </label>
    </>
  );
}
