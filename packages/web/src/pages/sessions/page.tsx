import type { ServerInfo, SessionDay, SessionsView, TransactionView } from '@qipan/server/contract';
import { useState } from 'react';
import { apiRoot, useGet } from '../../api.js';
import { currentClock } from '../../clock.js';
import { dateTime, duration, energyText, figure, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { qualityWords, stopReasons, wordIn } from '../../i18n/session-words.js';
import { sessionListWords } from '../../i18n/sessions.js';
import { sessionWord, states } from '../../i18n/states.js';
import { useInfo } from '../../info.js';
import { SimulatedBadge } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';
import { Answer } from '../../parts/states.js';
import { Link } from '../../router.js';
import { useSiteNames } from '../../stations/site-names.js';
import { lastDays, spanOf } from './span.js';
import '../../style/plan.css';

const words = { ...states, ...sessionListWords };

export function Page() {
  const { t } = useWords(words);
  const info = useInfo();
  return (
    <section className="page">
      <header className="head">
        <h1>{t('title')}</h1>
      </header>
      <Answer of={info}>{(data) => <Sessions info={data} />}</Answer>
    </section>
  );
}

const stateWords = ['open', 'ended', 'lost', 'orphan'] as const;

function Sessions({ info }: { readonly info: ServerInfo }) {
  const { t } = useWords(words);
  const [days, setDays] = useState(() => lastDays(currentClock().nowMs(info.simulated ? 'simulated' : 'real'), 7));
  const [state, setState] = useState('');
  const span = spanOf(days);
  const query =
    span === null ? null : `fromMs=${span.fromMs}&toMs=${span.toMs}${state === '' ? '' : `&state=${state}`}`;
  const sessions = useGet<SessionsView>(query === null ? null : `/sessions?${query}`, { refetchMs: 30_000 });
  return (
    <>
      {info.simulated && (
        <p className="strip" role="note">
          <b>{t('simulated')}</b> · {t('simulatedNotice')}
        </p>
      )}
      <div className="table-tools">
        <label className="inline">
          {t('from')}
          <input type="date" value={days.from} onChange={(e) => setDays({ ...days, from: e.target.value })} />
        </label>
        <label className="inline">
          {t('to')}
          <input type="date" value={days.to} onChange={(e) => setDays({ ...days, to: e.target.value })} />
        </label>
        <label className="inline">
          {t('status')}
          <select value={state} onChange={(e) => setState(e.target.value)}>
            <option value="">{t('all')}</option>
            {stateWords.map((s) => (
              <option key={s} value={s}>
                {t(sessionWord(s))}
              </option>
            ))}
          </select>
        </label>
        {query !== null && (
          <span className="downloads" role="group" aria-label={t('downloads')}>
            {['xlsx', 'csv'].map((ext) => (
              <a key={ext} className="button" href={`${apiRoot}/sessions.${ext}?${query}`} download>
                ↓ {ext.toUpperCase()}
              </a>
            ))}
          </span>
        )}
      </div>
      {query === null ? (
        <p className="failure" role="alert">
          {t('badSpan')}
        </p>
      ) : (
        <Answer of={sessions}>{(data) => <Found data={data} board={info.defaultBoard} />}</Answer>
      )}
    </>
  );
}

function Found({ data, board }: { readonly data: SessionsView; readonly board: string | null }) {
  const { t, lang } = useWords(words);
  const { total } = data;
  return (
    <>
      <Facts
        facts={[
          { term: t('count'), value: figure(total.sessions, lang) },
          { term: t('energy'), value: `${figure(total.energyKwh, lang, 1)} kWh` },
          { term: t('withoutEnergy'), value: figure(total.unknown, lang) },
        ]}
      />
      <div className="card">
        <Days days={data.days} board={board} />
      </div>
      <div className="card">
        {data.sessions.length < total.sessions && (
          <p className="dim">{t('newestOnly', { n: data.sessions.length, all: total.sessions })}</p>
        )}
        <List sessions={data.sessions} />
      </div>
    </>
  );
}

function Days({ days, board }: { readonly days: readonly SessionDay[]; readonly board: string | null }) {
  const { t, lang } = useWords(words);
  const siteName = useSiteNames(board);
  const nameOf = (d: SessionDay) => (d.siteId === null ? d.site : siteName(d.siteId));
  const columns: Column<SessionDay>[] = [
    { key: 'day', title: t('day'), value: (d) => d.day },
    {
      key: 'site',
      title: t('site'),
      value: nameOf,
      show: (d) =>
        d.siteId === null ? (
          d.site
        ) : (
          <Link to="/" query={{ site: d.siteId }}>
            {nameOf(d)}
          </Link>
        ),
    },
    { key: 'count', title: t('count'), numeric: true, value: (d) => d.sessions },
    {
      key: 'energy',
      title: t('energy'),
      numeric: true,
      value: (d) => d.energyKwh,
      show: (d) => energyText(d.sessions === d.unknown ? null : d.energyKwh * 1000, lang),
    },
    { key: 'unknown', title: t('withoutEnergy'), numeric: true, value: (d) => d.unknown },
    {
      key: 'origin',
      title: t('origin'),
      value: (d) => (d.simulated ? t('simulated') : t('real')),
      show: (d) => <SimulatedBadge origin={d.simulated ? 'simulated' : 'real'} />,
    },
  ];
  return (
    <DataTable
      caption={t('byDay')}
      rows={days}
      columns={columns}
      rowKey={(d) => `${d.day}/${d.site}`}
      pageSize={15}
      searchable
      empty={t('noneFound')}
    />
  );
}

function List({ sessions }: { readonly sessions: readonly TransactionView[] }) {
  const { t, lang, pick } = useWords(words);
  const took = (s: TransactionView) =>
    s.startedAtMs === null || s.endedAtMs === null ? null : s.endedAtMs - s.startedAtMs;
  const columns: Column<TransactionView>[] = [
    {
      key: 'started',
      title: t('started'),
      value: (s) => s.startedAtMs ?? s.endedAtMs,
      show: (s) => dateTime(s.startedAtMs, lang),
    },
    {
      key: 'station',
      title: t('station'),
      value: (s) => pick(s.stationName),
      show: (s) => <Link to={`/stations/${encodeURIComponent(s.stationId)}`}>{pick(s.stationName)}</Link>,
    },
    {
      key: 'origin',
      title: t('origin'),
      value: (s) => (s.simulated ? t('simulated') : t('real')),
      show: (s) => <SimulatedBadge origin={s.simulated ? 'simulated' : 'real'} />,
    },
    { key: 'evse', title: t('evse'), numeric: true, value: (s) => s.evseId },
    { key: 'state', title: t('status'), value: (s) => t(sessionWord(s.state)) },
    { key: 'took', title: t('took'), numeric: true, value: took, show: (s) => duration(took(s), lang) },
    {
      key: 'energy',
      title: t('energy'),
      numeric: true,
      value: (s) => s.energyWh,
      show: (s) => energyText(s.energyWh, lang),
    },
    {
      key: 'token',
      title: t('token'),
      value: (s) => s.idToken?.idToken ?? null,
      show: (s) => s.idToken?.idToken ?? unknownText,
    },
    {
      key: 'reason',
      title: t('reason'),
      value: (s) => (s.stoppedReason === null ? null : wordIn(stopReasons, s.stoppedReason, lang)),
    },
    {
      key: 'quality',
      title: t('quality'),
      value: (s) => s.quality.map((q) => wordIn(qualityWords, q, lang)).join(' · '),
    },
    { key: 'id', title: t('session'), value: (s) => s.transactionId, show: (s) => <code>{s.transactionId}</code> },
  ];
  return (
    <DataTable
      caption={t('list')}
      rows={sessions}
      columns={columns}
      rowKey={(s) => `${s.stationId}/${s.transactionId}`}
      pageSize={50}
      searchable
      empty={t('noneFound')}
    />
  );
}
