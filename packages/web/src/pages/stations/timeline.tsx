import type { AnyStoredEvent } from '@qipan/base';
import type { StationDetail } from '@qipan/server/contract';
import { useMemo } from 'react';
import { useClock } from '../../clock.js';
import { dateTime, duration, timeOfDay } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { stationWords } from '../../i18n/stations.js';
import { State } from '../../parts/badges.js';
import { useTheme } from '../../parts/theme.js';
import { useWidth } from '../../parts/width.js';
import { mapColours } from '../../map/palette.js';
import { evseShowing } from '../../stations/state.js';
import { spansOf, type Span } from './timeline-spans.js';

const rowHeight = 24;
const left = 66;
const mostMs = 24 * 3_600_000;
/** Below this the seconds matter. */
const shortMs = 1_200_000;
const words = { ...states, ...stationWords };

interface Row {
  readonly evseId: number;
  readonly spans: readonly Span[];
}

interface BandsProps {
  readonly rows: readonly Row[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

function Bands({ rows, fromMs, toMs, width }: BandsProps) {
  const { t, lang } = useWords(words);
  const colours = mapColours[useTheme()].showing;
  const x = (ms: number) => left + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * (width - left);
  const height = rows.length * rowHeight + 22;
  const shares = width < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  const digits = toMs - fromMs < shortMs ? 8 : 5;
  return (
    <svg className="timeline" width={width} height={height} role="img" aria-label={t('timeline')}>
      {rows.map((r, i) => (
        <g key={r.evseId} transform={`translate(0 ${i * rowHeight})`}>
          <text x="0" y="15">
            {t('evse', { n: r.evseId })}
          </text>
          <rect className="ground" x={left} y="2" width={width - left} height={rowHeight - 7} />
          {r.spans.map((s) => (
            <rect
              key={s.fromMs}
              x={x(s.fromMs)}
              y="2"
              width={Math.max(0.8, x(s.toMs) - x(s.fromMs))}
              height={rowHeight - 7}
              fill={colours[s.showing]}
              fillOpacity={s.showing === 'Available' ? 0.45 : 0.9}
            >
              <title>{`${t(s.showing)} · ${dateTime(s.fromMs, lang)} · ${duration(s.toMs - s.fromMs, lang)}`}</title>
            </rect>
          ))}
        </g>
      ))}
      {shares.map((share) => {
        const ms = fromMs + share * (toMs - fromMs);
        return (
          <text
            key={share}
            x={x(ms)}
            y={height - 5}
            textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
          >
            {timeOfDay(ms).slice(0, digits)}
          </text>
        );
      })}
    </svg>
  );
}

export interface TimelineProps {
  readonly station: StationDetail;
  readonly events: readonly AnyStoredEvent[];
}

/** One band an EVSE: what it reported, over the stretch that the loaded events cover, at most a day. */
export function Timeline({ station, events }: TimelineProps) {
  const { t } = useWords(words);
  const [box, width] = useWidth<HTMLDivElement>(1000);
  const nowMs = Math.round(useClock().nowMs(station.origin));
  const fromMs = Math.max(events.at(-1)?.receivedAtMs ?? nowMs, nowMs - mostMs);
  const rows = useMemo(
    () =>
      station.evses.map((e): Row => {
        const present = e.statusSinceMs === null ? null : { showing: evseShowing(e), sinceMs: e.statusSinceMs };
        return { evseId: e.evseId, spans: spansOf(events, { evseId: e.evseId, fromMs, toMs: nowMs, present }) };
      }),
    [station.evses, events, fromMs, nowMs],
  );
  const used = [...new Set(rows.flatMap((r) => r.spans.map((s) => s.showing)))];
  return (
    <div className="card">
      <h2>{t('timeline')}</h2>
      <div ref={box} />
      {used.length === 0 ? (
        <p className="dim">{t('timelineNone')}</p>
      ) : (
        <>
          <Bands rows={rows} fromMs={fromMs} toMs={nowMs} width={width} />
          <p className="keys">
            {used.map((s) => (
              <State key={s} showing={s} />
            ))}
            <span>{t('timelineHint')}</span>
          </p>
        </>
      )}
    </div>
  );
}
