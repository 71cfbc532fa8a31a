import type { BoardView, PlanView, StationView } from '@qipan/server/contract';
import { useMemo, useState, type ReactNode } from 'react';
import { figure, quantity } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import type { Pressed } from '../../map/drawn-map.js';
import { villageByPlace } from '../../map/features.js';
import { Age, State } from '../../parts/badges.js';
import { Tabs } from '../../parts/tabs.js';
import { stationShowing } from '../../stations/state.js';

export interface ListsProps {
  readonly board: BoardView;
  readonly plan: PlanView | null;
  readonly stations: readonly StationView[];
  readonly yearIndex: number;
  readonly onChoose: (pressed: Pressed) => void;
}

type Tab = 'villages' | 'sites' | 'stations';

interface Entry {
  readonly key: string;
  readonly pressed: Pressed;
  readonly text: string;
  readonly title: string;
  readonly below: ReactNode;
  readonly side: ReactNode;
}

const pageSize = 60;

/** The same things as on the map, to be searched and chosen without a pointer. */
export function Lists(props: ListsProps) {
  const { t } = useWords(boardWords);
  const [tab, setTab] = useState<Tab>('villages');
  const [word, setWord] = useState('');
  const [pages, setPages] = useState(1);
  const villages = useVillages(props);
  const sites = useSites(props);
  const stations = useStations(props);
  const all = tab === 'villages' ? villages : tab === 'sites' ? sites : stations;
  const wanted = word.trim().toLocaleLowerCase();
  const found = wanted === '' ? all : all.filter((e) => e.text.toLocaleLowerCase().includes(wanted));
  const shown = found.slice(0, pages * pageSize);
  return (
    <Tabs<Tab>
      label={t('lists')}
      current={tab}
      onChange={(next) => {
        setTab(next);
        setPages(1);
      }}
      tabs={[
        { key: 'villages', title: `${t('tabVillages')} ${villages.length}` },
        { key: 'sites', title: `${t('tabSites')} ${sites.length}` },
        { key: 'stations', title: `${t('tabStations')} ${stations.length}` },
      ]}
    >
      <label className="list-search">
        <span className="unseen">{t('search')}</span>
        <input
          type="search"
          placeholder={tab === 'villages' ? t('searchVillage') : t('search')}
          value={word}
          onChange={(e) => {
            setWord(e.target.value);
            setPages(1);
          }}
        />
      </label>
      <p className="unseen" role="status">
        {t('rowsShown', { shown: found.length, total: all.length })}
      </p>
      <ul className="entries">
        {shown.map((e) => (
          <li key={e.key}>
            <button type="button" onClick={() => props.onChoose(e.pressed)}>
              <span>
                <b>{e.title}</b>
                <small>{e.below}</small>
              </span>
              <span className="entry-side">{e.side}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="empty">{all.length === 0 ? t('none') : t('nothingFits')}</p>}
      {found.length > shown.length && (
        <button type="button" className="more" onClick={() => setPages(pages + 1)}>
          {t('more', { n: Math.min(pageSize, found.length - shown.length) })}
        </button>
      )}
    </Tabs>
  );
}

function useVillages({ board, plan }: ListsProps): readonly Entry[] {
  const { t, lang } = useWords(boardWords);
  return useMemo(() => {
    const rows = villageByPlace(plan);
    const { place, region } = board;
    return place.id.flatMap((id, i) => {
      const row = rows.get(i);
      if (plan !== null && row === undefined) return [];
      const name = place.name[i] ?? id;
      const township = region.name[place.region[i] as number] ?? '';
      const minutes =
        row?.travelMin === null || row === undefined ? '' : ` · ${figure(row.travelMin, lang)} ${t('minutes')}`;
      return [
        {
          key: id,
          pressed: { layer: 'villages', id } as const,
          text: `${name} ${township} ${id}`,
          title: name,
          below: `${township}${minutes}`,
          side:
            row === undefined ? null : row.coveredYear === null ? (
              <span className="chip none">{t('notCovered')}</span>
            ) : (
              <span className="chip">{t('coveredIn', { year: row.coveredYear })}</span>
            ),
        },
      ];
    });
  }, [board, plan, t, lang]);
}

function useSites({ plan, yearIndex }: ListsProps): readonly Entry[] {
  const { t, lang } = useWords(boardWords);
  return useMemo(
    () =>
      (plan?.sites ?? []).map((s) => ({
        key: s.id,
        pressed: { layer: 'sites', id: s.id } as const,
        text: `${s.name} ${s.id}`,
        title: s.name,
        below: quantity(s.powerKwByYear[yearIndex], 'kW', lang),
        side: <span className="chip">{s.existing ? t('stands') : t('opensIn', { year: s.openYear })}</span>,
      })),
    [plan, yearIndex, t, lang],
  );
}

function useStations({ stations }: ListsProps): readonly Entry[] {
  const { pick } = useWords(boardWords);
  return useMemo(
    () =>
      stations.map((s) => ({
        key: s.id,
        pressed: { layer: 'stations', id: s.id } as const,
        text: `${s.name.zh} ${s.name.en} ${s.id} ${s.identity}`,
        title: pick(s.name),
        below: <Age atMs={s.lastSeenMs} origin={s.origin} />,
        side: <State showing={stationShowing(s)} />,
      })),
    [stations, pick],
  );
}
