import { QipanError } from '@qipan/base';
import type { Records, RowWrite } from '@qipan/store';
import type { UnknownStationView } from '../contract.js';
import type { LiveHub } from '../live/hub.js';

type UnknownRow = Omit<UnknownStationView, 'connected'>;

const most = 1_000;
const saveMs = 2_000;

/**
 * The waiting list: identities that knock and nobody has approved. One bounded row each, the oldest goes when there are more than
 * a thousand; written at most every two seconds, since anybody can knock.
 */
export class UnknownStations {
  readonly #records: Records;
  readonly #hub: LiveHub;
  readonly #rows = new Map<string, UnknownRow>();
  readonly #connected = new Set<string>();
  readonly #dirty = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(records: Records, hub: LiveHub) {
    this.#records = records;
    this.#hub = hub;
  }

  async load(): Promise<void> {
    const rows = await this.#records.select<UnknownRow>('unknownStation', { orderBy: 'lastSeenMs', limit: most });
    for (const row of rows) this.#rows.set(row.identity, row);
  }

  list(): readonly UnknownStationView[] {
    return [...this.#rows.values()].reverse().map((row) => this.#view(row));
  }

  has(identity: string): boolean {
    return this.#rows.has(identity);
  }

  /** Somebody knocked; `connected` is what is known of the socket from now on. */
  seen(
    identity: string,
    facts: Partial<Omit<UnknownRow, 'identity' | 'attempts' | 'firstSeenMs'>>,
    change: { readonly attempt?: boolean; readonly connected?: boolean } = {},
  ): void {
    const nowMs = Date.now();
    const before = this.#rows.get(identity);
    const row: UnknownRow = {
      identity,
      firstSeenMs: before?.firstSeenMs ?? nowMs,
      lastSeenMs: nowMs,
      remoteAddress: facts.remoteAddress ?? before?.remoteAddress ?? '',
      ocppVersion: facts.ocppVersion ?? before?.ocppVersion ?? null,
      vendorName: facts.vendorName ?? before?.vendorName ?? null,
      model: facts.model ?? before?.model ?? null,
      serialNumber: facts.serialNumber ?? before?.serialNumber ?? null,
      attempts: (before?.attempts ?? 0) + (change.attempt === true ? 1 : 0),
    };
    if (change.connected === true) this.#connected.add(identity);
    if (change.connected === false) this.#connected.delete(identity);
    this.#rows.delete(identity);
    this.#rows.set(identity, row);
    this.#changed(identity);
    if (this.#rows.size > most) {
      const oldest = this.#rows.keys().next().value as string;
      this.#rows.delete(oldest);
      this.#changed(oldest);
    }
    this.#hub.unknownStation(this.#view(row));
  }

  /** Throws `NOT_FOUND`. */
  get(identity: string): UnknownStationView {
    const row = this.#rows.get(identity);
    if (!row) throw new QipanError('NOT_FOUND', `${identity} is not on the waiting list`, { got: identity });
    return this.#view(row);
  }

  async remove(identity: string): Promise<void> {
    this.#rows.delete(identity);
    this.#connected.delete(identity);
    this.#dirty.delete(identity);
    await this.#records.write([{ table: 'unknownStation', row: { identity }, remove: true }]);
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#save().catch(() => undefined);
  }

  #view(row: UnknownRow): UnknownStationView {
    return { ...row, connected: this.#connected.has(row.identity) };
  }

  #changed(identity: string): void {
    this.#dirty.add(identity);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // What could not be written stays marked and goes with the next change.
      this.#save().catch(() => undefined);
    }, saveMs);
  }

  async #save(): Promise<void> {
    const identities = [...this.#dirty];
    if (identities.length === 0) return;
    const writes = identities.map((identity): RowWrite => {
      const row = this.#rows.get(identity);
      return { table: 'unknownStation', ...(row ? { row: { ...row } } : { row: { identity }, remove: true }) };
    });
    await this.#records.write(writes);
    for (const identity of identities) this.#dirty.delete(identity);
  }
}
