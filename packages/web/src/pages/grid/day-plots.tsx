import type { GridVillageStudy } from '@qipan/server/contract';
import { useMemo } from 'react';
import { figure, percent, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { DataTable } from '../../parts/data-table.js';
import { LinePlot, type Line } from '../../parts/line-plot.js';
import { clockOf, rules } from './rule-words.js';

type Day = GridVillageStudy['days'][number];

const steps = Array.from({ length: 96 }, (_, k) => k);

/** Where a series is highest or lowest: the value and its time of day. */
function extreme(
  values: readonly (number | null)[],
  isLow: boolean,
): { readonly value: number; readonly at: string } | null {
  let found: { value: number; at: string } | null = null;
  values.forEach((v, k) => {
    if (v === null) return;
    if (found === null || (isLow ? v < found.value : v > found.value)) found = { value: v, at: clockOf(k) };
  });
  return found;
}

/** Loading and voltage by hour of the design day, one line a way of charging, with the limits. */
export function DayPlots({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const plots = useMemo(() => {
    const linesOf = (pick: (d: Day) => readonly (number | null)[], limit: number): Line[] => [
      ...study.days.map((d) => ({
        label: t(d.rule),
        x: steps,
        y: pick(d),
        colour: rules.find((x) => x.name === d.rule)?.colour ?? '--accent',
      })),
      { label: t('limit'), x: [0, 95], y: [limit, limit], colour: '--bad' },
    ];
    return {
      loading: linesOf((d) => d.loading.bad, study.limits.transformerLoading),
      voltage: linesOf((d) => d.minPu.bad, study.limits.minPu),
    };
  }, [study, t]);
  const cars = study.days[0]?.cars ?? 0;
  return (
    <div className="card">
      <h2>{t('byHour', { n: cars })}</h2>
      <p className="dim">{t('byHourHint')}</p>
      <div className="columns">
        <div>
          <h3>{t('loading')}</h3>
          <LinePlot
            label={t('loading')}
            lines={plots.loading}
            isTime={false}
            xName={t('hour')}
            xText={clockOf}
            yText={(y) => percent(y, lang, 0)}
            fromZero
          />
        </div>
        <div>
          <h3>{t('lowest')}</h3>
          <LinePlot
            label={t('lowest')}
            lines={plots.voltage}
            isTime={false}
            xName={t('hour')}
            xText={clockOf}
            yText={(y) => figure(y, lang, 3)}
          />
        </div>
      </div>
      <Extremes days={study.days} />
    </div>
  );
}

/** What the plots show, as numbers. */
function Extremes({ days }: { readonly days: readonly Day[] }) {
  const { t, lang } = useWords(gridWords);
  const high = (d: Day) => extreme(d.loading.bad, false);
  const low = (d: Day) => extreme(d.minPu.bad, true);
  return (
    <DataTable
      caption={t('byHour', { n: days[0]?.cars ?? 0 })}
      isTitled
      rows={days}
      rowKey={(d) => d.rule}
      columns={[
        { key: 'rule', title: t('rule'), value: (d) => t(d.rule), fixed: true },
        {
          key: 'loading',
          title: t('peakLoading'),
          numeric: true,
          value: (d) => high(d)?.value ?? null,
          show: (d) => `${percent(high(d)?.value ?? null, lang, 0)} ${t('peakAt')} ${high(d)?.at ?? unknownText}`,
        },
        {
          key: 'voltage',
          title: t('leastVoltage'),
          numeric: true,
          value: (d) => low(d)?.value ?? null,
          show: (d) => `${figure(low(d)?.value ?? null, lang, 3)} ${t('peakAt')} ${low(d)?.at ?? unknownText}`,
        },
        { key: 'weakest', title: t('weakest'), value: (d) => d.weakest },
        {
          key: 'busiest',
          title: t('busiest'),
          value: (d) => d.busiest?.id ?? null,
          show: (d) => (d.busiest === null ? unknownText : `${d.busiest.id} · ${percent(d.busiest.loading, lang, 0)}`),
        },
      ]}
    />
  );
}
