import type { LiveEvent, RunView, StationDetail, StationView, SummaryView } from '@qipan/server/contract';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { answers, apiRoot } from './api.js';

export interface LiveState {
  readonly state: 'connecting' | 'open' | 'lost';
  /** Browser time since which it has been so. */
  readonly sinceMs: number;
}

const types = ['station', 'event', 'transaction', 'run', 'command', 'unknownStation', 'summary'] as const;
type LiveType = (typeof types)[number];

/** Updates are gathered this long before the pages see them: a fleet at sixty times real time speaks often. */
const gatherMs = 200;

let source: EventSource | null = null;
let current: LiveState = { state: 'connecting', sinceMs: Date.now() };
let gathered: LiveEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(events: readonly LiveEvent[]) => void>();

function become(state: LiveState['state']): void {
  if (current.state === state) return;
  current = { state, sinceMs: Date.now() };
  for (const listener of stateListeners) listener();
}

/** Opens the stream of server-sent events once; the browser reconnects by itself and says where it stopped. */
export function startLive(): void {
  if (source !== null) return;
  let wasLost = false;
  const opened = new EventSource(`${apiRoot}/live`);
  source = opened;
  opened.addEventListener('open', () => {
    become('open');
    // What was missed between the last event id and now may be no longer in the log's reach.
    if (wasLost) void answers.invalidateQueries();
    wasLost = false;
  });
  opened.addEventListener('error', () => {
    wasLost = true;
    become('lost');
    if (opened.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(startLive, 3000);
    }
  });
  for (const type of types)
    opened.addEventListener(type, (message) => receive(type, (message as MessageEvent<string>).data));
}

function receive(type: LiveType, data: string): void {
  become('open');
  gathered.push({ ...(JSON.parse(data) as object), type } as LiveEvent);
  timer ??= setTimeout(flush, gatherMs);
}

function flush(): void {
  timer = undefined;
  const events = gathered;
  gathered = [];
  writeAnswers(events);
  for (const listener of eventListeners) listener(events);
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

/** React hook: hands over what came in, in order, while the page is shown. */
export function useLive(listener: (events: readonly LiveEvent[]) => void): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const forward = (events: readonly LiveEvent[]) => latest.current(events);
    eventListeners.add(forward);
    return () => {
      eventListeners.delete(forward);
    };
  }, []);
}
