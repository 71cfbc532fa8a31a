import type { ServerInfo, UnknownStationView } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, part, remove, useGet } from '../../api.js';
import { unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { waitingWords } from '../../i18n/stations.js';
import { mayAct, useInfo } from '../../info.js';
import { Age } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Answer, Failure } from '../../parts/states.js';
import { Approve } from './approve.js';
import '../../style/plan.css';
import '../../style/stations.css';

export function Page() {
  const { t } = useWords(waitingWords);
  const info = useInfo();
  const list = useGet<readonly UnknownStationView[]>('/unknown-stations', { refetchMs: 10_000 });
  return (
    <section className="page">
      <header className="head">
        <h1>{t('title')}</h1>
      </header>
      <p className="dim">{t('hint')}</p>
      {info.data !== undefined && (
        <p>
          {t('callHere')}: <code>{info.data.ocppUrl.replace(/\/?$/, '/')}</code>
        </p>
      )}
      <div className="card">
        <Answer of={list}>{(rows) => <Waiting rows={rows} info={info.data} />}</Answer>
      </div>
    </section>
  );
}

function useFacts(): readonly Column<UnknownStationView>[] {
  const { t } = useWords(waitingWords);
  return [
    { key: 'identity', title: t('identity'), value: (u) => u.identity, show: (u) => <code>{u.identity}</code> },
    {
      key: 'vendor',
      title: t('vendor'),
      value: (u) => `${u.vendorName ?? ''} ${u.model ?? ''}`.trim(),
      show: (u) => `${u.vendorName ?? ''} ${u.model ?? ''}`.trim() || unknownText,
    },
    { key: 'serial', title: t('serial'), value: (u) => u.serialNumber, show: (u) => u.serialNumber ?? unknownText },
    { key: 'version', title: 'OCPP', value: (u) => u.ocppVersion, show: (u) => u.ocppVersion ?? unknownText },
    { key: 'from', title: t('from'), value: (u) => u.remoteAddress, show: (u) => <code>{u.remoteAddress}</code> },
    {
      key: 'first',
      title: t('first'),
      value: (u) => u.firstSeenMs,
      show: (u) => <Age atMs={u.firstSeenMs} origin="real" />,
    },
    {
      key: 'last',
      title: t('last'),
      value: (u) => u.lastSeenMs,
      show: (u) => <Age atMs={u.lastSeenMs} origin="real" />,
    },
    { key: 'attempts', title: t('attempts'), numeric: true, value: (u) => u.attempts },
    { key: 'connected', title: t('connected'), value: (u) => (u.connected ? t('yes') : t('no')) },
  ];
}

function Waiting({
  rows,
  info,
}: {
  readonly rows: readonly UnknownStationView[];
  readonly info: ServerInfo | undefined;
}) {
  const { t } = useWords(waitingWords);
  const [approving, setApproving] = useState<UnknownStationView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const refresh = () => answers.invalidateQueries({ queryKey: ['/unknown-stations'] });
  const dismiss = async (identity: string) => {
    if (!globalThis.confirm(t('dismissSure', { identity }))) return;
    setError(null);
    try {
      await remove(`/unknown-stations/${part(identity)}`);
    } catch (e) {
      setError(e);
    }
    await refresh();
  };
  const columns: Column<UnknownStationView>[] = [
    ...useFacts(),
    {
      key: 'actions',
      title: '',
      fixed: true,
      value: () => null,
      show: (u) =>
        mayAct(info) && (
          <span className="row-actions">
            <button type="button" onClick={() => setApproving(u)}>
              {t('approve')}
            </button>
            <button type="button" className="danger" onClick={() => void dismiss(u.identity)}>
              {t('dismiss')}
            </button>
          </span>
        ),
    },
  ];
  return (
    <>
      {error !== null && <Failure error={error} />}
      <DataTable
        caption={t('title')}
        isTitled
        rows={rows}
        columns={columns}
        rowKey={(u) => u.identity}
        sort={{ key: 'last', descending: true }}
        empty={t('empty')}
      />
      {approving !== null && (
        <Approve
          unknown={approving}
          board={info?.defaultBoard ?? null}
          onClose={() => {
            setApproving(null);
            void refresh();
          }}
        />
      )}
    </>
  );
}
