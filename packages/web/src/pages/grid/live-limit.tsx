import type { GridTransformerView, LoadGroupView, LoadStationView } from '@qipan/server/contract';
import { useMemo, useState } from 'react';
import { answers, part, put, remove, useGet } from '../../api.js';
import { dateTime, figure, quantity, timeOfDay, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { mayAct, useInfo } from '../../info.js';
import { Level, SimulatedBadge } from '../../parts/badges.js';
import { DataTable } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';
import { LinePlot, type Line } from '../../parts/line-plot.js';
import { Answer, Failure } from '../../parts/states.js';
import { Link } from '../../router.js';

export const reasonWord = {
  idle: 'reasonIdle',
  free: 'reasonFree',
  curtailed: 'reasonCurtailed',
  changing: 'reasonChanging',
  offline: 'reasonOffline',
  uncontrolled: 'reasonUncontrolled',
  ignoring: 'reasonIgnoring',
} as const;

/** The limit of the transformer as it is enforced: who has what, and why; or the way to begin. */
export function LiveLimit({ x, onChange }: { readonly x: GridTransformerView; readonly onChange: () => void }) {
  const { t } = useWords(gridWords);
  const info = useInfo();
  const path = `/load-groups/${part(x.id)}`;
  const [error, setError] = useState<unknown>(null);
  const group = useGet<LoadGroupView>(x.isLimited ? path : null, { refetchMs: 2_000 });
  const act = async (what: () => Promise<unknown>) => {
    setError(null);
    try {
      await what();
      answers.removeQueries({ queryKey: [path] });
      onChange();
    } catch (e) {
      setError(e);
    }
  };
  const start = () =>
    act(() =>
      put(path, {
        name: { en: x.name ?? x.id, zh: x.name ?? x.id },
        limitKw: x.headroomByQuarterKw ?? [],
        level: x.level,
        dataLevel: x.dataLevel,
        stations: x.stationIds.map((stationId) => ({ stationId })),
      }),
    );
  const canAct = mayAct(info.data);
  return (
    <div className="card">
      <h2>{t('live')}</h2>
      <p className="dim">{t('liveHint')}</p>
      {error !== null && <Failure error={error} />}
      {!x.isLimited ? (
        <>
          <p>{x.stationIds.length === 0 ? t('liveNone') : t('liveOff')}</p>
          {canAct && x.stationIds.length > 0 && x.headroomByQuarterKw !== null && (
            <div>
              <button type="button" className="primary" onClick={() => void start()}>
                {t('liveStart')}
              </button>
            </div>
          )}
        </>
      ) : (
        <Answer of={group}>
          {(data) => (
            <>
              <Group group={data} />
              {canAct && (
                <div className="no-print">
                  <button type="button" onClick={() => void act(() => remove(path))}>
                    {t('liveEnd')}
                  </button>
                </div>
              )}
            </>
          )}
        </Answer>
      )}
    </div>
  );
}

function Group({ group }: { readonly group: LoadGroupView }) {
  const { t, lang } = useWords(gridWords);
  const lines = useMemo<Line[]>(() => {
    const x = group.history.map((h) => h.atMs);
    return [
      { label: t('limit'), x, y: group.history.map((h) => h.limitKw), colour: '--bad', isStepped: true },
      { label: t('liveMay'), x, y: group.history.map((h) => h.mayDrawKw), colour: '--series-1', isStepped: true },
      { label: t('liveMeasured'), x, y: group.history.map((h) => h.measuredKw), colour: '--series-3', isFilled: true },
    ];
  }, [group.history, t]);
  return (
    <>
      <Facts
        facts={[
          { term: t('liveNow'), value: quantity(group.limitNowKw, 'kW', lang) },
          { term: t('liveMay'), value: quantity(group.mayDrawKw, 'kW', lang) },
          { term: t('liveMeasured'), value: quantity(group.measuredKw, 'kW', lang) },
          {
            term: t('level'),
            value: (
              <>
                {group.level} <Level level={group.dataLevel} />{' '}
                <SimulatedBadge origin={group.simulated ? 'simulated' : 'real'} />
              </>
            ),
          },
        ]}
      />
      {group.isOver && (
        <p className="warn" role="status">
          {t('liveOver')}
        </p>
      )}
      {group.history.length > 1 && (
        <LinePlot
          label={t('liveHistory')}
          lines={lines}
          isTime
          xName={t('time')}
          yText={(y) => `${figure(y, lang)} kW`}
          fromZero
        />
      )}
      <LoadTable rows={group.stations} />
    </>
  );
}

function LoadTable({ rows }: { readonly rows: readonly LoadStationView[] }) {
  const { t, pick, lang } = useWords(gridWords);
  const kw = (value: number | null) => (value === null ? unknownText : quantity(value, 'kW', lang));
  return (
    <DataTable
      caption={t('liveTable')}
      rows={rows}
      rowKey={(s) => s.stationId}
      columns={[
        {
          key: 'name',
          title: t('station'),
          value: (s) => pick(s.name),
          show: (s) => <Link to={`/stations/${part(s.stationId)}`}>{pick(s.name)}</Link>,
        },
        { key: 'wants', title: t('wants'), numeric: true, value: (s) => s.wantKw, show: (s) => kw(s.wantKw) },
        { key: 'held', title: t('held'), numeric: true, value: (s) => s.heldKw, show: (s) => kw(s.heldKw) },
        {
          key: 'until',
          title: t('until'),
          value: (s) => s.untilMs,
          show: (s) =>
            s.untilMs === null ? unknownText : <span title={dateTime(s.untilMs, lang)}>{timeOfDay(s.untilMs)}</span>,
        },
        { key: 'safe', title: t('failSafe'), numeric: true, value: (s) => s.failSafeKw, show: (s) => kw(s.failSafeKw) },
        { key: 'may', title: t('mayDraw'), numeric: true, value: (s) => s.mayDrawKw, show: (s) => kw(s.mayDrawKw) },
        {
          key: 'measured',
          title: t('liveMeasured'),
          numeric: true,
          value: (s) => s.measuredKw,
          show: (s) => kw(s.measuredKw),
        },
        {
          key: 'reason',
          title: t('reason'),
          value: (s) => t(reasonWord[s.reason]),
          show: (s) => (
            <>
              {t(reasonWord[s.reason])}
              {s.refusal !== null && <code className="small"> {s.refusal}</code>}
            </>
          ),
        },
      ]}
    />
  );
}
