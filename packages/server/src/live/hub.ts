import type { ServerResponse } from 'node:http';
import type { AnyStoredEvent } from '@qipan/base';
import type {
  CommandView,
  RunView,
  StationView,
  SummaryView,
  TransactionView,
  UnknownStationView,
} from '../contract.js';
import { EventRing, message } from './event-ring.js';

/** What the hub asks for when it writes, so that a view is made once, at the moment it is sent. */
export interface LiveSource {
  stationView(stationId: string): StationView | null;
  summary(): Promise<SummaryView>;
  eventsAfter(seq: number, limit: number): Promise<readonly AnyStoredEvent[]>;
}

export interface LiveFilter {
  readonly types: ReadonlySet<string> | null;
  readonly stationId: string | null;
}

interface Client {
  readonly response: ServerResponse;
  readonly filter: LiveFilter;
  seq: number;
  isCatchingUp: boolean;
  lastWriteMs: number;
}

/** Four updates a second and station at most. */
const flushMs = 250;
const summaryMs = 2_000;
const pingMs = 15_000;
const mostEventsAFlush = 500;
const mostReplayed = 1_000;
const mostBufferedBytes = 1024 * 1024;
const mostClients = 500;

/**
 * Server-sent events for every open page. Changes are gathered and written four times a second: a station that changed ten times in
 * between is sent once. A client that does not read is dropped when a megabyte waits for it; it resumes by `Last-Event-ID`.
 */
export class LiveHub {
  readonly #source: LiveSource;
  readonly #clients = new Set<Client>();
  readonly #ring = new EventRing();
  readonly #stations = new Set<string>();
  /** Latest state of everything else by kind and key. */
  readonly #latest = new Map<string, { type: string; stationId: string | null; data: unknown }>();
  #timer: NodeJS.Timeout | null = null;
  #summaryAtMs = 0;
  #lastSummary = '';
  #isClosed = false;
  /** Where the log stands. */
  #lastSeq: number;
  /** Texts of the events of one flush, made once for all clients. */
  #texts = new Map<number, string>();

