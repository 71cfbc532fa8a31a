import * as Plot from '@observablehq/plot';
import { useEffect } from 'react';
import { useTheme } from './theme.js';
import { useWidth } from './width.js';

export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface IntervalPlotProps {
  /** What the plot shows, for those who cannot see it; a table behind it holds the same. */
  readonly label: string;
  readonly axis: string;
  readonly rows: readonly IntervalRow[];
}

const rowHeight = 22;
const margin = { left: 190, right: 24, top: 8, bottom: 38 };
const shortened = (name: string) => (name.length > 26 ? `${name.slice(0, 25)}…` : name);

/** Figures as points with their intervals on a logarithmic axis, a line at 1. */
export function IntervalPlot({ label, axis, rows }: IntervalPlotProps) {
  const [figure, width] = useWidth<HTMLElement>(640);
  const theme = useTheme();
  useEffect(() => {
    const element = figure.current;
    if (element === null) return undefined;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const shown = rows.filter((r) => r.value > 0);
    const least = Math.min(0.5, ...shown.map((r) => r.lower ?? r.value).filter((x) => x > 0));
    const drawing = Plot.plot({
      width,
      height: margin.top + margin.bottom + rowHeight * shown.length,
      marginLeft: margin.left,
      marginRight: margin.right,
      marginTop: margin.top,
      marginBottom: margin.bottom,
      style: { background: 'none', color: colour('--ink-2'), fontSize: '12px' },
      x: { type: 'log', label: axis, grid: true, tickFormat: '~g' },
      y: { label: null, domain: shown.map((r) => r.name), tickFormat: shortened, tickSize: 0 },
      marks: [
        Plot.ruleX([1], { stroke: colour('--ink-3'), strokeDasharray: '4 3' }),
        Plot.ruleY(
          shown.filter((r) => r.lower !== null && r.upper !== null),
          {
            y: 'name',
            x1: (r: IntervalRow) => Math.max(r.lower ?? 0, least),
            x2: 'upper',
            stroke: colour('--accent'),
            strokeWidth: 2,
          },
        ),
        Plot.dot(shown, { y: 'name', x: 'value', r: 4, fill: colour('--accent') }),
      ],
    });
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', label);
    element.replaceChildren(drawing);
    return () => drawing.remove();
  }, [figure, width, theme, label, axis, rows]);
  return <figure className="intervals" ref={figure} />;
}
