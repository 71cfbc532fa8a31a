import type { PlanView, RunView } from '@qipan/server/contract';
import { useState } from 'react';
import { apiRoot, part, post, useGet } from '../../api.js';
import { duration, figure, gapText, money, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { mayAct, useInfo } from '../../info.js';
import { useClock } from '../../clock.js';
import { RunBadge } from '../../parts/badges.js';
import { Facts, type Fact } from '../../parts/facts.js';
import { Answer, Failure } from '../../parts/states.js';
import { Link } from '../../router.js';
import type { PageProps } from '../page-props.js';
import { Progress } from './progress.js';
import { Result } from './result.js';
import '../../style/plan.css';

const isOver = (run: RunView) => run.status !== 'queued' && run.status !== 'running';

export function Page({ params }: PageProps) {
  const id = params['id'] as string;
  const run = useGet<RunView>(`/runs/${part(id)}`, { refetchMs: 5_000 });
  return <section className="page">{<Answer of={run}>{(data) => <Run run={data} />}</Answer>}</section>;
}

function Run({ run }: { readonly run: RunView }) {
  const { t } = useWords(planWords);
  const info = useInfo();
  const over = isOver(run);
  const result = useGet<PlanView>(over && run.value !== null ? `/runs/${part(run.id)}/result` : null, {
    staleMs: 3_600_000,
  });
  const plan = result.data ?? null;
  return (
    <>
      <header className="head">
        <h1>{run.name}</h1>
        <RunBadge status={run.status} />
        <div className="actions">
          {!over && mayAct(info.data) && <Stop id={run.id} />}
          {plan !== null && (
            <Link className="button" to="/" query={{ run: run.id }}>
              {t('onMap')}
            </Link>
          )}
          {over && run.value !== null && <Downloads id={run.id} />}
        </div>
      </header>
      <Headline run={run} plan={plan} />
      {run.status === 'failed' && <ErrorOf run={run} />}
      {run.status === 'infeasible' && <p className="failure">{t('infeasibleRun')}</p>}
      {(run.progress.length > 0 || !over) && <Progress run={run} unit={plan?.unit ?? 'CNY'} />}
      {over && run.value !== null && <Answer of={result}>{(data) => <Result plan={data} />}</Answer>}
    </>
  );
}

function Headline({ run, plan }: { readonly run: RunView; readonly plan: PlanView | null }) {
  const { t, lang } = useWords(planWords);
  useClock();
  const unit = plan?.unit ?? 'CNY';
  const tookMs = run.startedAtMs === null ? null : (run.endedAtMs ?? Date.now()) - run.startedAtMs;
  const facts: Fact[] = [
    { term: t('value'), value: money(plan?.value ?? run.value, unit, lang), hint: t('valueHint') },
    { term: t('bound'), value: money(plan?.bound ?? run.bound, unit, lang), hint: t('boundHint') },
    { term: t('gap'), value: gapText(plan?.gap ?? run.gap, lang), hint: t('gapHint') },
    {
      term: t('verified'),
      hint: t('verifiedHint'),
      value:
        plan === null ? (
          unknownText
        ) : plan.verified.ok ? (
          <span className="good">✓ {t('verifiedOk', { checks: figure(plan.verified.checks, lang) })}</span>
        ) : (
          <span className="bad">✕ {t('verifiedBad')}</span>
        ),
    },
    { term: t('elapsed'), value: duration(tookMs, lang) },
  ];
  if (run.phase !== null && run.endedAtMs === null) facts.push({ term: t('phase'), value: run.phase });
  return (
    <div className="card">
      <Facts className="facts big" facts={facts} />
      <p className="small dim">
        {t('valueHint')} {t('boundHint')}
      </p>
      {plan !== null && !plan.verified.ok && (
        <ul className="failure">
          {plan.verified.failures.map((f) => (
            <li key={f}>{f}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Stop({ id }: { readonly id: string }) {
  const { t } = useWords(planWords);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = async () => {
    setBusy(true);
    try {
      await post(`/runs/${part(id)}/stop`);
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" className="danger" disabled={busy} onClick={() => void stop()}>
        {busy ? t('stopping') : t('stop')}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}

function Downloads({ id }: { readonly id: string }) {
  const { t } = useWords(planWords);
  const file = (name: string) => `${apiRoot}/runs/${part(id)}/${name}`;
  return (
    <span className="downloads" role="group" aria-label={t('downloads')}>
      {['geojson', 'xlsx', 'csv'].map((ext) => (
        <a key={ext} className="button" href={file(`result.${ext}`)} download>
          ↓ {ext === 'geojson' ? 'GeoJSON' : ext.toUpperCase()}
        </a>
      ))}
      <a className="button" href={file('certificate.json')} download>
        ↓ {t('certificate')}
      </a>
    </span>
  );
}

function ErrorOf({ run }: { readonly run: RunView }) {
  const { t, pick } = useWords(planWords);
  const error = run.error as { message?: string; code?: string; sentence?: { en: string; zh: string } } | null;
  return (
    <div className="failure" role="alert">
      <p>{error?.sentence === undefined ? t('failedRun') : pick(error.sentence)}</p>
      {error?.message !== undefined && (
        <p className="small">
          <code>{error.code}</code> {error.message}
        </p>
      )}
    </div>
  );
}
