import type { ChessView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { countMoves } from './count-moves.js';

const width = 460;
const margin = 16;

interface Props {
  readonly view: ChessView;
  readonly chosen: number;
  readonly onChoose: (region: number) => void;
}

/** Regions where they lie, by how many industries they focus on. Without positions nothing is drawn: the table has it all. */
export function RegionMap({ view, chosen, onChoose }: Props) {
  const { t, pick } = useWords(chessWords);
  const counts = useMemo(() => countMoves(view), [view]);
  const placed = view.regions.flatMap((r, k) => (r.lon === null || r.lat === null ? [] : [{ k, x: r.lon, y: r.lat }]));
  if (placed.length === 0) return null;
  const [xs, ys] = [placed.map((p) => p.x), placed.map((p) => p.y)];
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const stretch = Math.cos((((low + high) / 2) * Math.PI) / 180);
  const scale = (width - 2 * margin) / Math.max(1e-9, (right - left) * stretch);
  const height = 2 * margin + (high - low) * scale;
  return (
    <figure className="chess-map">
      <figcaption>
        {t('mapTitle')} <span className="dim small">{t('mapHint')}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${Math.ceil(height)}`} role="group" aria-label={t('mapTitle')}>
        {placed.map(({ k, x, y }) => {
          const [f, a] = [counts.focus[k] ?? 0, counts.abstain[k] ?? 0];
          const region = view.regions[k];
          const label = region ? `${pick(region.name)}: ${t('focus')} ${f}, ${t('abstain')} ${a}` : '';
          return (
            <circle
              key={k}
              cx={margin + (x - left) * stretch * scale}
              cy={margin + (high - y) * scale}
              r={2.5 + 2.2 * Math.sqrt(f)}
              className={k === chosen ? 'region chosen' : 'region'}
              role="button"
              tabIndex={0}
              aria-label={label}
              aria-pressed={k === chosen}
              onClick={() => onChoose(k)}
              onKeyDown={(e) => {
                if (e.key !== 'Enter' && e.key !== ' ') return;
                e.preventDefault();
                onChoose(k);
              }}
            >
              <title>{label}</title>
            </circle>
          );
        })}
      </svg>
    </figure>
  );
}
