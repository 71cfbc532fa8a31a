import type { PowerSeries, StationDetail } from '@qipan/server/contract';
import { useEffect, useMemo, useState } from 'react';
import { get, part } from '../../api.js';
import { currentClock } from '../../clock.js';
import { figure } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { stationWords } from '../../i18n/stations.js';
import { LinePlot, type Line } from '../../parts/line-plot.js';
import { drawnPower, withMeasurement, type PowerPoints } from './power-plot-series.js';

const hoursToChoose = [1, 6, 24];

/** Read once for the span, then grown by each newer measurement in the live view of the station. */
function useSeries(station: StationDetail, hours: number): ReadonlyMap<number, PowerPoints> {
  const [series, setSeries] = useState<ReadonlyMap<number, PowerPoints>>(new Map());
  const { id, origin, evses } = station;
  useEffect(() => {
    let isGone = false;
    const sinceMs = Math.max(0, Math.floor(currentClock().nowMs(origin) - hours * 3_600_000));
    get<readonly PowerSeries[]>(`/stations/${part(id)}/power?sinceMs=${sinceMs}`)
      .then((read) => {
        if (!isGone) setSeries(new Map(read.map((s) => [s.evseId, { atMs: s.atMs, powerW: s.powerW }])));
      })
      .catch(() => undefined);
    return () => {
      isGone = true;
    };
  }, [id, origin, hours]);
  useEffect(() => {
    setSeries((old) => {
      const next = new Map(old);
      let changed = false;
      for (const e of evses) {
        const before = old.get(e.evseId) ?? { atMs: [], powerW: [] };
        const after = withMeasurement(before, e.powerAtMs, e.powerW);
        if (after === before) continue;
        next.set(e.evseId, after);
        changed = true;
      }
      return changed ? next : old;
    });
  }, [evses]);
  return series;
}

/** Measured power of each EVSE over the last hours, growing with every reading that comes in. */
export function PowerPlot({ station }: { readonly station: StationDetail }) {
  const { t, lang } = useWords(stationWords);
  const [hours, setHours] = useState(6);
  const series = useSeries(station, hours);
  const lines = useMemo<Line[]>(
    () =>
      [...series]
        .sort(([a], [b]) => a - b)
        .map(([evseId, p], i) => ({
          label: t('evse', { n: evseId }),
          colour: `--series-${(i % 4) + 1}`,
          isFilled: true,
          ...drawnPower(p),
        })),
    [series, t],
  );
  const isEmpty = lines.every((l) => l.x.length === 0);
  return (
    <>
      <header className="head">
        <h2>{t('livePower')}</h2>
        <label className="inline actions">
          {t('span')}
          <select value={hours} onChange={(e) => setHours(Number(e.target.value))}>
            {hoursToChoose.map((n) => (
              <option key={n} value={n}>
                {t('hours', { n })}
              </option>
            ))}
          </select>
        </label>
      </header>
      {isEmpty ? (
        <p className="dim">{t('noPower')}</p>
      ) : (
        <LinePlot
          label={t('livePower')}
          lines={lines}
          isTime
          xName={t('time')}
          fromZero
          yText={(kw) => `${figure(kw, lang, kw !== 0 && Math.abs(kw) < 10 ? 1 : 0)} kW`}
        />
      )}
    </>
  );
}
