import type { RegionView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { figure } from '../../../format.js';
import { placeWords } from '../../../i18n/cluster-places.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { IntervalPlot } from '../../../parts/interval-plot.js';
import { IndustryLink, useInterval, useSureness } from '../places.js';

const plotted = 15;

/** The region's quotients, the largest as a plot with their intervals, all of them as a table. */
export function Advantages({ view, query }: { readonly view: RegionView; readonly query: URLSearchParams }) {
  const { t, pick, lang } = useWords(placeWords);
  const sureness = useSureness();
  const interval = useInterval();
  const rows = useMemo(
    () =>
      view.advantages
        .flatMap((a) =>
          a.lq === null ? [] : [{ name: pick(a.industry.name), value: a.lq, lower: a.lower, upper: a.upper }],
        )
        .sort((a, b) => b.value - a.value)
        .slice(0, plotted),
    [view, pick],
  );
  const number = (key: 'value' | 'lq' | 'density' | 'pci', digits: number) => ({
    key,
    title: t(key),
    value: (a: RegionView['advantages'][number]) => a[key],
    show: (a: RegionView['advantages'][number]) => figure(a[key], lang, digits),
    numeric: true,
  });
  return (
    <>
      <h2>{t('advantages')}</h2>
      <p className="lead">{t(view.hasIntervals ? 'advantagesLead' : 'noIntervals')}</p>
      <IntervalPlot label={t('plotAdvantages', { n: rows.length })} axis={t('lq')} rows={rows} />
      <DataTable
        caption={t('advantages')}
        isTitled
        rows={view.advantages}
        rowKey={(a) => a.industry.code}
        searchable
        pageSize={20}
        sort={{ key: 'lq', descending: true }}
        columns={[
          {
            key: 'industry',
            title: t('industry'),
            value: (a) => `${a.industry.code} ${pick(a.industry.name)}`,
            show: (a) => <IndustryLink of={a.industry} query={query} />,
          },
          number('value', 0),
          number('lq', 2),
          { key: 'interval', title: t('interval'), value: (a) => a.lower, show: interval, numeric: true },
          { key: 'sure', title: t('sure'), value: sureness },
          number('density', 3),
          number('pci', 2),
        ]}
      />
    </>
  );
}
