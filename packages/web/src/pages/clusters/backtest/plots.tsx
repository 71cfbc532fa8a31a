import type { ForecasterView } from '@qipan/server/contract';
import { figure, percent } from '../../../format.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { niceTicks } from '../../../parts/stacked-bars.js';
import { useWidth } from '../../../parts/width.js';

const widest = 720;
const rowHeight = 30;

/** AUC of each forecaster as a point with its interval; the line at 0.5 is what chance gives. The table below holds the same. */
export function AucPlot({ forecasters }: { readonly forecasters: readonly ForecasterView[] }) {
  const { t, lang, pick } = useWords(forecastWords);
  const [ref, available] = useWidth<HTMLElement>(widest);
  const width = Math.min(widest, available);
  const left = Math.min(230, width * 0.42);
  const known = forecasters.flatMap((f) => (f.auc ? [f.auc] : []));
  const low = Math.min(0.45, ...known.map((a) => a.lower)) - 0.02;
  const high = Math.max(0.75, ...known.map((a) => a.upper)) + 0.02;
  const x = (v: number) => left + ((v - low) / (high - low)) * (width - left - 56);
  const height = rowHeight * forecasters.length + 34;
  const ticks = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((v) => v > low && v < high);
  return (
    <figure className="interval-plot" ref={ref}>
      <svg width={width} height={height} role="img" aria-label={t('ranks')}>
        {ticks.map((v) => (
          <g key={v}>
            <line className={v === 0.5 ? 'chance' : 'grid'} x1={x(v)} x2={x(v)} y1={4} y2={height - 24} />
            <text className="tick" x={x(v)} y={height - 8} textAnchor="middle">
              {figure(v, lang, 1)}
            </text>
          </g>
        ))}
        {forecasters.map((f, k) => {
          const y = rowHeight * k + 20;
          return (
            <g key={f.name} className={f.name === 'model' ? 'own' : 'rule'}>
              <text x={left - 12} y={y + 4} textAnchor="end">
                {pick(f.words)}
              </text>
              {f.auc && (
                <>
                  <line className="span" x1={x(f.auc.lower)} x2={x(f.auc.upper)} y1={y} y2={y} />
                  <circle cx={x(f.auc.value)} cy={y} r={5} />
                  <text className="tick" x={x(f.auc.upper) + 8} y={y + 4}>
                    {figure(f.auc.value, lang, 3)}
                  </text>
                </>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** Forecast against outcome in bins of equal counts, with the interval of the outcome. */
export function CalibrationPlot({ bins }: { readonly bins: ForecasterView['calibration'] }) {
  const { t, lang } = useWords(forecastWords);
  const [ref, available] = useWidth<HTMLElement>(widest);
  const side = Math.min(340, available - 60);
  const ticks = niceTicks(Math.max(0.02, ...bins.map((b) => Math.max(b.forecast, b.upper))));
  const most = ticks.at(-1) as number;
  const at = (v: number) => (v / most) * side;
  return (
    <figure className="interval-plot" ref={ref}>
      <svg width={side + 84} height={side + 46} role="img" aria-label={t('calibration')}>
        <g transform="translate(56 8)">
          {ticks.map((v) => (
            <g key={v}>
              <line className="grid" x1={0} x2={side} y1={side - at(v)} y2={side - at(v)} />
              <text className="tick" x={-8} y={side - at(v) + 4} textAnchor="end">
                {percent(v, lang, most < 0.2 ? 1 : 0)}
              </text>
              <text className="tick" x={at(v)} y={side + 18} textAnchor="middle">
                {percent(v, lang, most < 0.2 ? 1 : 0)}
              </text>
            </g>
          ))}
          <line className="perfect" x1={0} y1={side} x2={side} y2={0} />
          <g className="own">
            {bins.map((b) => (
              <g key={b.forecast}>
                <line
                  className="span"
                  x1={at(b.forecast)}
                  x2={at(b.forecast)}
                  y1={side - at(b.lower)}
                  y2={side - at(b.upper)}
                />
                <circle cx={at(b.forecast)} cy={side - at(b.observed)} r={4} />
              </g>
            ))}
          </g>
          <text className="tick" x={side} y={side + 34} textAnchor="end">
            {t('forecast')} →
          </text>
          <text className="tick" x={4} y={8}>
            ↑ {t('observed')}
          </text>
        </g>
      </svg>
      <figcaption className="dim small">{t('perfect')}</figcaption>
    </figure>
  );
}
