import type { StationDetail, TransactionView } from '@qipan/server/contract';
import { useClock } from '../../clock.js';
import { dateTime, duration, energyText, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { sessionWord, states } from '../../i18n/states.js';
import { qualityWords, stopReasons, wordIn } from '../../i18n/session-words.js';
import { stationWords } from '../../i18n/stations.js';
import { DataTable, type Column } from '../../parts/data-table.js';

export interface SessionsProps {
  readonly station: StationDetail;
  readonly sessions: readonly TransactionView[];
}

/** Sessions that run now, and those that are over. */
export function Sessions({ station, sessions }: SessionsProps) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  const clock = useClock();
  const open = sessions.filter((s) => s.state === 'open');
  const past = sessions.filter((s) => s.state !== 'open');
  const took = (s: TransactionView) =>
    s.startedAtMs === null
      ? null
      : (s.endedAtMs ?? (s.state === 'open' ? clock.nowMs(station.origin) : null) ?? s.startedAtMs) - s.startedAtMs;
  const liveWh = (s: TransactionView) =>
    s.state === 'open'
      ? (station.evses.find((e) => e.transactionId === s.transactionId)?.energyWh ?? s.energyWh)
      : s.energyWh;
  const columns: Column<TransactionView>[] = [
    { key: 'id', title: t('session'), value: (s) => s.transactionId, show: (s) => <code>{s.transactionId}</code> },
    { key: 'evse', title: t('fieldEvse'), numeric: true, value: (s) => s.evseId },
    { key: 'state', title: t('state'), value: (s) => t(sessionWord(s.state)) },
    { key: 'started', title: t('started'), value: (s) => s.startedAtMs, show: (s) => dateTime(s.startedAtMs, lang) },
    { key: 'took', title: t('took'), numeric: true, value: took, show: (s) => duration(took(s), lang) },
    { key: 'energy', title: t('energy'), numeric: true, value: liveWh, show: (s) => energyText(liveWh(s), lang) },
    {
      key: 'token',
      title: t('idToken'),
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
  ];
  const running = columns.filter((c) => c.key !== 'reason' && c.key !== 'state');
  return (
    <div className="card" data-testid="sessions">
      <DataTable
        caption={t('openSessions')}
        rows={open}
        columns={running}
        rowKey={(s) => s.transactionId}
        empty={t('noOpenSessions')}
      />
      <DataTable
        caption={t('pastSessions')}
        rows={past}
        columns={columns}
        rowKey={(s) => s.transactionId}
        sort={{ key: 'started', descending: true }}
        pageSize={10}
        empty={t('noSessions')}
      />
    </div>
  );
}
