import type { BoardSummary, DefaultValue, ScenarioInput, ScenarioView } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, part, post, useGet } from '../../api.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { useInfo } from '../../info.js';
import { Answer, Failure, Waiting } from '../../parts/states.js';
import { go } from '../../router.js';
import type { PageProps } from '../page-props.js';
import { Horizon } from './horizon.js';
import { startRun } from './list.js';
import { ParameterTable } from './parameter-table.js';
import type { Tree } from './parameters.js';
import '../../style/plan.css';

export function Page({ query }: PageProps) {
  const from = query.get('from');
  const source = useGet<ScenarioView>(from === null ? null : `/scenarios/${part(from)}`);
  const defaults = useGet<readonly DefaultValue[]>('/defaults/plan');
  const boards = useGet<readonly BoardSummary[]>('/boards');
  if (from !== null && source.data === undefined && source.error === null) return <Waiting />;
  if (source.error !== null) return <Failure error={source.error} />;
  return (
    <Answer of={defaults}>
      {(rows) => (
        <Answer of={boards}>{(list) => <Form defaults={rows} boards={list} source={source.data ?? null} />}</Answer>
      )}
    </Answer>
  );
}

interface FormProps {
  readonly defaults: readonly DefaultValue[];
  readonly boards: readonly BoardSummary[];
  readonly source: ScenarioView | null;
}

function Form({ defaults, boards, source }: FormProps) {
  const { t, pick } = useWords(planWords);
  const info = useInfo();
  const [name, setName] = useState(source === null ? '' : t('copyName', { name: source.name }));
  const [board, setBoard] = useState(source?.board ?? info.data?.defaultBoard ?? boards[0]?.id ?? '');
  const [seed, setSeed] = useState(String(source?.seed ?? 1));
  const [parameters, setParameters] = useState<Tree>((source?.parameters ?? {}) as Tree);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const save = async (run: boolean) => {
    setBusy(true);
    setError(null);
    const input: ScenarioInput = { kind: 'plan', name: name.trim(), board, parameters, seed: Number(seed) };
    try {
      const made = await post<ScenarioView>('/scenarios', input);
      await answers.invalidateQueries({ queryKey: ['/scenarios'] });
      if (run) await startRun(made.id);
      else go('/plan');
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="page"
      onSubmit={(e) => {
        e.preventDefault();
        void save(true);
      }}
    >
      <header className="head">
        <h1>{source === null ? t('editTitle') : t('editFrom', { name: source.name })}</h1>
      </header>
      <div className="card fields">
        <label className="wide">
          {t('name')}
          <input value={name} required maxLength={120} onChange={(e) => setName(e.target.value)} />
        </label>
        <label>
          {t('board')}
          <select value={board} onChange={(e) => setBoard(e.target.value)}>
            {boards.map((b) => (
              <option key={b.id} value={b.id}>
                {pick(b.name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('seed')}
          <input type="number" min={0} step={1} value={seed} required onChange={(e) => setSeed(e.target.value)} />
        </label>
        <Horizon defaults={defaults} parameters={parameters} onChange={setParameters} />
      </div>
      <div className="card">
        <h2>{t('parameters')}</h2>
        <p className="dim">{t('parametersHint')}</p>
        <ParameterTable defaults={defaults} parameters={parameters} onChange={setParameters} />
      </div>
      {error !== null && <Failure error={error} />}
      <div className="head sticky">
        <button className="primary" disabled={busy || name.trim() === ''}>
          {t('saveAndRun')}
        </button>
        <button type="button" disabled={busy || name.trim() === ''} onClick={() => void save(false)}>
          {t('saveOnly')}
        </button>
        <button type="button" className="quiet" onClick={() => go('/plan')}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