  constructor(source: LiveSource, startSeq: number) {
    this.#source = source;
    this.#lastSeq = startSeq;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Committed events, in order of the log. */
  events(events: readonly AnyStoredEvent[]): void {
    this.#lastSeq = Math.max(this.#lastSeq, events.at(-1)?.seq ?? 0);
    if (this.#clients.size > 0) this.#ring.push(events);
  }

  station(stationId: string): void {
    if (this.#clients.size > 0) this.#stations.add(stationId);
  }

  transaction(transaction: TransactionView): void {
    this.#note('transaction', `${transaction.stationId}/${transaction.transactionId}`, transaction.stationId, {
      transaction,
    });
  }

  run(run: RunView): void {
    this.#note('run', run.id, null, { run });
  }

  command(command: CommandView): void {
    this.#note('command', command.commandId, command.stationId, { command });
  }

  unknownStation(unknownStation: UnknownStationView): void {
    this.#note('unknownStation', unknownStation.identity, null, { unknownStation });
  }

  #note(type: string, key: string, stationId: string | null, data: object): void {
    if (this.#clients.size > 0) this.#latest.set(`${type}/${key}`, { type, stationId, data: { type, ...data } });
  }

  /** Takes a hijacked response over. `since` is the last `seq` the client has; null starts at the present. */
  add(response: ServerResponse, filter: LiveFilter, since: number | null): boolean {
    if (this.#isClosed || this.#clients.size >= mostClients) return false;
    const client: Client = {
      response,
      filter,
      seq: since ?? this.#lastSeq,
      isCatchingUp: false,
      lastWriteMs: Date.now(),
    };
    response.write('retry: 2000\n\n');
    this.#clients.add(client);
    response.on('close', () => this.#drop(client));
    response.on('error', () => this.#drop(client));
    this.#summaryAtMs = 0;
    this.#lastSummary = '';
    this.#timer ??= setInterval(() => void this.#flush(), flushMs);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    for (const c of this.#clients) c.response.end();
    this.#clients.clear();
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #drop(client: Client): void {
    this.#clients.delete(client);
    client.response.destroy();
    if (this.#clients.size === 0 && this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
      this.#stations.clear();
      this.#latest.clear();
      this.#ring.clear();
    }
  }

  async #flush(): Promise<void> {
    const nowMs = Date.now();
    const shared: { type: string; stationId: string | null; text: string }[] = [];
    for (const id of this.#stations) {
      const station = this.#source.stationView(id);
      if (station)
        shared.push({ type: 'station', stationId: id, text: message('station', { type: 'station', station }) });
    }
    this.#stations.clear();
    for (const n of this.#latest.values()) shared.push({ ...n, text: message(n.type, n.data) });
    this.#latest.clear();
    for (const client of this.#clients) {
      this.#write(client, this.#eventsFor(client), nowMs);
      const parts = shared.filter((m) => wants(client.filter, m.type, m.stationId)).map((m) => m.text);
      this.#write(client, parts.join(''), nowMs);
      if (nowMs - client.lastWriteMs > pingMs) this.#write(client, ': ping\n\n', nowMs);
    }
    this.#texts.clear();
    if (nowMs - this.#summaryAtMs >= summaryMs) {
      this.#summaryAtMs = nowMs;
      await this.#writeSummary(nowMs);
    }
  }

  async #writeSummary(nowMs: number): Promise<void> {
    try {
      const text = message('summary', { type: 'summary', summary: await this.#source.summary() });
      if (text === this.#lastSummary) return;
      this.#lastSummary = text;
      for (const c of this.#clients) if (wants(c.filter, 'summary', null)) this.#write(c, text, nowMs);
    } catch {
      // The database is away: the pages keep their last figures and /info says why.
    }
  }

  #eventsFor(client: Client): string {
    if (client.isCatchingUp || !wants(client.filter, 'event', client.filter.stationId)) return '';
    const entries = this.#ring.after(client.seq, this.#lastSeq);
    if (entries === null) {
      client.isCatchingUp = true;
      void this.#catchUp(client);
      return '';
    }
    return this.#eventText(client, entries, mostEventsAFlush);
  }

  /** Text of what the client wants of `entries`; what is beyond `most` is left out and said so by a `gap`. */
  #eventText(client: Client, entries: readonly AnyStoredEvent[], most: number): string {
    if (entries.length === 0) return '';
    const wanted =
      client.filter.stationId === null ? entries : entries.filter((e) => e.stationId === client.filter.stationId);
    const cut = Math.max(0, wanted.length - most);
    const gap =
      cut === 0
        ? ''
        : message('gap', { type: 'gap', afterSeq: client.seq, beforeSeq: (wanted[cut] as AnyStoredEvent).seq });
    client.seq = (entries.at(-1) as AnyStoredEvent).seq;
    return (
      gap +
      wanted
        .slice(cut)
        .map((e) => this.#text(e))
        .join('')
    );
  }

  #text(event: AnyStoredEvent): string {
    const known = this.#texts.get(event.seq);
    if (known !== undefined) return known;
    const text = message('event', { type: 'event', event }, event.seq);
    this.#texts.set(event.seq, text);
    return text;
  }

  /** Reads from the log what the ring does not hold. */
  async #catchUp(client: Client): Promise<void> {
    try {
      const from = Math.max(client.seq, this.#lastSeq - mostReplayed);
      let text = from > client.seq ? message('gap', { type: 'gap', afterSeq: client.seq, beforeSeq: from + 1 }) : '';
      client.seq = from;
      const entries = await this.#source.eventsAfter(from, mostReplayed);
      text += this.#eventText(client, entries, mostReplayed);
      if (this.#ring.after(client.seq, this.#lastSeq) === null) client.seq = this.#lastSeq;
      this.#write(client, text, Date.now());
      client.isCatchingUp = false;
    } catch {
      this.#drop(client);
    }
  }

  #write(client: Client, text: string, nowMs: number): void {
    if (text === '' || !this.#clients.has(client)) return;
    if (client.response.writableLength > mostBufferedBytes) {
      this.#drop(client);
      return;
    }
    client.response.write(text);
    client.lastWriteMs = nowMs;
  }
}

function wants(filter: LiveFilter, type: string, stationId: string | null): boolean {
  if (filter.types !== null && !filter.types.has(type)) return false;
  return filter.stationId === null || stationId === null || stationId === filter.stationId;
}
