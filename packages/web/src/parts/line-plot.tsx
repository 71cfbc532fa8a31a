import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { axisTimes, dateTime } from '../format.js';
import { useTheme } from './theme.js';

export interface Line {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Name of a colour of the page, such as `--accent`. */
  readonly colour: string;
  readonly isStepped?: boolean;
  readonly isFilled?: boolean;
}

export interface LinePlotProps {
  /** What the plot shows, for those who cannot see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** True when x is a time in ms, false when it is a plain number. */
  readonly isTime: boolean;
  readonly xName: string;
  readonly xText?: (x: number) => string;
  readonly yText: (y: number) => string;
  readonly height?: number;
  readonly fromZero?: boolean;
  /** What lies above is cut off. */
  readonly yTop?: number;
}

function optionsOf(props: LinePlotProps, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--ink-2'),
    grid: { stroke: colour('--line-2'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  };
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const xText = props.xText;
  return {
    width,
    height: props.height ?? 220,
    ms: 1,
    scales: {
      x: { time: props.isTime },
      y: {
        range: (_u, lo, hi) =>
          yRange(lo, props.yTop === undefined || hi === null ? hi : Math.min(hi, props.yTop), props.fromZero === true),
      },
    },
    axes: [
      // A time of day with seconds is wider than the room that uPlot gives a mark.
      { ...axis, font, ...(props.isTime ? { space: 78 } : {}), values: (_u, xs) => xs.map(xText ?? axisTimes(xs)) },
      { ...axis, font, size: (_u, values) => labelRoom(values ?? []), values: (_u, ys) => ys.map(props.yText) },
    ],
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    series: [
      {
        label: props.xName,
        value: (_u, x: number | null) => (x === null ? '—' : (xText ?? ((ms) => dateTime(ms, 'en')))(x)),
      },
      ...props.lines.map((line): uPlot.Series => {
        const stepped = line.isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
        return {
          label: line.label,
          stroke: colour(line.colour),
          width: 1.75,
          points: { size: 4 },
          value: (_u, y) => (y === null || y === undefined ? '—' : props.yText(y)),
          ...(line.isFilled ? { fill: `color-mix(in srgb, ${colour(line.colour)} 14%, transparent)` } : {}),
          ...(stepped === undefined ? {} : { paths: stepped }),
        };
      }),
    ],
  };
}

/** Pixels beside an axis that its longest label needs; Chinese letters are twice as wide. */
function labelRoom(labels: readonly string[]): number {
  const wide = (text: string) => Array.from(text).reduce((sum, c) => sum + (c > '\u2e80' ? 12 : 7), 0);
  return 18 + Math.max(24, ...labels.map(wide));
}

function yRange(lo: number | null, hi: number | null, fromZero: boolean): [number, number] {
  if (lo === null || hi === null || !Number.isFinite(lo) || !Number.isFinite(hi)) return [0, 1];
  const low = fromZero ? Math.min(0, lo) : lo;
  const room = (hi - low || Math.abs(hi) || 1) * 0.06;
  return [fromZero && low === 0 ? 0 : low - room, hi + room];
}

function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  const tables = lines.map((l): uPlot.AlignedData => [[...l.x], [...l.y]]);
  // Mode 2 lets a gap of one line reach over the moments that only the other lines have.
  const modes = tables.map((): uPlot.JoinNullMode[] => [1, 2]);
  return tables.length === 0 ? [[]] : uPlot.join(tables, modes);
}

/** Lines over time or another number; redrawn from its data whenever they change. */
export function LinePlot(props: LinePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useTheme();
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const shape = props.lines.map((l) => `${l.label}/${l.colour}`).join('|');
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf(latest.current, element.clientWidth || 600),
      dataOf(latest.current.lines),
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: latest.current.height ?? 220 }),
    );
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, theme, props.isTime, props.label]);
  useEffect(() => {
    plot.current?.setData(dataOf(props.lines));
  }, [props.lines]);
  return <div ref={box} className="line-plot" role="img" aria-label={props.label} />;
}
