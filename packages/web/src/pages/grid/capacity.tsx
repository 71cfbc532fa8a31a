import type { GridVillageStudy } from '@qipan/server/contract';
import { useMemo } from 'react';
import { figure, percent, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { DataTable } from '../../parts/data-table.js';
import { LinePlot, type Line } from '../../parts/line-plot.js';
import { limitingWord, rules } from './rule-words.js';

type Answer = GridVillageStudy['rules'][number];

/** Cars by way of charging, with the interval and what stops the next one by name. */
export function RulesTable({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const first = study.rules[0]?.cars ?? 0;
  const limitingText = (r: Answer) => {
    const [l] = r.limiting;
    if (!l || r.atLeast) return t('kindNone');
    const words = t(limitingWord(l.kind), { id: l.id });
    return l.share === null ? words : `${words} · ${t('shareOfDays', { share: percent(l.share, lang, 0) })}`;
  };
  return (
    <div className="card">
      <h2>{t('capacity')}</h2>
      <p className="dim">{study.level === 'L2' ? t('capacityHint', { draws: study.draws }) : t('estimateHint')}</p>
      <DataTable
        caption={t('capacity')}
        isTitled
        rows={study.rules}
        rowKey={(r) => r.rule}
        columns={[
          { key: 'rule', title: t('rule'), value: (r) => t(r.rule), fixed: true },
          {
            key: 'cars',
            title: t('cars'),
            numeric: true,
            value: (r) => r.cars,
            show: (r) => <b>{r.atLeast ? t('atLeast', { n: r.cars }) : r.cars}</b>,
          },
          {
            key: 'interval',
            title: study.level === 'L1' ? t('bracket') : t('interval'),
            numeric: true,
            value: (r) => r.interval?.[0] ?? null,
            show: (r) => (r.interval === null ? unknownText : `${r.interval[0]} – ${r.interval[1]}`),
          },
          {
            key: 'compared',
            title: t('compared'),
            numeric: true,
            value: (r) => r.cars,
            show: (r) => (first === 0 ? unknownText : `× ${figure(r.cars / first, lang, 2)}`),
          },
          { key: 'limiting', title: t('limiting'), value: limitingText },
        ]}
      />
      {study.warnings.length > 0 && (
        <p className="warn" role="note">
          {t('warning')}
        </p>
      )}
    </div>
  );
}

/** Risk over the number of cars, one line a way of charging, against the risk that is allowed. */
export function RiskCurves({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const lines = useMemo<Line[]>(() => {
    const most = Math.max(...study.rules.flatMap((r) => r.riskCurve.map((p) => p.cars)));
    return [
      ...study.rules.map((r) => ({
        label: t(r.rule),
        x: r.riskCurve.map((p) => p.cars),
        y: r.riskCurve.map((p) => p.risk),
        colour: rules.find((x) => x.name === r.rule)?.colour ?? '--accent',
      })),
      { label: t('allowed'), x: [0, most], y: [study.risk, study.risk], colour: '--bad' },
    ];
  }, [study, t]);
  return (
    <div className="card">
      <h2>{t('riskCurve')}</h2>
      <LinePlot
        label={t('riskCurve')}
        lines={lines}
        isTime={false}
        xName={t('cars')}
        xText={(x) => figure(x, lang)}
        yText={(y) => percent(y, lang, 0)}
        fromZero
      />
      <Points study={study} />
    </div>
  );
}

/** The same as numbers. */
function Points({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const rows = study.rules.flatMap((r) => r.riskCurve.map((p) => ({ ...p, rule: r.rule })));
  return (
    <details>
      <summary>{t('asTable')}</summary>
      <DataTable
        caption={t('riskCurve')}
        isTitled
        rows={rows}
        rowKey={(p) => `${p.rule} ${p.cars}`}
        columns={[
          { key: 'rule', title: t('rule'), value: (p) => t(p.rule) },
          { key: 'cars', title: t('cars'), numeric: true, value: (p) => p.cars },
          { key: 'risk', title: t('risk'), numeric: true, value: (p) => p.risk, show: (p) => percent(p.risk, lang) },
          {
            key: 'interval',
            title: t('interval'),
            numeric: true,
            value: (p) => p.low,
            show: (p) => `${percent(p.low, lang)} – ${percent(p.high, lang)}`,
          },
        ]}
      />
    </details>
  );
}

/** Demand a car by the size of the group: why many cars need less than their sockets add up to. */
export function Admd({ study }: { readonly study: GridVillageStudy }) {
  const { t, lang } = useWords(gridWords);
  const lines = useMemo<Line[]>(
    () =>
      // Without a transformer above them, cars under a live limit charge as they arrive.
      study.rules
        .filter((r) => r.rule !== 'dynamicLimit')
        .map((r) => ({
          label: t(r.rule),
          x: r.admd.map((p) => p.cars),
          y: r.admd.map((p) => p.kw),
          colour: rules.find((x) => x.name === r.rule)?.colour ?? '--accent',
        })),
    [study, t],
  );
  return (
    <div className="card">
      <h2>{t('admd')}</h2>
      <p className="dim">{t('admdHint')}</p>
      <LinePlot
        label={t('admd')}
        lines={lines}
        isTime={false}
        xName={t('groupSize')}
        xText={(x) => figure(x, lang)}
        yText={(y) => `${figure(y, lang, 1)} kW`}
        fromZero
      />
      <details>
        <summary>{t('asTable')}</summary>
        <DataTable
          caption={t('admd')}
          isTitled
          rows={study.rules[0]?.admd ?? []}
          rowKey={(p) => String(p.cars)}
          columns={[
            { key: 'cars', title: t('groupSize'), numeric: true, value: (p) => p.cars },
            ...study.rules
              .filter((r) => r.rule !== 'dynamicLimit')
              .map((r) => ({
                key: r.rule,
                title: t(r.rule),
                numeric: true,
                value: (p: { readonly cars: number }) => r.admd.find((q) => q.cars === p.cars)?.kw ?? null,
                show: (p: { readonly cars: number }) =>
                  figure(r.admd.find((q) => q.cars === p.cars)?.kw ?? null, lang, 2),
              })),
          ]}
        />
      </details>
    </div>
  );
}
