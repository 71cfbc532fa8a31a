import type { LiveEvent, RunView, StationDetail, StationView, SummaryView } from '@qipan/server/contract';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { answers, apiRoot } from './api.js';

export interface LiveState {
  readonly state: 'connecting' | 'open' | 'lost';
  /** Browser time since which it has been so. */
  readonly sinceMs: number;
}

/** What every page follows; the events of one station are followed by its own page alone. */
const everywhere = ['station', 'run', 'command', 'unknownStation', 'summary'] as const;
const ofStation = ['event', 'transaction', 'command'] as const;

/** Updates are gathered this long before the pages see them: a fleet at sixty times real time speaks often. */
const gatherMs = 200;

let current: LiveState = { state: 'connecting', sinceMs: Date.now() };
const stateListeners = new Set<() => void>();

function become(state: LiveState['state']): void {
  if (current.state === state) return;
  current = { state, sinceMs: Date.now() };
  for (const listener of stateListeners) listener();
}

interface StreamOptions {
  readonly types: readonly LiveEvent['type'][];
  readonly query: string;
  readonly onEvents: (events: readonly LiveEvent[]) => void;
  /** Something may have been missed: what is shown must be asked for again. */
  readonly onGap: () => void;
  readonly onState?: (state: LiveState['state']) => void;
}

/** Opens a stream of server-sent events; the browser reconnects by itself and says where it stopped. Gives the way to close it. */
function openStream(options: StreamOptions): () => void {
  const { types, query, onEvents, onGap, onState } = options;
  let gathered: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const flush = () => {
    timer = undefined;
    const events = gathered;
    gathered = [];
    onEvents(events);
  };
  const connect = () => {
    source = new EventSource(`${apiRoot}/live?types=${types.join(',')}${query}`);
    source.addEventListener('open', () => {
      onState?.('open');
      // Also at the first opening: what was read before the stream stood may be older than its beginning.
      onGap();
    });
    source.addEventListener('error', () => {
      onState?.('lost');
      // A refusal ends the browser's own attempts; the server may only be starting.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, 3000);
    });
    source.addEventListener('gap', onGap);
    for (const type of types)
      source.addEventListener(type, (message) => {
        gathered.push(JSON.parse((message as MessageEvent<string>).data) as LiveEvent);
        timer ??= setTimeout(flush, gatherMs);
      });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

let isStarted = false;

/** Follows the whole fleet and all runs from now on, and writes what comes into the answers of `useGet`. */
export function startLive(): void {
  if (isStarted) return;
  isStarted = true;
  openStream({
    types: everywhere,
    query: '',
    onEvents: writeAnswers,
    // What was missed between the last event and now may be no longer in the log's reach.
    onGap: () => void answers.invalidateQueries(),
    onState: become,
  });
}

/** Puts live objects where `useGet` keeps the answers of the same things. */
function writeAnswers(events: readonly LiveEvent[]): void {
  const stations = new Map<string, StationView>();
  for (const e of events) {
    if (e.type === 'station') stations.set(e.station.id, e.station);
    else if (e.type === 'summary') answers.setQueryData<SummaryView>(['/summary'], e.summary);
    else if (e.type === 'run') writeRun(e.run);
    else if (e.type === 'unknownStation') void answers.invalidateQueries({ queryKey: ['/unknown-stations'] });
  }
  if (stations.size === 0) return;
  answers.setQueryData<readonly StationView[]>(['/stations'], (old) => (old ? mergeStations(old, stations) : old));
  for (const [id, station] of stations)
    answers.setQueryData<StationDetail>([`/stations/${encodeURIComponent(id)}`], (old) =>
      old ? { ...old, ...station } : old,
    );
}

/** The list with the newer stations in their places; unknown ones go to the end. */
export function mergeStations(
  old: readonly StationView[],
  newer: ReadonlyMap<string, StationView>,
): readonly StationView[] {
  const known = new Set(old.map((s) => s.id));
  return [...old.map((s) => newer.get(s.id) ?? s), ...[...newer.values()].filter((s) => !known.has(s.id))];
}

function writeRun(run: RunView): void {
  answers.setQueryData<RunView>([`/runs/${run.id}`], run);
  answers.setQueryData<readonly RunView[]>(['/runs'], (old) => {
    if (!old) return old;
    return old.some((r) => r.id === run.id) ? old.map((r) => (r.id === run.id ? run : r)) : [run, ...old];
  });
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => current,
  );
}

export interface StationLive {
  readonly onEvents: (events: readonly LiveEvent[]) => void;
  readonly onGap: () => void;
}

/** React hook: hands over the events, transactions and commands of one station, in order, while its page is shown. */
export function useStationLive(stationId: string, live: StationLive): void {
  const latest = useRef(live);
  useEffect(() => {
    latest.current = live;
  });
  useEffect(
    () =>
      openStream({
        types: ofStation,
        query: `&stationId=${encodeURIComponent(stationId)}`,
        onEvents: (events) => latest.current.onEvents(events),
        onGap: () => latest.current.onGap(),
      }),
    [stationId],
  );
}
