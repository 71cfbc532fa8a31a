import type { AnyStoredEvent } from '@qipan/base';
import type { StationDetail } from '@qipan/server/contract';
import { useState } from 'react';
import { dateTime } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { eventWords } from '../../i18n/events.js';
import { stationWords } from '../../i18n/stations.js';
import { Age } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { eventText } from './event-text.js';

export interface MessagesProps {
  readonly station: StationDetail;
  readonly events: readonly AnyStoredEvent[];
  readonly hasOlder: boolean;
  readonly onOlder: () => void;
}

function useColumns(station: StationDetail): readonly Column<AnyStoredEvent>[] {
  const { t, lang } = useWords({ ...eventWords, ...stationWords });
  return [
    {
      key: 'at',
      title: t('receivedAt'),
      value: (e) => e.seq,
      show: (e) => (
        <span className="two-lines">
          {dateTime(e.receivedAtMs, lang)}
          <small className="dim">
            <Age atMs={e.receivedAtMs} origin={station.origin} />
          </small>
        </span>
      ),
    },
    { key: 'kind', title: t('eventKind'), value: (e) => e.kind, show: (e) => t(e.kind) },
    { key: 'evse', title: t('fieldEvse'), numeric: true, value: (e) => e.evseId },
    {
      key: 'what',
      title: t('eventWhat'),
      fixed: true,
      value: (e) => eventText(e, lang),
      show: (e) => (
        <details className="payload">
          <summary>{eventText(e, lang) || '…'}</summary>
          <pre>{JSON.stringify(e.payload, null, 1)}</pre>
        </details>
      ),
    },
  ];
}

/** The log of the station, newest first; each row opens to the stored payload itself. */
export function Messages({ station, events, hasOlder, onOlder }: MessagesProps) {
  const { t } = useWords({ ...eventWords, ...stationWords });
  const [kind, setKind] = useState<AnyStoredEvent['kind'] | ''>('');
  const kinds = [...new Set(events.map((e) => e.kind))].sort();
  const rows = kind === '' ? events : events.filter((e) => e.kind === kind);
  const columns = useColumns(station);
  return (
    <div className="card">
      <h2>{t('events')}</h2>
      <DataTable
        caption={t('events')}
        isTitled
        rows={rows}
        columns={columns}
        rowKey={(e) => String(e.seq)}
        pageSize={15}
        searchable
        empty={t('eventsNone')}
        filters={
          <label className="inline">
            {t('eventKind')}
            <select value={kind} onChange={(e) => setKind(e.target.value as typeof kind)}>
              <option value="">{t('all')}</option>
              {kinds.map((k) => (
                <option key={k} value={k}>
                  {t(k)}
                </option>
              ))}
            </select>
          </label>
        }
      />
      {hasOlder && (
        <div>
          <button type="button" onClick={onOlder}>
            {t('eventsOlder')}
          </button>
        </div>
      )}
    </div>
  );
}
