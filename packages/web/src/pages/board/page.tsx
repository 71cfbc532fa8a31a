import type { BoardView, PlanView, StationView } from '@qipan/server/contract';
import { Suspense, lazy, useCallback, useMemo, useState } from 'react';
import { useClock } from '../../clock.js';
import { duration, quantity } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { mayAct, useInfo } from '../../info.js';
import { coverageOf, villageByPlace } from '../../map/features.js';
import type { Pressed } from '../../map/drawn-map.js';
import { Guard } from '../../parts/guard.js';
import { Answer, Failure, Waiting } from '../../parts/states.js';
import { go } from '../../router.js';
import { isSimulated, stationPowerW, stationShowing } from '../../stations/state.js';
import type { PageProps } from '../page-props.js';
import { useBoardData } from './data.js';
import { Figures } from './figures.js';
import { ImportForm } from './import-form.js';
import { Legend } from './legend.js';
import { Lists } from './lists.js';
import { PlanBar } from './plan-bar.js';
import { SitePanel } from './site-panel.js';
import { SmallPrint } from './small-print.js';
import { VillagePanel } from './village-panel.js';
import '../../style/board.css';

const BoardMap = lazy(async () => ({ default: (await import('../../map/board-map.js')).BoardMap }));

const none: readonly StationView[] = [];

export function Page({ query }: PageProps) {
  const { t } = useWords(boardWords);
  const info = useInfo();
  const data = useBoardData(info.data, query.get('run'));
  if (data.hasNoBoard)
    return (
      <section className="page">
        <h1>{t('product')}</h1>
        <p>{t('noBoard')}</p>
        {mayAct(info.data) && <ImportForm />}
      </section>
    );
  return (
    <Answer of={data.board}>
      {(board) => <Board board={board} data={data} query={query} simulated={info.data?.simulated === true} />}
    </Answer>
  );
}

interface BoardProps {
  readonly board: BoardView;
  readonly data: ReturnType<typeof useBoardData>;
  readonly query: URLSearchParams;
  readonly simulated: boolean;
}

function Board({ board, data, query, simulated }: BoardProps) {
  const { t, pick } = useWords(boardWords);
  const plan = data.plan.data ?? null;
  const stations = data.stations.data ?? none;
  const lastYear = Math.max(0, (plan?.years.length ?? 1) - 1);
  const [askedYear, setYear] = useState<number | null>(null);
  const yearIndex = Math.min(askedYear ?? lastYear, lastYear);
  const run = query.get('run');
  const village = query.get('village');
  const site = query.get('site');
  const chosen = useMemo<Pressed | null>(
    () => (village !== null ? { layer: 'villages', id: village } : site !== null ? { layer: 'sites', id: site } : null),
    [village, site],
  );
  const show = useCallback(
    (pressed: Pressed | null) => {
      if (pressed?.layer === 'stations') go(`/stations/${encodeURIComponent(pressed.id)}`);
      else
        go('/', {
          run,
          village: pressed?.layer === 'villages' ? pressed.id : null,
          site: pressed?.layer === 'sites' ? pressed.id : null,
        });
    },
    [run],
  );
  const hint = useHint(board, plan, stations, yearIndex);
  const chosenSite = plan?.sites.find((s) => s.id === site) ?? null;
  return (
    <div className="board">
      <h1 className="unseen">{pick(board.name)}</h1>
      {isSimulated(simulated, stations) && (
        <p className="strip" role="note">
          <b>{t('simulated')}</b> · {t('simulatedNotice')}
        </p>
      )}
      <Figures summary={data.summary.data} plan={plan} yearIndex={yearIndex} />
      <PlanBar board={board} data={data} yearIndex={yearIndex} onYear={setYear} />
      {data.plan.error !== null && data.plan.data === undefined && <Failure error={data.plan.error} />}
      <div className="board-split">
        <div className="board-map">
          <div className="board-canvas">
            <Guard>
              <Suspense fallback={<Waiting />}>
                <BoardMap
                  board={board}
                  plan={plan}
                  stations={stations}
                  yearIndex={yearIndex}
                  chosen={chosen}
                  onPress={show}
                  hint={hint}
                />
              </Suspense>
            </Guard>
          </div>
          <Legend board={board} plan={plan} yearIndex={yearIndex} />
          <SmallPrint board={board} plan={plan} />
        </div>
        <aside className="board-side" aria-label={t('lists')}>
          {village !== null ? (
            <VillagePanel key={village} board={board} plan={plan} placeId={village} onClose={() => show(null)} />
          ) : chosenSite !== null && plan !== null ? (
            <SitePanel key={site} plan={plan} site={chosenSite} stations={stations} onClose={() => show(null)} />
          ) : (
            <Lists board={board} plan={plan} stations={stations} yearIndex={yearIndex} onChoose={show} />
          )}
        </aside>
      </div>
    </div>
  );
}

/** What stands beside the pointer: the name and the state, with the age of a live one. */
function useHint(board: BoardView, plan: PlanView | null, stations: readonly StationView[], yearIndex: number) {
  const { t, pick, lang } = useWords({ ...boardWords, ...states });
  const clock = useClock();
  const rows = useMemo(() => villageByPlace(plan), [plan]);
  return (pressed: Pressed): string => {
    if (pressed.layer === 'villages') {
      const i = board.place.id.indexOf(pressed.id);
      const row = rows.get(i);
      const coverage = coverageOf(plan, row?.coveredYear, yearIndex);
      const word =
        coverage.kind === 'noPlan'
          ? ''
          : row?.coveredYear
            ? t('coveredIn', { year: row.coveredYear })
            : t('notCovered');
      return `${board.place.name[i] ?? pressed.id}\n${word}`.trim();
    }
    if (pressed.layer === 'sites') {
      const site = plan?.sites.find((s) => s.id === pressed.id);
      return site === undefined ? pressed.id : `${site.name}\n${quantity(site.powerKwByYear[yearIndex], 'kW', lang)}`;
    }
    const station = stations.find((s) => s.id === pressed.id);
    if (station === undefined) return pressed.id;
    const age =
      station.lastSeenMs === null
        ? t('never')
        : t('ago', { age: duration(clock.nowMs(station.origin) - station.lastSeenMs, lang) });
    const powerW = stationPowerW(station);
    const power = powerW === null ? '' : ` · ${quantity(Math.round(powerW / 100) / 10, 'kW', lang)}`;
    return `${pick(station.name)}\n${t(stationShowing(station))}${power}\n${t('lastFrame')}: ${age}`;
  };
}
