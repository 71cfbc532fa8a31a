import type { RunView, ScenarioView } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, part, post, useGet } from '../../api.js';
import { dateTime, figure, gapText, money } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { mayAct, useInfo } from '../../info.js';
import { RunBadge } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Answer, Failure } from '../../parts/states.js';
import { go, Link } from '../../router.js';
import { ImportForm } from '../board/import-form.js';
import { changedValues } from './parameters.js';
import '../../style/plan.css';

/** Starts a run of a scenario and goes to where it can be watched. */
export async function startRun(scenarioId: string): Promise<void> {
  const run = await post<RunView>(`/scenarios/${part(scenarioId)}/runs`);
  await answers.invalidateQueries({ queryKey: ['/runs'] });
  await answers.invalidateQueries({ queryKey: ['/scenarios'] });
  go(`/plan/runs/${part(run.id)}`);
}

export function Page() {
  const { t } = useWords(planWords);
  const scenarios = useGet<readonly ScenarioView[]>('/scenarios');
  const runs = useGet<readonly RunView[]>('/runs');
  const info = useInfo();
  const [error, setError] = useState<unknown>(null);
  return (
    <section className="page">
      <header className="head">
        <h1>{t('scenarios')}</h1>
        {mayAct(info.data) && (
          <div className="actions">
            <Link className="button primary" to="/plan/new">
              {t('newPlan')}
            </Link>
          </div>
        )}
      </header>
      {error !== null && <Failure error={error} />}
      <div className="card">
        <Answer of={scenarios}>
          {(list) => (
            <Scenarios list={list.filter((s) => s.kind === 'plan')} canAct={mayAct(info.data)} onError={setError} />
          )}
        </Answer>
      </div>
      <div className="card">
        <Answer of={runs}>{(list) => <Runs list={list.filter((r) => r.kind === 'plan')} />}</Answer>
      </div>
      {mayAct(info.data) && <ImportForm />}
    </section>
  );
}

interface ScenariosProps {
  readonly list: readonly ScenarioView[];
  readonly canAct: boolean;
  readonly onError: (error: unknown) => void;
}

function Scenarios({ list, canAct, onError }: ScenariosProps) {
  const { t, lang } = useWords(planWords);
  const [busy, setBusy] = useState<string | null>(null);
  const start = async (id: string) => {
    setBusy(id);
    onError(null);
    try {
      await startRun(id);
    } catch (e) {
      onError(e);
    } finally {
      setBusy(null);
    }
  };
  const columns: Column<ScenarioView>[] = [
    { key: 'name', title: t('name'), value: (s) => s.name },
    {
      key: 'changes',
      title: t('changes'),
      value: (s) => changedValues(s.parameters).length,
      show: (s) => changes(changedValues(s.parameters)),
    },
    { key: 'created', title: t('created'), value: (s) => s.createdAtMs, show: (s) => dateTime(s.createdAtMs, lang) },
    {
      key: 'run',
      title: t('lastRun'),
      value: (s) => s.lastRun?.status ?? null,
      show: (s) =>
        s.lastRun === null ? (
          <span className="dim">{t('none')}</span>
        ) : (
          <Link to={`/plan/runs/${part(s.lastRun.id)}`}>
            <RunBadge status={s.lastRun.status} /> {s.lastRun.gap === null ? '' : gapText(s.lastRun.gap, lang)}
          </Link>
        ),
    },
    {
      key: 'actions',
      title: '',
      fixed: true,
      value: () => null,
      show: (s) =>
        canAct && (
          <span className="row-actions">
            <button type="button" disabled={busy === s.id} onClick={() => void start(s.id)}>
              {busy === s.id ? t('starting') : t('start')}
            </button>
            <Link className="button" to="/plan/new" query={{ from: s.id }}>
              {t('copy')}
            </Link>
          </span>
        ),
    },
  ];
  return (
    <DataTable
      caption={t('scenarios')}
      rows={list}
      columns={columns}
      rowKey={(s) => s.id}
      sort={{ key: 'created', descending: true }}
      empty={t('noScenarios')}
    />
  );
}

function changes(list: readonly string[]) {
  if (list.length === 0) return <span className="dim">—</span>;
  return (
    <span title={list.join('\n')}>
      {list.slice(0, 2).join(', ')}
      {list.length > 2 ? ` +${list.length - 2}` : ''}
    </span>
  );
}

function Runs({ list }: { readonly list: readonly RunView[] }) {
  const { t, lang } = useWords(planWords);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = (id: string) =>
    setChosen((old) => (old.includes(id) ? old.filter((x) => x !== id) : [...old.slice(-1), id]));
  const columns: Column<RunView>[] = [
    {
      key: 'choose',
      title: t('compare'),
      fixed: true,
      value: () => null,
      show: (r) =>
        r.value === null ? null : (
          <input
            type="checkbox"
            aria-label={t('choose', { name: r.name })}
            checked={chosen.includes(r.id)}
            onChange={() => toggle(r.id)}
          />
        ),
    },
    {
      key: 'name',
      title: t('name'),
      value: (r) => r.name,
      show: (r) => <Link to={`/plan/runs/${part(r.id)}`}>{r.name}</Link>,
    },
    { key: 'status', title: t('status'), value: (r) => r.status, show: (r) => <RunBadge status={r.status} /> },
    { key: 'value', title: t('value'), numeric: true, value: (r) => r.value, show: (r) => money(r.value, 'CNY', lang) },
    { key: 'bound', title: t('bound'), numeric: true, value: (r) => r.bound, show: (r) => money(r.bound, 'CNY', lang) },
    { key: 'gap', title: t('gap'), numeric: true, value: (r) => r.gap, show: (r) => gapText(r.gap, lang) },
    {
      key: 'seconds',
      title: t('elapsed'),
      numeric: true,
      value: (r) => (r.startedAtMs === null || r.endedAtMs === null ? null : (r.endedAtMs - r.startedAtMs) / 1000),
      show: (r) =>
        r.startedAtMs === null || r.endedAtMs === null
          ? ''
          : `${figure((r.endedAtMs - r.startedAtMs) / 1000, lang, 1)} s`,
    },
    { key: 'created', title: t('created'), value: (r) => r.createdAtMs, show: (r) => dateTime(r.createdAtMs, lang) },
  ];
  return (
    <>
      <DataTable
        caption={t('runs')}
        rows={list}
        columns={columns}
        rowKey={(r) => r.id}
        sort={{ key: 'created', descending: true }}
        pageSize={30}
        empty={t('noRuns')}
      />
      {list.length > 1 && (
        <div>
          <button
            type="button"
            disabled={chosen.length !== 2}
            onClick={() => go('/plan/compare', { a: chosen[0], b: chosen[1] })}
          >
            {t('compareTwo')}
          </button>
        </div>
      )}
    </>
  );
}
