import type { GridTransformerView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';

type Node = NonNullable<GridTransformerView['drawing']>[number];

const step = { x: 22, y: 26 };
const margin = { left: 46, top: 18, right: 16, bottom: 14 };

interface Placed {
  readonly x: number;
  readonly y: number;
}

/** The tree laid out from left to right: a chain stays in its row, each further branch opens a row of its own. */
export function layout(nodes: readonly Node[]): {
  readonly at: readonly Placed[];
  readonly rows: number;
  readonly deep: number;
} {
  const children = nodes.map((): number[] => []);
  nodes.forEach((n, i) => {
    if (n.parent >= 0) children[n.parent]?.push(i);
  });
  const depth = nodes.map(() => 1);
  for (let i = nodes.length - 1; i > 0; i--) {
    const p = nodes[i]?.parent ?? -1;
    if (p >= 0) depth[p] = Math.max(depth[p] ?? 1, 1 + (depth[i] ?? 1));
  }
  const at: { x: number; y: number }[] = nodes.map(() => ({ x: 0, y: 0 }));
  let rows = 0;
  const place = (i: number, x: number, y: number) => {
    at[i] = { x, y };
    // The longest way on goes straight, so that a trunk is one line.
    const on = [...(children[i] ?? [])].sort((a, b) => (depth[b] ?? 0) - (depth[a] ?? 0));
    on.forEach((c, k) => place(c, x + 1, k === 0 && i !== 0 ? y : rows++));
  };
  if (nodes.length > 0) place(0, 0, 0);
  return { at, rows: Math.max(1, rows), deep: depth[0] ?? 1 };
}

interface DrawingProps {
  readonly id: string;
  readonly nodes: readonly Node[];
  readonly weakest: string | null;
  readonly busiest: string | null;
}

/** Busbar at the left, feeders to the right; the weakest node and the busiest line stand out. */
export function Drawing({ id, nodes, weakest, busiest }: DrawingProps) {
  const { t } = useWords(gridWords);
  const { at, rows, deep } = useMemo(() => layout(nodes), [nodes]);
  const width = margin.left + deep * step.x + margin.right;
  const height = margin.top + rows * step.y + margin.bottom;
  const x = (p: Placed) => margin.left + p.x * step.x;
  const y = (p: Placed) => margin.top + p.y * step.y;
  const most = Math.max(...nodes.map((n) => n.customersKw), 1);
  const feeders = nodes.filter((n) => n.parent === 0).length;
  const label = t('drawingLabel', { nodes: nodes.length, feeders, id });
  return (
    <figure className="one-line">
      <div className="one-line-scroll" role="region" aria-label={label} tabIndex={0}>
        <svg width={width} height={height} role="img" aria-label={label}>
          <line
            className="busbar"
            x1={margin.left}
            x2={margin.left}
            y1={margin.top - 10}
            y2={height - margin.bottom - 4}
          />
          <g className="transformer" aria-hidden="true">
            <circle cx="14" cy={height / 2} r="9" />
            <circle cx="26" cy={height / 2} r="9" />
            <line x1="35" x2={margin.left} y1={height / 2} y2={height / 2} />
          </g>
          {nodes.map((n, i) => {
            const p = at[i] as Placed;
            const from = at[n.parent];
            if (n.parent < 0 || !from) return null;
            const isBusbar = n.parent === 0;
            const className = n.line !== null && n.line === busiest ? 'line busiest' : 'line';
            const d = isBusbar ? `M${margin.left} ${y(p)} H${x(p)}` : `M${x(from)} ${y(from)} V${y(p)} H${x(p)}`;
            return <path key={n.id} className={className} d={d} />;
          })}
          {nodes.map((n, i) => {
            const p = at[i] as Placed;
            if (i === 0) return null;
            const r = n.customersKw === 0 ? 1.6 : 2 + 3 * Math.sqrt(n.customersKw / most);
            return (
              <circle
                key={n.id}
                className={n.id === weakest ? 'node weakest' : 'node'}
                cx={x(p)}
                cy={y(p)}
                r={n.id === weakest ? r + 2 : r}
              >
                <title>{`${n.id}${n.customersKw > 0 ? ` · ${n.customersKw.toFixed(1)} kW` : ''}`}</title>
              </circle>
            );
          })}
        </svg>
      </div>
      <figcaption className="head-legend dim small">
        <span>
          <i className="key busbar-key" aria-hidden="true" /> {t('drawingBusbar')}
        </span>
        <span>
          <i className="key node-key" aria-hidden="true" /> {t('drawingLoad')}
        </span>
        {weakest !== null && (
          <span>
            <i className="key weakest-key" aria-hidden="true" /> {t('weakest')}: <code>{weakest}</code>
          </span>
        )}
        {busiest !== null && (
          <span>
            <i className="key busiest-key" aria-hidden="true" /> {t('busiest')}: <code>{busiest}</code>
          </span>
        )}
      </figcaption>
    </figure>
  );
}
