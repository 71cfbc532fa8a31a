import type { BoardImportInput, BoardSummary } from '@qipan/server/contract';
import { useState, type FormEvent } from 'react';
import { answers, post } from '../../api.js';
import { boardImportWords } from '../../i18n/board-import.js';
import { useWords } from '../../i18n/language.js';
import { Failure } from '../../parts/states.js';
import { base64Of } from '../clusters/data/import-state.js';
import '../../style/grid.css';

const roles = ['regions', 'places', 'sites', 'stations', 'outline'] as const;
const tables = '.csv,.tsv,.txt,.xlsx';

/** What the form holds, as the server takes it; years are the whole numbers from the first to the last. */
async function uploadOf(form: FormData): Promise<BoardImportInput> {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const [first, last] = [Number(text('firstYear')), Number(text('lastYear'))];
  const files: BoardImportInput['files'][number][] = [];
  for (const role of roles) {
    const file = form.get(role);
    if (file instanceof File && file.name !== '') files.push({ role, name: file.name, content: await base64Of(file) });
  }
  return {
    name: { en: text('name'), zh: text('name') },
    years: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i),
    populationYear: Number(text('populationYear')),
    crs: text('crs'),
    attribution: text('attribution'),
    files,
  };
}

/** A county's own tables and boundary go in here; a wrong file is named by row and column, and nothing of any is stored. */
export function ImportForm() {
  const { t, pick } = useWords(boardImportWords);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<BoardSummary | null>(null);
  const send = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError(null);
    setMade(null);
    try {
      setMade(await post<BoardSummary>('/boards/import', await uploadOf(form)));
      await answers.invalidateQueries({ queryKey: ['/boards'] });
      await answers.invalidateQueries({ queryKey: ['/info'] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const year = (name: 'firstYear' | 'lastYear' | 'populationYear', value: number) => (
    <label>
      {t(name)}
      <input type="number" name={name} required min={1900} max={2200} step={1} defaultValue={value} />
    </label>
  );
  return (
    <details className="card">
      <summary>{t('import')}</summary>
      <p className="dim">{t('hint')}</p>
      <form className="import-form" onSubmit={(e) => void send(e)}>
        <label>
          {t('name')}
          <input name="name" required maxLength={200} />
        </label>
        {roles.map((role) => (
          <label key={role}>
            {t(role)}
            <input
              type="file"
              name={role}
              accept={role === 'outline' ? '.geojson,.json' : tables}
              required={role === 'regions' || role === 'places'}
            />
          </label>
        ))}
        {year('firstYear', 2026)}
        {year('lastYear', 2030)}
        {year('populationYear', 2020)}
        <label>
          {t('crs')}
          <select name="crs">
            <option value="wgs84">{t('wgs84')}</option>
            <option value="gcj02">{t('gcj02')}</option>
            <option value="bd09">{t('bd09')}</option>
          </select>
        </label>
        <label>
          {t('attribution')}
          <input name="attribution" required maxLength={500} />
        </label>
        {error !== null && <Failure error={error} />}
        {made !== null && (
          <p role="status">{t('made', { name: pick(made.name), regions: made.regions, places: made.places })}</p>
        )}
        <div>
          <button type="submit" className="primary" disabled={isBusy}>
            {isBusy ? t('importing') : t('start')}
          </button>
        </div>
      </form>
    </details>
  );
}
