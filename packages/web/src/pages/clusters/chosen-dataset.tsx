import type { DatasetKind, DatasetSummary } from '@qipan/server/contract';
import { useGet } from '../../api.js';
import { dataWords } from '../../i18n/cluster-data.js';
import { useWords } from '../../i18n/language.js';
import { Level } from '../../parts/badges.js';
import { Link, address, usePlace } from '../../router.js';

export interface ChosenDataset {
  /** Null while unknown, and when there is none. */
  readonly id: string | null;
  readonly all: readonly DatasetSummary[] | null;
}

/** The dataset of a kind that a page is about: the one the address names (`?name=id`), else the preferred, else the newest. */
export function useDataset(kind: DatasetKind, name: string = kind, preferred: string | null = null): ChosenDataset {
  const { query } = usePlace();
  const list = useGet<readonly DatasetSummary[]>(`/clusters/datasets?kind=${kind}`, { staleMs: 30_000 });
  const all = list.data ?? null;
  const asked = query.get(name);
  const found = all?.find((d) => d.id === asked) ?? all?.find((d) => d.id === preferred) ?? all?.[0];
  return { id: found?.id ?? null, all };
}

interface ChoiceProps {
  readonly kind: DatasetKind;
  readonly name?: string;
  readonly preferred?: string | null;
}

/** Says which dataset a page shows and how its figures came about, and lets the reader choose another. */
export function DatasetChoice({ kind, name = kind, preferred = null }: ChoiceProps) {
  const { t, pick } = useWords(dataWords);
  const { path, query } = usePlace();
  const { id, all } = useDataset(kind, name, preferred);
  const chosen = all?.find((d) => d.id === id);
  if (all === null) return null;
  if (chosen === undefined)
    return (
      <p className="notice">
        {t('noneOfKind', { kind: t(kind) })} <Link to="/clusters/data">{t('toData')}</Link>
      </p>
    );
  const choose = (next: string) => {
    globalThis.location.hash = address(path, { ...Object.fromEntries(query), [name]: next });
  };
  return (
    <p className="dataset-choice">
      <label className="inline">
        <span>{t(kind)}</span>
        <select value={chosen.id} onChange={(e) => choose(e.target.value)}>
          {all.map((d) => (
            <option key={d.id} value={d.id}>
              {pick(d.name)}
            </option>
          ))}
        </select>
      </label>{' '}
      <Level level={chosen.dataLevel} /> <span className="dim small">{pick(chosen.attribution)}</span>
    </p>
  );
}
