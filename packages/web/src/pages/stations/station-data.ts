import type { AnyStoredEvent } from '@qipan/base';
import type { CommandView, StationDetail, TransactionView } from '@qipan/server/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { answers, get, part } from '../../api.js';
import { useStationLive } from '../../live.js';

export interface StationData {
  /** Newest first. */
  readonly events: readonly AnyStoredEvent[];
  readonly sessions: readonly TransactionView[];
  readonly commands: readonly CommandView[];
  readonly hasOlder: boolean;
  readonly older: () => void;
  readonly refresh: () => void;
}

const pageSize = 400;
const mostEvents = 2000;

/** Events by falling `seq`, each once. */
export function mergeEvents(a: readonly AnyStoredEvent[], b: readonly AnyStoredEvent[]): readonly AnyStoredEvent[] {
  const bySeq = new Map([...a, ...b].map((e) => [e.seq, e]));
  return [...bySeq.values()].sort((x, y) => y.seq - x.seq).slice(0, mostEvents);
}

/** The list with the newer rows in the places of the old ones, and new rows first. */
export function mergeBy<T>(old: readonly T[], newer: readonly T[], key: (row: T) => string): readonly T[] {
  const fresh = new Map(newer.map((r) => [key(r), r]));
  const known = new Set(old.map(key));
  return [
    ...[...fresh.values()].filter((r) => !known.has(key(r))).reverse(),
    ...old.map((r) => fresh.get(key(r)) ?? r),
  ];
}

/** Events, sessions and commands of a station: read once, then kept by the live stream. */
export function useStation(station: StationDetail): StationData {
  const id = station.id;
  const [events, setEvents] = useState<readonly AnyStoredEvent[]>([]);
  const [sessions, setSessions] = useState<readonly TransactionView[]>([]);
  const [commands, setCommands] = useState<readonly CommandView[]>([]);
  const [hasOlder, setHasOlder] = useState(false);
  // Rows that came live while a reading was under way: they are newer than what it brings.
  const arrived = useRef<{ sessions: TransactionView[]; commands: CommandView[] }>({ sessions: [], commands: [] });
  const refresh = useCallback(() => {
    const read = async () => {
      arrived.current = { sessions: [], commands: [] };
      const [newest, past, sent] = await Promise.all([
        get<readonly AnyStoredEvent[]>(`/stations/${part(id)}/events?limit=${pageSize}`),
        get<readonly TransactionView[]>(`/transactions?stationId=${part(id)}&limit=50`),
        get<readonly CommandView[]>(`/stations/${part(id)}/commands`),
      ]);
      setEvents((old) => mergeEvents(old, newest));
      setSessions(mergeBy(past, arrived.current.sessions, (t) => t.transactionId));
      setCommands(mergeBy(sent, arrived.current.commands, (c) => c.commandId));
      setHasOlder(newest.length === pageSize);
    };
    // What fails here stays as it was; the station itself says on the page that the server does not answer.
    read().catch(() => undefined);
  }, [id]);
  useEffect(refresh, [refresh]);
  useStationLive(id, {
    onGap: () => {
      refresh();
      void answers.invalidateQueries({ queryKey: [`/stations/${part(id)}`] });
    },
    onEvents: (live) => {
      const heard = live.flatMap((e) => (e.type === 'event' && e.event.stationId === id ? [e.event] : []));
      const moved = live.flatMap((e) =>
        e.type === 'transaction' && e.transaction.stationId === id ? [e.transaction] : [],
      );
      const sent = live.flatMap((e) => (e.type === 'command' && e.command.stationId === id ? [e.command] : []));
      arrived.current.sessions.push(...moved);
      arrived.current.commands.push(...sent);
      if (heard.length > 0) setEvents((old) => mergeEvents(old, heard));
      if (moved.length > 0) setSessions((old) => mergeBy(old, moved, (t) => t.transactionId));
      if (sent.length > 0) setCommands((old) => mergeBy(old, sent, (c) => c.commandId));
    },
  });
  const older = useCallback(() => {
    const last = events.at(-1);
    if (last === undefined) return;
    get<readonly AnyStoredEvent[]>(`/stations/${part(id)}/events?limit=${pageSize}&beforeSeq=${last.seq}`)
      .then((more) => {
        setEvents((old) => mergeEvents(old, more));
        setHasOlder(more.length === pageSize);
      })
      .catch(() => undefined);
  }, [events, id]);
  return { events, sessions, commands, hasOlder, older, refresh };
}
