import type { PlanSiteView, PlanView, StationView } from '@qipan/server/contract';
import { figure, money, percent, quantity } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import { Age, State } from '../../parts/badges.js';
import { Facts } from '../../parts/facts.js';
import { SmallTable, YearRow, numeric } from '../../parts/small-table.js';
import { Link } from '../../router.js';
import { stationShowing } from '../../stations/state.js';
import { PanelHead } from './panel-head.js';

export interface SitePanelProps {
  readonly plan: PlanView;
  readonly site: PlanSiteView;
  readonly stations: readonly StationView[];
  readonly onClose: () => void;
}

/** One site of the plan: its growth by year, why this size and this year, and the stations that stand there now. */
export function SitePanel({ plan, site, stations, onClose }: SitePanelProps) {
  const { t, pick, lang } = useWords(boardWords);
  const here = stations.filter((s) => s.siteId === site.id);
  return (
    <section className="panel" aria-labelledby="panel-title">
      <PanelHead
        title={site.name}
        below={site.existing ? t('stands') : t('opensIn', { year: site.openYear })}
        onClose={onClose}
      />
      <Facts
        facts={[
          { term: t('power'), value: quantity(site.powerKwByYear.at(-1), 'kW', lang) },
          { term: t('capex'), value: money(site.capex, plan.currency, lang) },
          { term: t('energyDay'), value: quantity(site.energyKwhPerDay, 'kWh', lang) },
          { term: t('peakUse'), value: percent(site.peakUse, lang, 0) },
          {
            term: t('reach'),
            value: t('reachText', { villages: site.villages, people: figure(site.population, lang) }),
          },
        ]}
      />
      <SmallTable label={t('guns')} head={[t('module'), ...plan.years.map(numeric)]}>
        <tbody>
          {site.modules.map((m) => (
            <YearRow key={m.moduleType} name={`${m.powerKw} kW ${m.current}`} values={m.gunsByYear} />
          ))}
        </tbody>
      </SmallTable>
      <h3>{t('whySize')}</h3>
      <p className="sentence">{pick(site.reasonSize)}</p>
      <h3>{t('whyYear')}</h3>
      <p className="sentence">{pick(site.reasonYear)}</p>
      <h3>
        {t('stationsHere')} ({here.length})
      </h3>
      <ul className="plain">
        {here.map((s) => (
          <li key={s.id}>
            <Link to={`/stations/${encodeURIComponent(s.id)}`}>{pick(s.name)}</Link>{' '}
            <State showing={stationShowing(s)} />{' '}
            <span className="dim small">
              <Age atMs={s.lastSeenMs} origin={s.origin} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
