import type { RegisterAppended, RegisterView } from '@qipan/server/contract';
import { useState, type FormEvent } from 'react';
import { answers, post } from '../../../api.js';
import { ruleWords } from '../../../i18n/cluster-rules.js';
import { useWords } from '../../../i18n/language.js';
import { Failure } from '../../../parts/states.js';
import { kindWord } from './kind-word.js';

const kinds = [
  'proposed',
  'cultivated',
  'designated',
  'renewed',
  'reported',
  'veto',
  'warned',
  'warningLifted',
  'exited',
] as const;

/** A form for one more line; it is stored as a new register and the one before stays. */
export function AddLine({
  view,
  onStored,
}: {
  readonly view: RegisterView;
  readonly onStored: (dataset: string) => void;
}) {
  const { t } = useWords(ruleWords);
  const [kind, setKind] = useState<(typeof kinds)[number]>('designated');
  const [problem, setProblem] = useState<unknown>(null);
  const [stored, setStored] = useState(false);
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    const entries = ['clusterId', 'at', 'source', 'nameZh', 'provinces', 'reportYear', 'programme', 'tier']
      .map((name) => [name, field(name)] as const)
      .filter(([, value]) => value !== '');
    setProblem(null);
    setStored(false);
    post<RegisterAppended>('/clusters/register/events', {
      dataset: view.dataset,
      event: { ...Object.fromEntries(entries), kind },
    })
      .then(async ({ dataset }) => {
        await answers.invalidateQueries({ queryKey: ['/clusters/datasets?kind=register'] });
        setStored(true);
        onStored(dataset);
      })
      .catch(setProblem);
  };
  const input = (
    name: string,
    label: string,
    more: { required?: boolean; list?: string; defaultValue?: string } = {},
  ) => (
    <label>
      <span>{label}</span>
      <input name={name} {...more} />
    </label>
  );
  return (
    <details className="card">
      <summary>{t('addLine')}</summary>
      <form className="line-form" onSubmit={submit}>
        {input('clusterId', t('lineId'), { required: true, list: 'register-ids' })}
        <datalist id="register-ids">
          {view.clusters.map((c) => (
            <option key={c.id} value={c.id}>
              {c.nameZh || c.nameEn}
            </option>
          ))}
        </datalist>
        <label>
          <span>{t('lineKind')}</span>
          <select value={kind} onChange={(e) => setKind(e.target.value as typeof kind)}>
            {kinds.map((k) => (
              <option key={k} value={k}>
                {t(kindWord(k))}
              </option>
            ))}
          </select>
        </label>
        {input('at', t('lineAt'), { required: true, defaultValue: view.day })}
        {kind === 'reported' && input('reportYear', t('lineYear'), { required: true })}
        {(kind === 'proposed' || kind === 'cultivated' || kind === 'designated') && (
          <>
            {input('nameZh', t('lineName'))}
            {input('provinces', t('lineProvince'))}
            {kind === 'designated' && (
              <label>
                <span>{t('lineProgramme')}</span>
                <select name="programme">
                  <option value="">{t('noProgramme')}</option>
                  <option value="sme-cluster">{t('smeProgramme')}</option>
                  <option value="advanced-manufacturing">{t('advancedProgramme')}</option>
                </select>
              </label>
            )}
          </>
        )}
        {input('source', t('lineSource'), { required: true })}
        <button type="submit" className="primary">
          {t('save')}
        </button>
      </form>
      {stored && <p role="status">{t('stored')}</p>}
      {problem !== null && <Failure error={problem} />}
    </details>
  );
}
