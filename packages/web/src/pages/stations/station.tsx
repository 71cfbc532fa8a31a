import type { StationDetail, StationView } from '@qipan/server/contract';
import { part, useGet } from '../../api.js';
import { energyText, figure, powerText, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { stationWords } from '../../i18n/stations.js';
import { useInfo } from '../../info.js';
import { Age, SimulatedBadge, State, WireWord } from '../../parts/badges.js';
import { Facts, type Fact } from '../../parts/facts.js';
import { SmallTable, numeric } from '../../parts/small-table.js';
import { Answer } from '../../parts/states.js';
import { Link } from '../../router.js';
import { useSiteNames } from '../../stations/site-names.js';
import { evseShowing, isReachable, stationShowing } from '../../stations/state.js';
import type { PageProps } from '../page-props.js';
import { adviceOf } from './advice.js';
import { Commands } from './commands.js';
import { Counters } from './counters.js';
import { LoadCard } from './load-card.js';
import { Messages } from './messages.js';
import { Renew } from './renew.js';
import { PowerPlot } from './power-plot.js';
import { Sessions } from './sessions.js';
import { Timeline } from './timeline.js';
import { useStation } from './station-data.js';
import '../../style/stations.css';

export function Page({ params }: PageProps) {
  const id = params['id'] as string;
  const station = useGet<StationDetail>(`/stations/${part(id)}`, { refetchMs: 20_000 });
  return (
    <section className="page">
      <Answer of={station}>{(data) => <Station key={id} station={data} />}</Answer>
    </section>
  );
}

function Station({ station }: { readonly station: StationDetail }) {
  const { t, pick } = useWords(stationWords);
  const data = useStation(station);
  return (
    <>
      <header className="head">
        <h1>{pick(station.name)}</h1>
        <SimulatedBadge origin={station.origin} />
        <State showing={stationShowing(station)} />
        <span className="dim">
          {t('heard')}: <Age atMs={station.lastSeenMs} origin={station.origin} />
        </span>
      </header>
      <Advice station={station} />
      <Evses station={station} />
      <LoadCard stationId={station.id} />
      <div className="columns wide-left">
        <div className="card">
          <PowerPlot station={station} />
        </div>
        <Commands station={station} sessions={data.sessions} sent={data.commands} onSent={data.refresh} />
      </div>
      <Timeline station={station} events={data.events} />
      <Sessions station={station} sessions={data.sessions} />
      <Messages station={station} events={data.events} onOlder={data.older} hasOlder={data.hasOlder} />
      <div className="columns">
        <About station={station} />
        <Counters station={station} />
      </div>
    </>
  );
}

function Advice({ station }: { readonly station: StationDetail }) {
  const { t } = useWords(stationWords);
  const advice = adviceOf(station);
  if (advice.length === 0) return null;
  return (
    <aside className="advice" aria-label={t('advice')}>
      <h2>{t('advice')}</h2>
      <ul>
        {advice.map((a) => (
          <li key={`${a.key}/${a.fill?.['n'] ?? ''}`}>{t(a.key, a.fill)}</li>
        ))}
      </ul>
    </aside>
  );
}

function Evses({ station }: { readonly station: StationView }) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  const isThere = isReachable(station);
  const age = (atMs: number | null) => (atMs === null ? unknownText : <Age atMs={atMs} origin={station.origin} />);
  return (
    <div className="card">
      <SmallTable
        label={t('evses')}
        head={[
          t('fieldEvse'),
          t('state'),
          t('since'),
          t('detail'),
          t('errorCode'),
          numeric(t('power')),
          t('measured'),
          numeric(t('energy')),
          t('session'),
        ]}
        className="evses"
      >
        <tbody>
          {station.evses.map((e) => (
            <tr key={e.evseId} data-evse={e.evseId}>
              <th scope="row">{e.evseId}</th>
              <td>
                <State showing={isThere ? evseShowing(e) : stationShowing(station)} />
                {!isThere && e.status !== null && (
                  <small className="dim"> {t('lastSaid', { state: t(evseShowing(e)) })}</small>
                )}
              </td>
              <td>{age(e.statusSinceMs)}</td>
              <td>{e.detail === null ? '' : <WireWord word={e.detail} />}</td>
              <td>
                {e.errorCode !== null && e.errorCode !== 'NoError' ? <code className="bad">{e.errorCode}</code> : ''}
              </td>
              <td className="numeric" data-testid={`power-${e.evseId}`}>
                {powerText(isThere ? e.powerW : null, lang)}
              </td>
              <td>{e.powerW === null || !isThere ? '' : age(e.powerAtMs)}</td>
              <td className="numeric">{energyText(e.energyWh, lang)}</td>
              <td>{e.transactionId === null ? '' : <code>{e.transactionId}</code>}</td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </div>
  );
}

function About({ station }: { readonly station: StationDetail }) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  const siteName = useSiteNames(useInfo().data?.defaultBoard ?? null);
  const facts: Fact[] = [
    { term: t('identity'), value: <code>{station.identity}</code> },
    { term: t('connection'), value: t(station.liveness) },
    { term: t('version'), value: station.ocppVersion ?? unknownText },
    { term: t('vendor'), value: station.vendorName ?? unknownText },
    { term: t('model'), value: station.model ?? unknownText },
    { term: t('firmware'), value: station.firmwareVersion ?? unknownText },
    { term: t('serial'), value: station.serialNumber ?? unknownText },
    {
      term: t('registration'),
      value: station.registration === null ? unknownText : <code>{station.registration}</code>,
    },
    { term: t('security'), value: station.securityProfile },
    { term: t('moduleType'), value: station.moduleType ?? unknownText },
    { term: t('rated'), value: station.powerKw === null ? unknownText : `${figure(station.powerKw, lang)} kW` },
    {
      term: t('siteOfPlan'),
      value:
        station.siteId === null ? (
          unknownText
        ) : (
          <Link to="/" query={{ site: station.siteId }}>
            {siteName(station.siteId)}
          </Link>
        ),
    },
  ];
  return (
    <div className="card">
      <h2>{t('station')}</h2>
      <Facts facts={facts} />
      <Renew station={station} />
    </div>
  );
}
