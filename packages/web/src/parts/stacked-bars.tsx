import { Fragment } from 'react';
import { useWidth } from './width.js';

export interface BarSeries {
  readonly key: string;
  readonly label: string;
  /** CSS class that gives the fill. */
  readonly className: string;
  readonly values: readonly number[];
}

export interface StackedBarsProps {
  readonly label: string;
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
  /** A line a bar must stay below, such as a budget; null draws none there. */
  readonly limit?: { readonly label: string; readonly values: readonly (number | null)[] };
  readonly yText: (y: number) => string;
}

const widest = 640;
const height = 230;
const margin = { left: 92, right: 8, top: 10, bottom: 26 };

/** Round steps of 1, 2 or 5 that cover 0…most in about four. */
export function niceTicks(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw) ?? 10) * power;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** Bars of non-negative parts on top of each other, one a category, as SVG in the page's own colours. */
export function StackedBars({ label, categories, series, limit, yText }: StackedBarsProps) {
  const [figure, available] = useWidth<HTMLElement>(widest);
  const width = Math.min(widest, available);
  const totals = categories.map((_, i) => series.reduce((sum, s) => sum + Math.max(0, s.values[i] ?? 0), 0));
  const limits = (limit?.values ?? []).flatMap((v) => (v === null ? [] : [v]));
  const ticks = niceTicks(Math.max(...totals, ...limits, 0));
  const top = ticks.at(-1) as number;
  const y = (v: number) => margin.top + (height - margin.top - margin.bottom) * (1 - v / top);
  const slot = (width - margin.left - margin.right) / Math.max(1, categories.length);
  const bar = Math.min(64, slot * 0.62);
  return (
    <figure className="bars" ref={figure}>
      <svg width={width} height={height} role="img" aria-label={label}>
        {ticks.map((v) => (
          <Fragment key={v}>
            <line className="grid" x1={margin.left} x2={width - margin.right} y1={y(v)} y2={y(v)} />
            <text className="tick" x={margin.left - 8} y={y(v) + 4} textAnchor="end">
              {yText(v)}
            </text>
          </Fragment>
        ))}
        {categories.map((name, i) => {
          const x = margin.left + slot * i + (slot - bar) / 2;
          let base = 0;
          const most = limit?.values[i] ?? null;
          return (
            <Fragment key={name}>
              {series.map((s) => {
                const v = Math.max(0, s.values[i] ?? 0);
                base += v;
                return (
                  <rect
                    key={s.key}
                    className={s.className}
                    x={x}
                    width={bar}
                    y={y(base)}
                    height={y(base - v) - y(base)}
                  >
                    <title>{`${name} ${s.label}: ${yText(v)}`}</title>
                  </rect>
                );
              })}
              {most !== null && <line className="limit" x1={x - 6} x2={x + bar + 6} y1={y(most)} y2={y(most)} />}
              <text className="tick" x={x + bar / 2} y={height - 8} textAnchor="middle">
                {name}
              </text>
            </Fragment>
          );
        })}
      </svg>
      <figcaption className="keys">
        {series.map((s) => (
          <span key={s.key}>
            <i className={s.className} aria-hidden="true" />
            {s.label}
          </span>
        ))}
        {limit !== undefined && limits.length > 0 && (
          <span>
            <i className="limit" aria-hidden="true" />
            {limit.label}
          </span>
        )}
      </figcaption>
    </figure>
  );
}
