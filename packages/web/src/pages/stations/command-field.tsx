import type { StationDetail, TransactionView } from '@qipan/server/contract';
import { useWords } from '../../i18n/language.js';
import { stationWords } from '../../i18n/stations.js';
import type { Field } from './command-forms.js';

export interface CommandFieldProps {
  readonly field: Field;
  readonly value: string;
  readonly station: StationDetail;
  readonly sessions: readonly TransactionView[];
  readonly onChange: (value: string) => void;
}

/** One field of a command's form. */
export function CommandField({ field, value, station, sessions, onChange }: CommandFieldProps) {
  const { t } = useWords(stationWords);
  const label = t(field.word);
  if (field.type === 'flag')
    return (
      <label className="inline">
        <input type="checkbox" checked={value === 'true'} onChange={(e) => onChange(String(e.target.checked))} />
        {label}
      </label>
    );
  if (field.type === 'json')
    return (
      <label>
        {label}
        <textarea rows={4} spellCheck={false} value={value} onChange={(e) => onChange(e.target.value)} />
      </label>
    );
  if (field.type === 'text')
    return (
      <label>
        {label}
        <input value={value} required={field.isRequired === true} onChange={(e) => onChange(e.target.value)} />
      </label>
    );
  return (
    <label>
      {label}
      <select value={value} onChange={(e) => onChange(e.target.value)}>
        {field.type === 'evseOrAll' && <option value="">{t('fieldWholeStation')}</option>}
        {(field.type === 'evse' || field.type === 'evseOrAll') &&
          station.evses.map((e) => (
            <option key={e.evseId} value={e.evseId}>
              {t('evse', { n: e.evseId })}
            </option>
          ))}
        {field.type === 'session' &&
          sessions.map((s) => (
            <option key={s.transactionId} value={s.transactionId}>
              {`${t('evse', { n: s.evseId ?? '?' })} · ${s.transactionId}`}
            </option>
          ))}
        {field.type === 'choice' &&
          (field.choices ?? []).map((c) => (
            <option key={c.value} value={c.value}>
              {c.word === undefined ? c.value : t(c.word)}
            </option>
          ))}
      </select>
    </label>
  );
}
