import type { GridImportInput, GridView } from '@qipan/server/contract';
import { useState, type FormEvent } from 'react';
import { answers, post } from '../../api.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { Failure } from '../../parts/states.js';

const tables = ['transformers', 'sections', 'nodes', 'lines', 'customers'] as const;
const defaults = [
  'householdPeak',
  'powerFactor',
  'voltage',
  'conductors',
  'transformerType',
  'pathShare',
  'customerKw',
] as const;

async function base64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let k = 0; k < bytes.length; k += 0x8000) text += String.fromCharCode(...bytes.subarray(k, k + 0x8000));
  return btoa(text);
}

/** Tables of a county power office go in here; every problem comes back and stands on the page. */
export function ImportForm({ path }: { readonly path: string }) {
  const { t } = useWords(gridWords);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const files: GridImportInput['files'][number][] = [];
      for (const table of tables) {
        const file = form.get(table);
        if (file instanceof File && file.size > 0) files.push({ table, name: file.name, content: await base64(file) });
      }
      const name = String(form.get('name') ?? '').trim();
      const assume = defaults.filter((d) => form.get(d) !== null);
      await post<GridView>(`${path}/import`, { name: { en: name, zh: name }, assume, files });
      await answers.invalidateQueries({ queryKey: [path] });
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <details className="card">
      <summary>{t('import')}</summary>
      <p className="dim">{t('importHint')}</p>
      <form className="import-form" onSubmit={(e) => void send(e)}>
        <label>
          {t('importName')}
          <input name="name" required maxLength={200} />
        </label>
        {tables.map((table) => (
          <label key={table}>
            <code>{table}</code>
            <input type="file" name={table} accept=".csv,.tsv,.txt,.xlsx" required={table === 'transformers'} />
          </label>
        ))}
        <fieldset className="wide">
          <legend>{t('assume')}</legend>
          {defaults.map((d) => (
            <label key={d} className="inline">
              <input type="checkbox" name={d} />
              <code>{d}</code>
            </label>
          ))}
        </fieldset>
        {error !== null && <Failure error={error} />}
        <div>
          <button type="submit" className="primary" disabled={isBusy}>
            {isBusy ? t('importing') : t('importStart')}
          </button>
        </div>
      </form>
    </details>
  );
}
