import type { StationView } from '@qipan/server/contract';
import { useMemo, useState } from 'react';
import { useGet } from '../../api.js';
import { energyText, figure, powerText, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { stationWords } from '../../i18n/stations.js';
import { useInfo } from '../../info.js';
import { Age, SimulatedBadge, State } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Answer } from '../../parts/states.js';
import { Link } from '../../router.js';
import { freeEvses, isSimulated, showings, stationPowerW, stationShowing, type Showing } from '../../stations/state.js';
import '../../style/stations.css';

export function Page() {
  const { t } = useWords({ ...states, ...stationWords });
  const info = useInfo();
  const stations = useGet<readonly StationView[]>('/stations');
  return (
    <section className="page">
      <header className="head">
        <h1>{t('title')}</h1>
      </header>
      {isSimulated(info.data?.simulated === true, stations.data ?? []) && (
        <p className="strip" role="note">
          <b>{t('simulated')}</b> · {t('simulatedNotice')}
        </p>
      )}
      <div className="card">
        <Answer of={stations}>{(list) => <Stations list={list} />}</Answer>
      </div>
    </section>
  );
}

/** Energy of the sessions that run now; null when none is measured. */
function openEnergyWh(s: StationView): number | null {
  const known = s.evses.flatMap((e) => (e.energyWh === null ? [] : [e.energyWh]));
  return known.length === 0 ? null : known.reduce((sum, e) => sum + e, 0);
}

function useColumns(): readonly Column<StationView>[] {
  const { t, pick, lang } = useWords({ ...states, ...stationWords });
  return [
    {
      key: 'name',
      title: t('name'),
      value: (s) => pick(s.name),
      show: (s) => <Link to={`/stations/${encodeURIComponent(s.id)}`}>{pick(s.name)}</Link>,
    },
    { key: 'identity', title: t('identity'), value: (s) => s.identity, show: (s) => <code>{s.identity}</code> },
    { key: 'origin', title: t('origin'), value: (s) => s.origin, show: (s) => <SimulatedBadge origin={s.origin} /> },
    {
      key: 'state',
      title: t('state'),
      value: (s) => t(stationShowing(s)),
      show: (s) => <State showing={stationShowing(s)} />,
    },
    {
      key: 'heard',
      title: t('heard'),
      numeric: true,
      value: (s) => s.lastSeenMs,
      show: (s) => <Age atMs={s.lastSeenMs} origin={s.origin} />,
    },
    {
      key: 'free',
      title: t('free'),
      numeric: true,
      value: (s) => freeEvses(s).free,
      show: (s) => `${freeEvses(s).free} / ${freeEvses(s).all}`,
    },
    {
      key: 'power',
      title: t('powerNow'),
      numeric: true,
      value: stationPowerW,
      show: (s) => powerText(stationPowerW(s), lang),
    },
    {
      key: 'energy',
      title: t('energy'),
      numeric: true,
      value: openEnergyWh,
      show: (s) => energyText(openEnergyWh(s), lang),
    },
    {
      key: 'rated',
      title: t('rated'),
      numeric: true,
      value: (s) => s.powerKw,
      show: (s) => (s.powerKw === null ? unknownText : `${figure(s.powerKw, lang)} kW`),
    },
    { key: 'version', title: t('version'), value: (s) => s.ocppVersion, show: (s) => s.ocppVersion ?? unknownText },
    {
      key: 'model',
      title: t('model'),
      value: (s) => `${s.vendorName ?? ''} ${s.model ?? ''}`.trim(),
      show: (s) => `${s.vendorName ?? ''} ${s.model ?? unknownText}`.trim(),
    },
  ];
}

function Stations({ list }: { readonly list: readonly StationView[] }) {
  const { t } = useWords({ ...states, ...stationWords });
  const [showing, setShowing] = useState<Showing | ''>('');
  const [origin, setOrigin] = useState<'' | 'simulated' | 'real'>('');
  const rows = useMemo(
    () =>
      list.filter((s) => (showing === '' || stationShowing(s) === showing) && (origin === '' || s.origin === origin)),
    [list, showing, origin],
  );
  const columns = useColumns();
  return (
    <DataTable
      caption={t('title')}
      isTitled
      rows={rows}
      columns={columns}
      rowKey={(s) => s.id}
      searchable
      empty={list.length === 0 ? t('none') : t('nothingFits')}
      filters={
        <>
          <label className="inline">
            {t('state')}
            <select value={showing} onChange={(e) => setShowing(e.target.value as Showing | '')}>
              <option value="">{t('all')}</option>
              {showings.map((s) => (
                <option key={s} value={s}>
                  {t(s)}
                </option>
              ))}
            </select>
          </label>
          <label className="inline">
            {t('origin')}
            <select value={origin} onChange={(e) => setOrigin(e.target.value as typeof origin)}>
              <option value="">{t('all')}</option>
              <option value="simulated">{t('simulated')}</option>
              <option value="real">{t('real')}</option>
            </select>
          </label>
        </>
      }
    />
  );
}
