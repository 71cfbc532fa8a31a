import type { NetworkView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { figure } from '../../../format.js';
import { networkWords } from '../../../i18n/cluster-network.js';
import { useWords } from '../../../i18n/language.js';
import { sectorColour } from '../sector-colours.js';
import { useTheme } from '../../../parts/theme.js';
import { layout } from './layout.js';

const width = 1100;
const margin = 40;

interface Props {
  readonly view: NetworkView;
  readonly chosen: number | null;
  readonly onChoose: (node: number | null) => void;
}

/** The network as a picture; names stand at the largest industries and at the chosen one with its neighbours. */
export function Drawing({ view, chosen, onChoose }: Props) {
  const { t, pick, lang } = useWords(networkWords);
  const theme = useTheme();
  const { nodes, links } = view;
  const points = useMemo(() => layout(nodes.length, links), [nodes.length, links]);
  const height = 2 * margin + Math.max(...points.map((p) => p.y)) * (width - 2 * margin);
  const at = (i: number) => {
    const p = points[i] ?? { x: 0, y: 0 };
    return { x: margin + p.x * (width - 2 * margin), y: margin + p.y * (width - 2 * margin) };
  };
  const most = Math.max(...nodes.map((n) => n.total));
  const radius = (total: number) => 4 + 16 * Math.sqrt(total / most);
  const sectors = [...new Set(nodes.map((n) => n.parent ?? ''))];
  const largest = new Set([...nodes.keys()].sort((a, b) => total(nodes, b) - total(nodes, a)).slice(0, 16));
  const near = new Set(
    links.flatMap((l) => (chosen === null ? [] : l.a === chosen ? [l.b] : l.b === chosen ? [l.a] : [])),
  );
  const isNamed = (i: number) => (chosen === null ? largest.has(i) : i === chosen || near.has(i));
  const label = (i: number) => {
    const n = nodes[i];
    return n === undefined ? '' : `${n.code} ${pick(n.name)}, ${figure(n.total, lang)}`;
  };
  return (
    <svg viewBox={`0 0 ${width} ${Math.ceil(height)}`} role="group" aria-label={t('drawing', { n: nodes.length })}>
      {links.map(({ a, b, isTree, proximity }) => {
        const [p, q] = [at(a), at(b)];
        const isOwn = chosen !== null && (a === chosen || b === chosen);
        return (
          <line
            key={`${a} ${b}`}
            className={isTree || isOwn ? 'link tree' : 'link'}
            x1={p.x}
            y1={p.y}
            x2={q.x}
            y2={q.y}
            strokeWidth={(isOwn ? 3 : 1.6) * proximity + 0.3}
          />
        );
      })}
      {nodes.map((n, i) => (
        <circle
          key={n.code}
          className={`node${n.isPresent === null ? '' : n.isPresent ? ' present' : ' absent'}${i === chosen ? ' chosen' : ''}`}
          cx={at(i).x}
          cy={at(i).y}
          r={radius(n.total)}
          fill={sectorColour(sectors.indexOf(n.parent ?? ''), theme)}
          role="button"
          tabIndex={0}
          aria-pressed={i === chosen}
          aria-label={label(i)}
          onClick={() => onChoose(i === chosen ? null : i)}
          onKeyDown={(e) => {
            if (e.key !== 'Enter' && e.key !== ' ') return;
            e.preventDefault();
            onChoose(i === chosen ? null : i);
          }}
        >
          <title>{label(i)}</title>
        </circle>
      ))}
      {nodes.map((n, i) =>
        isNamed(i) ? (
          <text key={n.code} x={at(i).x} y={at(i).y - radius(n.total) - 3} textAnchor="middle">
            {shortName(pick(n.name))}
          </text>
        ) : null,
      )}
    </svg>
  );
}

const total = (nodes: NetworkView['nodes'], i: number) => nodes[i]?.total ?? 0;
const shortName = (name: string) => (name.length > 26 ? `${name.slice(0, 25)}…` : name);
