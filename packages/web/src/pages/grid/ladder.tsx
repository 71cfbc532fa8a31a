import type { GridVillageStudy } from '@qipan/server/contract';
import { money, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { DataTable } from '../../parts/data-table.js';

type Rung = GridVillageStudy['ladder'][number];

/** What helps, in the order of what one more car costs; what gains nothing stands last and says so. */
export function Ladder({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const measure = (r: Rung): string => {
    if (r.kind === 'rule') return t('measureRule', { rule: t(r.rule ?? 'onArrival') });
    if (r.kind === 'tap') return t('measureTap');
    if (r.kind === 'conductor') return t('measureConductor');
    return t('measureTransformer', { kva: r.ratedKva ?? unknownText });
  };
  return (
    <div className="card">
      <h2>{t('ladder')}</h2>
      <p className="dim">{t('ladderHint')}</p>
      <DataTable
        caption={t('ladder')}
        isTitled
        rows={study.ladder.map((r, k) => ({ ...r, k }))}
        rowKey={(r) => String(r.k)}
        columns={[
          { key: 'measure', title: t('measure'), value: measure },
          { key: 'cars', title: t('cars'), numeric: true, value: (r) => r.cars },
          {
            key: 'gained',
            title: t('gained'),
            numeric: true,
            value: (r) => r.gained,
            show: (r) => (r.gained > 0 ? `+${r.gained}` : <span className="dim">{t('gainsNothing')}</span>),
          },
          {
            key: 'cost',
            title: t('cost'),
            numeric: true,
            value: (r) => r.cost,
            show: (r) => money(r.cost, 'CNY', lang),
          },
          {
            key: 'each',
            title: t('costPerCar'),
            numeric: true,
            value: (r) => r.costPerCar,
            show: (r) => <b>{money(r.costPerCar, 'CNY', lang)}</b>,
          },
          {
            key: 'lead',
            title: t('leadTime'),
            numeric: true,
            value: (r) => r.leadTimeDays,
            show: (r) => t('days', { n: r.leadTimeDays }),
          },
        ]}
      />
    </div>
  );
}
