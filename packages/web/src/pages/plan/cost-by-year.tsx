import type { PlanView } from '@qipan/server/contract';
import { figure, money, percent } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { StackedBars } from '../../parts/stacked-bars.js';

type Year = PlanView['costByYear'][number];

/** Investment and operation of each year as bars, and the same with what it buys as a table. */
export function CostByYear({ plan }: { readonly plan: PlanView }) {
  const { t, lang } = useWords(planWords);
  const years = plan.costByYear;
  const amount = (x: number) => money(x, plan.currency, lang);
  const columns: Column<Year>[] = [
    { key: 'year', title: t('year'), value: (y) => y.year, show: (y) => y.year },
    { key: 'capex', title: t('capex'), numeric: true, value: (y) => y.capex, show: (y) => amount(y.capex) },
    { key: 'opex', title: t('opex'), numeric: true, value: (y) => y.opex, show: (y) => amount(y.opex) },
    {
      key: 'budget',
      title: t('budget'),
      numeric: true,
      value: (y) => y.budget,
      show: (y) => (y.budget === null ? <span className="dim">{t('noBudget')}</span> : amount(y.budget)),
    },
    { key: 'sites', title: t('sites'), numeric: true, value: (y) => y.sites },
    { key: 'guns', title: t('guns'), numeric: true, value: (y) => y.guns },
    { key: 'power', title: t('powerKw'), numeric: true, value: (y) => y.powerKw, show: (y) => figure(y.powerKw, lang) },
    {
      key: 'covered',
      title: t('coveredShare'),
      numeric: true,
      value: (y) => y.coveredShare,
      show: (y) => percent(y.coveredShare, lang),
    },
    {
      key: 'energy',
      title: t('energyDay'),
      numeric: true,
      value: (y) => y.energyKwhPerDay,
      show: (y) => figure(y.energyKwhPerDay, lang),
    },
    {
      key: 'served',
      title: t('servedShare'),
      numeric: true,
      value: (y) => y.servedShare,
      show: (y) => percent(y.servedShare, lang),
    },
  ];
  return (
    <div className="card cost-by-year">
      <h2>{t('costByYear')}</h2>
      <StackedBars
        label={t('costByYear')}
        categories={years.map((y) => String(y.year))}
        series={[
          { key: 'capex', label: t('capex'), className: 'one', values: years.map((y) => y.capex) },
          { key: 'opex', label: t('opex'), className: 'two', values: years.map((y) => y.opex) },
        ]}
        limit={{ label: t('budget'), values: years.map((y) => y.budget) }}
        yText={(x) => money(x, plan.currency, lang, 0)}
      />
      <DataTable caption={t('costByYear')} rows={years} columns={columns} rowKey={(y) => String(y.year)} isTitled />
    </div>
  );
}
