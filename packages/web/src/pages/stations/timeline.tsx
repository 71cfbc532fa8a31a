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
import { spansOf } from './timeline-spans.js';

const rowHeight = 24;
const left = 66;
const mostMs = 24 * 3_600_000;

/** One band an EVSE: what it reported, over the stretch that the loaded events cover, at most a day. */
export function Timeline({
  station,
  events,
}: {
  readonly station: StationDetail;
  readonly events: readonly AnyStoredEvent[];
}) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  const [box, width] = useWidth<HTMLDivElement>(1000);
  const colours = mapColours[useTheme()].showing;
  const nowMs = Math.round(useClock().nowMs(station.origin));
  const oldestMs = events.at(-1)?.receivedAtMs ?? nowMs;
  const fromMs = Math.max(oldestMs, nowMs - mostMs);
  const rows = useMemo(
    () =>
      station.evses.map((e) => {
        const present = e.statusSinceMs === null ? null : { showing: evseShowing(e), sinceMs: e.statusSinceMs };
        return { evseId: e.evseId, spans: spansOf(events, { evseId: e.evseId, fromMs, toMs: nowMs, present }) };
      }),
    [station.evses, events, fromMs, nowMs],
  );
  const x = (ms: number) => left + ((ms - fromMs) / Math.max(1, nowMs - fromMs)) * (width - left);
  const height = rows.length * rowHeight + 22;
  const used = [...new Set(rows.flatMap((r) => r.spans.map((s) => s.showing)))];
  const ticks = (width < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) => fromMs + share * (nowMs - fromMs));
  return (
    <div className="card">
      <h2>{t('timeline')}</h2>
      <div ref={box} />
      {used.length === 0 ? (
        <p className="dim">{t('timelineNone')}</p>
      ) : (
        <>
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
            {ticks.map((ms, i) => (
              <text
                key={ms}
                x={x(ms)}
                y={height - 5}
                textAnchor={i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle'}
              >
                {timeOfDay(ms).slice(0, nowMs - fromMs < 1_200_000 ? 8 : 5)}
              </text>
            ))}
          </svg>
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
