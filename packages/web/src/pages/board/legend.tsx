import type { BoardView, PlanView } from '@qipan/server/contract';
import type { ReactNode } from 'react';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import { outlineFeatures, siteSize } from '../../map/features.js';
import { mapColours, yearColours } from '../../map/palette.js';
import { State } from '../../parts/badges.js';
import { useTheme } from '../../parts/theme.js';

export interface LegendProps {
  readonly board: BoardView;
  readonly plan: PlanView | null;
  readonly yearIndex: number;
}

function Sign({
  colour,
  never = false,
  hollow,
}: {
  readonly colour: string;
  readonly never?: boolean;
  readonly hollow: boolean;
}) {
  return (
    <svg className="sign" viewBox="0 0 16 16" aria-hidden="true">
      {never ? (
        <path d="M8 2.4 13.6 8 8 13.6 2.4 8Z" stroke={colour} fill={hollow ? 'none' : colour} strokeWidth="2.4" />
      ) : (
        <circle cx="8" cy="8" r="4.8" stroke={colour} fill={hollow ? 'none' : colour} strokeWidth="2.4" />
      )}
    </svg>
  );
}

/** What the signs on the map mean, drawn with the same colours and shapes. */
export function Legend({ board, plan, yearIndex }: LegendProps) {
  const { t } = useWords(boardWords);
  const theme = useTheme();
  const colours = mapColours[theme];
  const hollow = board.place.positionQuality.includes('synthetic');
  const years = plan?.years ?? [];
  const fills = yearColours(years.length, theme);
  const hasLater = yearIndex < years.length - 1;
  const entry = (key: string, sign: ReactNode, words: ReactNode) => (
    <li key={key}>
      {sign}
      {words}
    </li>
  );
  return (
    <section className="legend" aria-label={t('legend')}>
      <div>
        <h3>{t('legendCoverage')}</h3>
        <ul>
          {years
            .slice(0, yearIndex + 1)
            .map((y, i) => entry(String(y), <Sign colour={fills[i] as string} hollow={hollow} />, y))}
          {hasLater && entry('later', <Sign colour={colours.later} hollow={hollow} />, t('legendLater'))}
          {plan !== null
            ? entry(
                'never',
                <Sign colour={colours.uncovered} never hollow={hollow} />,
                t('legendNever', { year: years.at(-1) ?? '' }),
              )
            : entry('noPlan', <Sign colour={colours.later} hollow={hollow} />, t('legendNoPlan'))}
          {outlineFeatures(board.outline).some((f) => f.properties.isSynthetic && f.properties.level === 'township') &&
            entry(
              'area',
              <i className="dashes" aria-hidden="true" />,
              <span className="dim small">{t('legendTownships')}</span>,
            )}
          {hollow && entry('hollow', null, <span className="dim small">{t('legendHollow')}</span>)}
        </ul>
      </div>
      {plan !== null && (
        <div>
          <h3>{t('legendSites')}</h3>
          <ul>
            {[60, 240, 480].map((kw) =>
              entry(
                String(kw),
                <svg className="sign wide" viewBox="0 0 30 30" aria-hidden="true">
                  <rect
                    {...squareOf(kw)}
                    fill={colours.site}
                    fillOpacity="0.2"
                    stroke={colours.site}
                    strokeWidth="1.5"
                  />
                </svg>,
                `${kw} kW`,
              ),
            )}
          </ul>
        </div>
      )}
      <div>
        <h3>{t('legendStations')}</h3>
        <ul>
          {(['Available', 'Charging', 'Occupied', 'Faulted', 'Unavailable', 'Offline', 'Unknown'] as const).map((s) =>
            entry(s, null, <State showing={s} />),
          )}
        </ul>
      </div>
    </section>
  );
}

function squareOf(powerKw: number) {
  const side = 26 * siteSize(powerKw);
  return { x: 15 - side / 2, y: 15 - side / 2, width: side, height: side };
}
