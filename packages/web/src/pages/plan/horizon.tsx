import type { DefaultValue } from '@qipan/server/contract';
import { useState } from 'react';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { typedNumber, valueAt, withValue, type Tree } from './parameters.js';

export interface HorizonProps {
  readonly defaults: readonly DefaultValue[];
  readonly parameters: Tree;
  readonly onChange: (parameters: Tree) => void;
}

/** The years from first to last; at most thirty, so that a slip of the finger does not ask for a thousand. */
export function yearsBetween(from: number | undefined, to: number | undefined): readonly number[] | undefined {
  if (from === undefined || to === undefined || !(to >= from) || to - from >= 30) return undefined;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Years that the defaults are told for, ascending. */
export function defaultYears(defaults: readonly DefaultValue[]): readonly number[] {
  const found = defaults.flatMap((d) => /^budget\.byYear\.(\d{4})$/.exec(d.path)?.[1] ?? []);
  return [...new Set(found.map(Number))].sort((a, b) => a - b);
}

/** Rules that can be left out as a whole, to see what they cost. */
const rules = [
  { path: 'rules.townshipPile', word: 'ruleTownship' },
  { path: 'rules.countyStation', word: 'ruleCounty' },
  { path: 'rules.coverage', word: 'ruleCoverage' },
] as const;

/** What no single default row holds: the years, and which limits and rules are in force. */
export function Horizon({ defaults, parameters, onChange }: HorizonProps) {
  const { t } = useWords(planWords);
  const years = valueAt(parameters, 'years') as readonly number[] | undefined;
  const usual = defaultYears(defaults);
  const [from, setFrom] = useState(String(years?.[0] ?? ''));
  const [to, setTo] = useState(String(years?.at(-1) ?? ''));
  const put = (path: string, value: unknown) => onChange(withValue(parameters, path, value));
  const putYears = (first: string, last: string) =>
    put('years', yearsBetween(typedNumber(first) ?? usual[0], typedNumber(last) ?? usual.at(-1)));
  const year = (label: string, value: string, placeholder: number | undefined, change: (text: string) => void) => (
    <label>
      {label}
      <input
        type="number"
        min={2000}
        max={2100}
        value={value}
        placeholder={String(placeholder ?? '')}
        onChange={(e) => change(e.target.value)}
      />
    </label>
  );
  const isOff = (path: string) => valueAt(parameters, path) === null;
  return (
    <>
      {year(t('yearFrom'), from, usual[0], (text) => {
        setFrom(text);
        putYears(text, to);
      })}
      {year(t('yearTo'), to, usual.at(-1), (text) => {
        setTo(text);
        putYears(from, text);
      })}
      <label>
        {t('sizeFor')}
        <select
          value={(valueAt(parameters, 'demand.sizeFor') as string | undefined) ?? 'p90'}
          onChange={(e) => put('demand.sizeFor', e.target.value === 'p90' ? undefined : e.target.value)}
        >
          <option value="p90">{t('sizeForP90')}</option>
          <option value="p50">{t('sizeForP50')}</option>
        </select>
      </label>
      <fieldset className="wide">
        <legend>{t('inForce')}</legend>
        <label className="inline">
          <input
            type="checkbox"
            checked={!isOff('budget.byYear')}
            onChange={(e) => put('budget.byYear', e.target.checked ? undefined : null)}
          />
          {t('budgetLimit')}
        </label>
        <label className="inline">
          <input
            type="checkbox"
            checked={valueAt(parameters, 'budget.carryOver') !== false}
            onChange={(e) => put('budget.carryOver', e.target.checked ? undefined : false)}
          />
          {t('carryOver')}
        </label>
        {rules.map((r) => (
          <label key={r.path} className="inline">
            <input
              type="checkbox"
              checked={!isOff(r.path)}
              onChange={(e) => put(r.path, e.target.checked ? undefined : null)}
            />
            {t(r.word)}
          </label>
        ))}
      </fieldset>
    </>
  );
}
