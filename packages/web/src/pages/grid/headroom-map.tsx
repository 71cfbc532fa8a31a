import type { BoardView, GridTransformerRow, GridView, RuleName } from '@qipan/server/contract';
import { useMemo } from 'react';
import { part } from '../../api.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { address } from '../../router.js';
import { classWords, figureOf, headroomClass } from './rule-words.js';

type Ring = readonly (readonly [number, number])[];

const width = 900;
const height = 560;
const room = 14;

/** Rings of every polygon of an outline, whatever stands around them. */
function ringsOf(outline: unknown): Ring[] {
  const rings: Ring[] = [];
  const visit = (value: unknown) => {
    if (!Array.isArray(value)) return;
    if (Array.isArray(value[0]) && typeof (value[0] as unknown[])[0] === 'number') rings.push(value as unknown as Ring);
    else value.forEach(visit);
  };
  const features = (outline as { features?: readonly { geometry?: { coordinates?: unknown } | null }[] } | null)
    ?.features;
  for (const f of features ?? []) visit(f.geometry?.coordinates);
  return rings;
}

/** Longitude and latitude to the plane, true at the middle of the county, fitted into the frame. */
function projection(points: readonly (readonly [number, number])[]) {
  const lons = points.map((p) => p[0]);
  const lats = points.map((p) => p[1]);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const narrow = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const span = { x: Math.max(1e-6, (east - west) * narrow), y: Math.max(1e-6, north - south) };
  const scale = Math.min((width - 2 * room) / span.x, (height - 2 * room) / span.y);
  const left = (width - span.x * scale) / 2;
  const top = (height - span.y * scale) / 2;
  return (lon: number, lat: number) => [left + (lon - west) * narrow * scale, top + (north - lat) * scale] as const;
}

interface HeadroomMapProps {
  readonly board: BoardView;
  readonly grid: GridView;
  readonly rule: RuleName;
}

/** Transformers on the county, coloured by cars a household; hatched where only the ledger was asked. */
export function HeadroomMap({ board, grid, rule }: HeadroomMapProps) {
  const { t } = useWords(gridWords);
  const placed = grid.transformers.filter((x) => x.lon !== null && x.lat !== null);
  const drawn = useMemo(() => {
    const rings = ringsOf(board.outline);
    const points = [...rings.flat(), ...placed.map((x) => [x.lon as number, x.lat as number] as const)];
    return points.length === 0 ? null : { rings, at: projection(points) };
  }, [board, placed]);
  if (drawn === null) return null;
  return (
    <figure className="headroom-map">
      <svg viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t('mapLabel')}>
        <defs>
          {[0, 1, 2, 3].map((k) => (
            <pattern
              key={k}
              id={`hatch-${k}`}
              width="4"
              height="4"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="4" height="4" className="hatch-ground" />
              <rect width="2" height="4" className={`head-${k}`} />
            </pattern>
          ))}
        </defs>
        {drawn.rings.map((ring, k) => (
          <polyline key={k} className="outline" points={ring.map(([x, y]) => drawn.at(x, y).join(',')).join(' ')} />
        ))}
        {placed.map((x) => (
          <Sign key={x.id} row={x} rule={rule} at={drawn.at(x.lon as number, x.lat as number)} />
        ))}
      </svg>
      <figcaption>
        <ul className="head-legend">
          <li className="dim">{t('carsPerHousehold')}</li>
          {classWords.map((words, k) => (
            <li key={words}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="8" cy="8" r="6" className={`head-${k}`} />
              </svg>
              {words}
            </li>
          ))}
          <li>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="6" fill="url(#hatch-2)" className="ring head-ring-2" />
            </svg>
            {t('legendHollow')}
          </li>
          <li className="dim">{t('legendFull')}</li>
        </ul>
        {placed.length < grid.transformers.length && (
          <p className="dim small">{t('unplaced', { n: grid.transformers.length - placed.length })}</p>
        )}
      </figcaption>
    </figure>
  );
}

function Sign({
  row,
  rule,
  at,
}: {
  readonly row: GridTransformerRow;
  readonly rule: RuleName;
  readonly at: readonly [number, number];
}) {
  const { t } = useWords(gridWords);
  const figure = figureOf(row.figures, rule);
  const k = headroomClass(figure, row.customers);
  const r = 3 + Math.sqrt(row.ratedKva) / 5;
  const words = `${row.name ?? row.id} · ${row.ratedKva} kVA · ${row.level} · ${figure === null ? t('noFigure') : `${t('cars')} ${figure.cars}`}`;
  const isEstimate = row.from === 'estimate';
  return (
    // The table below is the way by keyboard: three hundred stops on the way through a page help nobody.
    <a href={address(`/grid/${part(row.id)}`)} tabIndex={-1} aria-hidden="true">
      <circle
        cx={at[0]}
        cy={at[1]}
        r={r}
        className={k === null ? 'head-none' : isEstimate ? `ring head-ring-${k}` : `head-${k}`}
        {...(k !== null && isEstimate ? { fill: `url(#hatch-${k})` } : {})}
      >
        <title>{words}</title>
      </circle>
    </a>
  );
}
