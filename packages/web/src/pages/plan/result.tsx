import type { PlanSiteView, PlanView } from '@qipan/server/contract';
import { figure, money, percent, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { constraintText } from '../../i18n/constraints.js';
import { planWords } from '../../i18n/plan.js';
import { boardWords } from '../../i18n/board.js';
import { Level } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';
import { SmallTable, numeric } from '../../parts/small-table.js';
import { Link } from '../../router.js';
import { CostByYear } from './cost-by-year.js';

/** Everything a finished plan says, from the cost of each year to the reasons of each site. */
export function Result({ plan }: { readonly plan: PlanView }) {
  return (
    <>
      <CostByYear plan={plan} />
      <div className="columns">
        <Terms plan={plan} />
        <Slacks plan={plan} />
      </div>
      <Sites plan={plan} />
      <Origin plan={plan} />
    </>
  );
}

function Terms({ plan }: { readonly plan: PlanView }) {
  const { t, pick, lang } = useWords(planWords);
  const total = plan.objectiveTerms.reduce((sum, x) => sum + x.amount, 0);
  return (
    <div className="card">
      <SmallTable label={t('terms')} head={[t('term'), numeric(`${t('amount')} (${plan.unit})`), numeric(t('share'))]}>
        <tbody>
          {plan.objectiveTerms.map((x) => (
            <tr key={x.name}>
              <td>{pick(x.label)}</td>
              <td className="numeric">{figure(x.amount, lang)}</td>
              <td className="numeric">{percent(total === 0 ? null : x.amount / total, lang)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            <td className="numeric">{figure(total, lang)}</td>
            <td />
          </tr>
        </tfoot>
      </SmallTable>
    </div>
  );
}

function Slacks({ plan }: { readonly plan: PlanView }) {
  const { t, lang } = useWords(planWords);
  const columns: Column<PlanView['slacks'][number]>[] = [
    { key: 'rule', title: t('rule'), value: (s) => constraintText(s.constraint, lang) },
    { key: 'where', title: t('where'), value: (s) => s.where },
    { key: 'year', title: t('year'), numeric: true, value: (s) => s.year },
    {
      key: 'amount',
      title: t('shortfall'),
      numeric: true,
      value: (s) => s.amount,
      show: (s) => figure(s.amount, lang, 1),
    },
    {
      key: 'cost',
      title: t('cost'),
      numeric: true,
      value: (s) => s.cost,
      show: (s) => money(s.cost, plan.currency, lang),
    },
  ];
  return (
    <div className="card">
      <DataTable
        caption={t('slacks')}
        rows={plan.slacks}
        columns={columns}
        rowKey={(s) => `${s.constraint}/${s.where}/${s.year}`}
        pageSize={12}
        empty={t('noSlacks')}
      />
    </div>
  );
}

function useSiteColumns(plan: PlanView): readonly Column<PlanSiteView>[] {
  const { t, pick, lang } = useWords(planWords);
  const guns = (s: PlanSiteView) => s.modules.reduce((sum, m) => sum + (m.gunsByYear.at(-1) ?? 0), 0);
  return [
    {
      key: 'name',
      title: t('site'),
      value: (s) => s.name,
      show: (s) => (
        <Link to="/" query={{ run: plan.runId, site: s.id }}>
          {s.name}
        </Link>
      ),
    },
    {
      key: 'opens',
      title: t('opens'),
      numeric: true,
      value: (s) => s.openYear,
      show: (s) => (s.existing ? t('existing') : s.openYear),
    },
    {
      key: 'power',
      title: t('powerKw'),
      numeric: true,
      value: (s) => s.powerKwByYear.at(-1) ?? null,
      show: (s) => figure(s.powerKwByYear.at(-1), lang),
    },
    { key: 'guns', title: t('guns'), numeric: true, value: guns },
    {
      key: 'capex',
      title: t('capex'),
      numeric: true,
      value: (s) => s.capex,
      show: (s) => money(s.capex, plan.currency, lang),
    },
    {
      key: 'energy',
      title: t('energyDay'),
      numeric: true,
      value: (s) => s.energyKwhPerDay,
      show: (s) => figure(s.energyKwhPerDay, lang),
    },
    {
      key: 'peak',
      title: t('peakUse'),
      numeric: true,
      value: (s) => s.peakUse,
      show: (s) => percent(s.peakUse, lang, 0),
    },
    { key: 'villages', title: t('villages'), numeric: true, value: (s) => s.villages },
    {
      key: 'population',
      title: t('population'),
      numeric: true,
      value: (s) => s.population,
      show: (s) => figure(s.population, lang),
    },
    {
      key: 'why',
      title: t('why'),
      fixed: true,
      value: (s) => `${pick(s.reasonSize)} ${pick(s.reasonYear)}`,
      show: (s) => (
        <details className="reason">
          <summary>{t('whySizeAndYear')}</summary>
          <p>{pick(s.reasonSize)}</p>
          <p>{pick(s.reasonYear)}</p>
        </details>
      ),
    },
  ];
}

function Sites({ plan }: { readonly plan: PlanView }) {
  const { t } = useWords(planWords);
  const columns = useSiteColumns(plan);
  return (
    <div className="card">
      <h2>
        {t('siteTable')} ({plan.years.at(-1)})
      </h2>
      <DataTable
        caption={t('siteTable')}
        rows={plan.sites}
        columns={columns}
        rowKey={(s) => s.id}
        sort={{ key: 'opens' }}
        pageSize={40}
        searchable
        isTitled
      />
    </div>
  );
}

function Origin({ plan }: { readonly plan: PlanView }) {
  const { t, pick } = useWords({ ...boardWords, ...planWords });
  const { provenance, travel } = plan;
  const method =
    travel.method === 'crowFly'
      ? t('methodCrow', { factor: travel.factor ?? unknownText, speed: travel.speedKmh ?? unknownText })
      : t('methodRoad');
  return (
    <div className="card">
      <h2>{t('provenance')}</h2>
      <Facts
        facts={[
          { term: t('dataLevel'), value: <Level level={provenance.dataLevel} /> },
          { term: t('seed'), value: provenance.seed },
          { term: t('version'), value: provenance.version },
          { term: t('board'), value: <code>{provenance.board.slice(0, 16)}</code> },
        ]}
      />
      <p>{method}</p>
      {provenance.warnings.length > 0 && (
        <>
          <h3>{t('warnings')}</h3>
          <ul className="notes">
            {provenance.warnings.map((w) => (
              <li key={w.en}>{pick(w)}</li>
            ))}
          </ul>
        </>
      )}
      {provenance.sources.length > 0 && (
        <>
          <h3>{t('source')}</h3>
          <ul className="notes">
            {provenance.sources.map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
