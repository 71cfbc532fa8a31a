import type { RunView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { figure, money } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { planWords } from '../../i18n/plan.js';
import { LinePlot, type Line } from '../../parts/line-plot.js';

/** Incumbent and bound over the seconds of the run, as the solver reported them. */
export function Progress({ run, unit }: { readonly run: RunView; readonly unit: string }) {
  const { t, lang } = useWords(planWords);
  const lines = useMemo<Line[]>(() => {
    const startMs = run.startedAtMs ?? run.progress[0]?.atMs ?? 0;
    const seconds = (atMs: number) => (atMs - startMs) / 1000;
    const of = (pick: (p: RunView['progress'][number]) => number | null) => {
      const known = run.progress.filter((p) => pick(p) !== null);
      return { x: known.map((p) => seconds(p.atMs)), y: known.map(pick) };
    };
    return [
      { label: t('incumbent'), colour: '--accent', isStepped: true, ...of((p) => p.value) },
      { label: t('bound'), colour: '--warn', isStepped: true, ...of((p) => p.bound) },
    ];
  }, [run, t]);
  // The first plan is often many times dearer than the later ones: what matters is where value and bound meet.
  const yTop = 2 * Math.abs(run.value ?? Infinity);
  return (
    <div className="card">
      <h2>{t('progress')}</h2>
      {run.progress.length === 0 ? (
        <p className="dim">{t('noProgress')}</p>
      ) : (
        <LinePlot
          label={t('progress')}
          lines={lines}
          isTime={false}
          yTop={yTop}
          xName={t('time')}
          xText={(x) => `${figure(x, lang, x < 10 ? 1 : 0)} s`}
          yText={(y) => money(y, unit.replace(/\/.*/, ''), lang)}
        />
      )}
    </div>
  );
}
