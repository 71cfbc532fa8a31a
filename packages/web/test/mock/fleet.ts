import { random, type AnyStoredEvent, type EventKind, type EventPayloads } from '@qipan/base';
import type {
  CommandInput,
  CommandView,
  EvseView,
  LiveEvent,
  PlanView,
  PowerSeries,
  SessionsView,
  StationDetail,
  StationView,
  SummaryView,
  TransactionView,
} from '@qipan/server/contract';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Station extends Omit<Mutable<StationView>, 'evses'> {
  evses: Mutable<EvseView>[];
}

export interface MockFleet {
  readonly stations: () => readonly StationView[];
  readonly station: (id: string) => StationDetail | null;
  readonly events: (id: string, limit: number, beforeSeq: number) => readonly AnyStoredEvent[];
  readonly power: (id: string, sinceMs: number) => readonly PowerSeries[];
  readonly sessions: () => SessionsView;
  readonly transactions: (id: string | null, limit: number) => readonly TransactionView[];
  readonly commands: (id: string) => readonly CommandView[];
  readonly command: (id: string, input: CommandInput) => Promise<CommandView>;
  readonly summary: () => SummaryView;
  readonly tick: () => void;
}

/** Stations at the sites of the mock plan; each tick moves them by one step of the virtual clock. */
export function mockFleet(plan: PlanView, nowMs: () => number, tell: (e: LiveEvent) => void): MockFleet {
  const draw = random(3);
  const stations: Station[] = plan.sites.slice(0, 24).flatMap((site, i) =>
    [1, 2].slice(0, 1 + (i % 2)).map((n): Station => {
      const real = i === 5;
      return {
        id: `CS-${String(i + 1).padStart(3, '0')}-${n}`,
        identity: `CS-${String(i + 1).padStart(3, '0')}-${n}`,
        name: { en: `${site.name} ${n}`, zh: `${site.name} ${n} 号` },
        origin: real ? 'real' : 'simulated',
        ocppVersion: i % 3 === 0 ? '1.6' : '2.0.1',
        siteId: site.id,
        place: site.place,
        lon: site.lon,
        lat: site.lat,
        moduleType: site.modules[0]?.moduleType ?? null,
        powerKw: site.modules[0]?.powerKw ?? null,
        vendorName: 'Qipan',
        model: `SIM-${site.modules[0]?.powerKw}`,
        firmwareVersion: '1.4.2',
        registration: 'Accepted',
        liveness: i === 7 ? 'offline' : i === 9 ? 'never' : i === 11 ? 'quiet' : 'connected',
        lastSeenMs: i === 9 ? null : real ? Date.now() - 9000 : nowMs() - (i === 7 ? 3_900_000 : 20_000),
        evses: [1, 2].map((evseId) => ({
          evseId,
          connectorId: 1,
          status: i === 9 ? null : i === 13 && evseId === 2 ? 'Faulted' : 'Available',
          detail: null,
          statusSinceMs: i === 9 ? null : nowMs() - 600_000 * draw.next(),
          errorCode: i === 13 && evseId === 2 ? 'GroundFailure' : null,
          powerW: null,
          powerAtMs: null,
          transactionId: null,
          energyWh: null,
        })),
      };
    }),
  );
  const transactions: Mutable<TransactionView>[] = [];
  const log: AnyStoredEvent[] = [];
  const commands: Mutable<CommandView>[] = [];
  const series = new Map<string, { atMs: number; powerW: number }[]>();
  let nextTransaction = 1000;

  const record = <K extends EventKind>(s: Station, evseId: number | null, kind: K, payload: EventPayloads[K]) => {
    const at = s.origin === 'real' ? Date.now() : nowMs();
    const event = {
      seq: log.length + 1,
      stationId: s.id,
      kind,
      atMs: at - 40,
      receivedAtMs: at,
      evseId,
      connectorId: evseId === null ? null : 1,
      payload,
    } as AnyStoredEvent;
    log.push(event);
    s.lastSeenMs = at;
    tell({ type: 'event', event });
  };

  const transactionPayload = (t: TransactionView, e: EvseView): EventPayloads['transactionUpdated'] => ({
    transactionId: t.transactionId,
    seqNo: null,
    triggerReason: null,
    idToken: t.idToken,
    chargingState: 'Charging',
    registerMilliWh: null,
    readings: [{ measurand: 'Power.Active.Import', value: e.powerW ?? 0, unit: 'W', atMs: e.powerAtMs }],
    stoppedReason: t.stoppedReason,
    remoteStartId: null,
    reservationId: null,
  });

  const start = (s: Station, e: Mutable<EvseView>, idToken: string): TransactionView => {
    const now = s.origin === 'real' ? Date.now() : nowMs();
    const t: Mutable<TransactionView> = {
      stationId: s.id,
      stationName: s.name,
      transactionId: String(nextTransaction++),
      evseId: e.evseId,
      connectorId: 1,
      state: 'open',
      idToken: { idToken, type: 'ISO14443' },
      startedAtMs: now,
      endedAtMs: null,
      energyWh: 0,
      stoppedReason: null,
      quality: [],
      simulated: s.origin === 'simulated',
    };
    transactions.unshift(t);
    Object.assign(e, {
      status: 'Occupied',
      detail: 'Charging',
      statusSinceMs: now,
      transactionId: t.transactionId,
      energyWh: 0,
    });
    record(s, e.evseId, 'statusChanged', { status: 'Occupied', detail: 'Charging', errorCode: null, info: null });
    record(s, e.evseId, 'transactionStarted', transactionPayload(t, e));
    tell({ type: 'transaction', transaction: t });
    return t;
  };

  const stop = (s: Station, e: Mutable<EvseView>, reason: string) => {
    const t = transactions.find((x) => x.transactionId === e.transactionId && x.stationId === s.id);
    const now = s.origin === 'real' ? Date.now() : nowMs();
    if (t !== undefined) {
      Object.assign(t, { state: 'ended', endedAtMs: now, stoppedReason: reason });
      record(s, e.evseId, 'transactionEnded', transactionPayload(t, e));
      tell({ type: 'transaction', transaction: t });
    }
    Object.assign(e, {
      status: 'Available',
      detail: null,
      statusSinceMs: now,
      transactionId: null,
      powerW: null,
      powerAtMs: now,
      energyWh: null,
    });
    record(s, e.evseId, 'statusChanged', { status: 'Available', detail: null, errorCode: null, info: null });
  };

  const step = (s: Station) => {
    const now = s.origin === 'real' ? Date.now() : nowMs();
    if (s.liveness !== 'connected') return;
    s.lastSeenMs = now;
    for (const e of s.evses) {
      if (e.transactionId !== null) {
        const full = (s.powerKw ?? 60) * 1000;
        e.powerW = Math.min(full, (e.powerW ?? 0) + full / 3) * (0.96 + 0.04 * draw.next());
        e.powerAtMs = now;
        e.energyWh = (e.energyWh ?? 0) + e.powerW / 60;
        const t = transactions.find((x) => x.transactionId === e.transactionId && x.stationId === s.id);
        if (t !== undefined) t.energyWh = e.energyWh;
        const kept = series.get(`${s.id}/${e.evseId}`) ?? [];
        kept.push({ atMs: now, powerW: e.powerW });
        series.set(`${s.id}/${e.evseId}`, kept);
        if (draw.next() < 0.3)
          record(s, e.evseId, 'metered', {
            transactionId: e.transactionId,
            readings: [{ measurand: 'Power.Active.Import', value: Math.round(e.powerW), unit: 'W', atMs: now }],
          });
        if (s.id !== 'CS-001-1' && draw.next() < 0.02) stop(s, e, 'EVDisconnected');
      } else if (s.id !== 'CS-001-1' && e.status === 'Available' && draw.next() < 0.02)
        start(s, e, `TAG${String(draw.below(9999)).padStart(4, '0')}`);
    }
    tell({ type: 'station', station: s });
  };

  const act = (s: Station, input: CommandInput): { answer: unknown; transactionId: string | null } => {
    const evse = s.evses.find((e) => e.evseId === Number(input.payload['evseId'] ?? 1)) as Mutable<EvseView>;
    if (input.action === 'RequestStartTransaction') {
      if (evse.status !== 'Available') return { answer: { status: 'Rejected' }, transactionId: null };
      const token = input.payload['idToken'] as { idToken?: string } | string;
      const t = start(s, evse, typeof token === 'string' ? token : (token.idToken ?? 'WEB'));
      return { answer: { status: 'Accepted' }, transactionId: t.transactionId };
    }
    if (input.action === 'RequestStopTransaction') {
      const running = s.evses.find((e) => e.transactionId === input.payload['transactionId']);
      if (running === undefined) return { answer: { status: 'Rejected' }, transactionId: null };
      stop(s, running, 'Remote');
      return { answer: { status: 'Accepted' }, transactionId: null };
    }
    if (input.action === 'GetVariables')
      return {
        answer: {
          configurationKey: [
            { key: 'HeartbeatInterval', readonly: false, value: '60' },
            { key: 'MeterValueSampleInterval', readonly: false, value: '30' },
            { key: 'NumberOfConnectors', readonly: true, value: '2' },
          ],
        },
        transactionId: null,
      };
    return { answer: { status: input.action === 'UnlockConnector' ? 'Unlocked' : 'Accepted' }, transactionId: null };
  };

  const command = async (id: string, input: CommandInput): Promise<CommandView> => {
    const s = stations.find((x) => x.id === id) as Station;
    const view: Mutable<CommandView> = {
      commandId: `cmd-${commands.length + 1}`,
      stationId: id,
      action: input.action,
      payload: input.payload,
      outcome: null,
      answer: null,
      error: null,
      requestedBy: 'local',
      createdAtMs: Date.now(),
      answeredAtMs: null,
      transactionId: null,
    };
    commands.unshift(view);
    tell({ type: 'command', command: { ...view } });
    await new Promise((r) => setTimeout(r, 350));
    if (s.liveness !== 'connected') Object.assign(view, { outcome: 'offline', error: 'the station is not connected' });
    else Object.assign(view, { outcome: 'answered', answeredAtMs: Date.now(), ...act(s, input) });
    tell({ type: 'command', command: { ...view } });
    return view;
  };

  for (const s of stations)
    if (s.lastSeenMs !== null)
      record(s, null, 'booted', {
        reason: 'PowerUp',
        vendorName: 'Qipan',
        model: s.model ?? 'SIM',
        serialNumber: null,
        firmwareVersion: '1.4.2',
        registration: 'Accepted',
        iccid: null,
      });

  return {
    stations: () => stations,
    station: (id) => {
      const s = stations.find((x) => x.id === id);
      if (s === undefined) return null;
      return {
        ...s,
        securityProfile: 1,
        serialNumber: 'SN-20260001',
        counters: {
          framesIn: 12_402,
          framesOut: 12_390,
          bytesIn: 3_120_402,
          bytesOut: 812_331,
          reconnects: 3,
          violations: [{ rule: 'unknownProperty', action: 'StatusNotification', count: 2 }],
        },
        refused: null,
        openTransactions: transactions.filter((t) => t.stationId === id && t.state === 'open'),
        commands: [
          'RequestStartTransaction',
          'RequestStopTransaction',
          'Reset',
          'UnlockConnector',
          'ChangeAvailability',
          'TriggerMessage',
          'GetVariables',
          'SetVariables',
          'ClearCache',
          'raw',
        ],
      };
    },
    events: (id, limit, beforeSeq) =>
      log
        .filter((e) => e.stationId === id && e.seq < beforeSeq)
        .slice(-limit)
        .reverse(),
    power: (id, sinceMs) =>
      [1, 2].map((evseId) => {
        const kept = (series.get(`${id}/${evseId}`) ?? []).filter((p) => p.atMs >= sinceMs);
        return { evseId, atMs: kept.map((p) => p.atMs), powerW: kept.map((p) => p.powerW) };
      }),
    sessions: () => ({
      sessions: transactions,
      total: { sessions: transactions.length, unknown: 0, energyKwh: 12.5 },
      days: [
        { day: '2026-03-01', site: 'S1', siteId: 'S1', simulated: true, sessions: 2, unknown: 1, energyKwh: 12.5 },
      ],
    }),
    transactions: (id, limit) => transactions.filter((t) => id === null || t.stationId === id).slice(0, limit),
    commands: (id) => commands.filter((c) => c.stationId === id),
    command,
    summary: () => ({
      stations: stations.length,
      byLiveness: {
        connected: stations.filter((s) => s.liveness === 'connected').length,
        quiet: stations.filter((s) => s.liveness === 'quiet').length,
        offline: stations.filter((s) => s.liveness === 'offline').length,
        never: stations.filter((s) => s.liveness === 'never').length,
      },
      connectorsByStatus: { Available: 50, Occupied: 16, Faulted: 1 },
      refused: null,
      openTransactions: transactions.filter((t) => t.state === 'open').length,
      powerKw: stations.flatMap((s) => s.evses).reduce((sum, e) => sum + (e.powerW ?? 0), 0) / 1000,
      energyTodayKwh: transactions.reduce((sum, t) => sum + (t.energyWh ?? 0), 0) / 1000,
      sessionsToday: transactions.length,
      simulated: true,
      lastSeq: log.length,
    }),
    tick: () => {
      for (const s of stations) step(s);
    },
  };
}
