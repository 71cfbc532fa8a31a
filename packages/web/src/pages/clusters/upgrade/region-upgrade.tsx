import type { RegionUpgradeView, StarCell, UpgradePathView } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Link } from '../../../router.js';
import { ForecastFailure } from '../backtest/failure.js';
import { VerdictCard } from '../backtest/page.js';
import { RegionIndices } from './region-indices.js';
import '../../../style/clusters.css';
import '../../../style/cluster-rules.css';

/** Stars, firms by rung and ways up of one region; to be mounted on any page that knows a panel and a region. */
export function RegionUpgrade({ dataset, region }: { readonly dataset: string; readonly region: string }) {
  const { t } = useWords(forecastWords);
  const path = `/clusters/upgrade?${new URLSearchParams({ dataset, region }).toString()}`;
  const answer = useGet<RegionUpgradeView>(path, { staleMs: 3_600_000 });
  if (answer.data) return <Upgrade view={answer.data} />;
  if (answer.error) return <ForecastFailure error={answer.error} retry={() => void answer.refetch()} />;
  return (
    <p className="waiting" role="status">
      {t('computing')}
    </p>
  );
}

function Upgrade({ view }: { readonly view: RegionUpgradeView }) {
  const { t, lang, pick } = useWords(forecastWords);
  const { topShare, quotient, floor } = view.starRule;
  return (
    <div className="stack-wide" data-testid="region-upgrade">
      <h2>{t('stars')}</h2>
      <p className="dim small">
        {t('starsHint', { top: percent(topShare, lang, 0), lq: quotient, floor: figure(floor, lang) })}
      </p>
      <Stars rows={view.stars} />
      <h2>{t('echelon')}</h2>
      {view.echelon ? <Echelon echelon={view.echelon} /> : <p className="empty">{t('noFirms')}</p>}
      <RegionIndices dataset={view.dataset} region={view.region.code} />
      <h2>{t('paths')}</h2>
      <h3>{t('worth')}</h3>
      <VerdictCard view={view} />
      <p className="small">
        <Link to="/clusters/backtest" query={{ dataset: view.dataset }}>
          {t('toBacktest')}
        </Link>
      </p>
      <p className="dim small">{t('pathsHint')}</p>
      {view.noPaths ? <p className="notice">{pick(view.noPaths)}</p> : <Paths rows={view.paths} />}
    </div>
  );
}

function Stars({ rows }: { readonly rows: readonly StarCell[] }) {
  const { t, lang, pick } = useWords(forecastWords);
  const reasons = (s: StarCell) =>
    [s.size && t('size'), s.specialisation && t('specialisation'), s.focus && t('focus')]
      .filter((x) => x !== false)
      .join(lang === 'zh' ? '、' : ', ');
  return (
    <DataTable
      caption={t('stars')}
      isTitled
      rows={rows}
      rowKey={(s) => s.industry.code}
      pageSize={12}
      empty={t('noStars')}
      columns={[
        { key: 'industry', title: t('industry'), value: (s) => `${s.industry.code} ${pick(s.industry.name)}` },
        {
          key: 'stars',
          title: t('stars'),
          value: (s) => s.stars,
          show: (s) => (
            <span className="star-signs" role="img" aria-label={`${s.stars} / 3`}>
              {'★'.repeat(s.stars)}
              {'☆'.repeat(3 - s.stars)}
            </span>
          ),
        },
        { key: 'why', title: `${t('size')} · ${t('specialisation')} · ${t('focus')}`, value: reasons },
        { key: 'lq', title: t('lq'), value: (s) => s.lq, show: (s) => figure(s.lq, lang, 2), numeric: true },
        { key: 'value', title: t('value'), value: (s) => s.value, show: (s) => figure(s.value, lang), numeric: true },
      ]}
    />
  );
}

function Echelon({ echelon }: { readonly echelon: NonNullable<RegionUpgradeView['echelon']> }) {
  const { t, lang, pick } = useWords(forecastWords);
  const most = Math.max(1, ...echelon.levels.map((l) => l.firms));
  return (
    <table>
      <caption className="unseen">{t('echelon')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('rung')}</th>
          <th scope="col" className="numeric">
            {t('firmCount')}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {echelon.levels.map((l) => (
          <tr key={l.rung}>
            <th scope="row">{pick(l.name)}</th>
            <td className="numeric">{figure(l.firms, lang)}</td>
            <td className="echelon-bar" aria-hidden="true">
              <i style={{ width: `${(100 * l.firms) / most}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Paths({ rows }: { readonly rows: readonly UpgradePathView[] }) {
  const { t, lang, pick } = useWords(forecastWords);
  const steps = (p: UpgradePathView) =>
    p.steps.map((s) => `${pick(s.industry.name)} (${percent(s.probability, lang, 0)})`).join(' → ');
  return (
    <DataTable
      caption={t('paths')}
      isTitled
      rows={rows}
      rowKey={(p) => p.steps.at(-1)?.industry.code ?? ''}
      empty={t('noPath')}
      columns={[
        { key: 'from', title: t('from'), value: (p) => pick(p.from.name) },
        { key: 'steps', title: t('steps'), value: steps },
        {
          key: 'p',
          title: t('probability'),
          value: (p) => p.probability,
          show: (p) => percent(p.probability, lang),
          numeric: true,
        },
        {
          key: 'expected',
          title: t('expected'),
          value: (p) => p.expected,
          show: (p) => figure(p.expected, lang, 3),
          numeric: true,
        },
        { key: 'years', title: t('years'), value: (p) => p.years, numeric: true },
        {
          key: 'risk',
          title: t('jobsAtRisk'),
          value: (p) => p.jobsAtRisk,
          show: (p) => figure(p.jobsAtRisk, lang),
          numeric: true,
        },
        {
          key: 'gained',
          title: t('jobsGained'),
          value: (p) => p.jobsGained,
          show: (p) => figure(p.jobsGained, lang),
          numeric: true,
        },
      ]}
    />
  );
}
