import { QipanError } from '@qipan/base';
import type { StationKeys } from '../auth/station-keys.js';
import type { ApproveInput, ApproveView, UnknownStationView } from '../contract.js';
import type { LiveHub } from '../live/hub.js';
import { identityOf } from '../sockets/handshake.js';
import type { NewStation, StationRegistry } from './registry.js';
import type { StationReader } from './reader.js';
import type { UnknownStations } from './unknown-stations.js';

export interface CommissioningOptions {
  readonly registry: StationRegistry;
  readonly reader: StationReader;
  readonly unknown: UnknownStations;
  readonly keys: StationKeys;
  readonly hub: LiveHub;
  readonly ocppUrl: () => string;
  /** Ends the connection of somebody on the waiting list. */
  readonly dismiss: (identity: string, reason: string) => void;
  /** Position of a place on the default board. */
  readonly placePosition: (place: number) => Promise<{ lon: number; lat: number } | null>;
}

/** How a station becomes ours: off the waiting list, or entered before it has ever called. */
export class Commissioning {
  readonly #o: CommissioningOptions;

  constructor(options: CommissioningOptions) {
    this.#o = options;
  }

  waiting(): readonly UnknownStationView[] {
    return this.#o.unknown.list();
  }

  /** Throws `NOT_FOUND` when nobody of that name is waiting. The station must come back with the password. */
  async approve(identity: string, input: ApproveInput): Promise<ApproveView> {
    const guest = this.#o.unknown.get(identity);
    const { vendorName, model, serialNumber, ocppVersion } = guest;
    const view = await this.#make(identity, input, { vendorName, model, serialNumber, ocppVersion });
    await this.#o.unknown.remove(identity);
    this.#o.dismiss(identity, 'approved');
    return view;
  }

  /** Throws `BAD_INPUT` for an identity that no station could call with, `DUPLICATE_ID` for one that is taken. */
  async add(identity: string, input: ApproveInput): Promise<ApproveView> {
    if (identity.length > 48 || identityOf(`/ocpp/${encodeURIComponent(identity)}`) !== identity)
      throw new QipanError('BAD_INPUT', `${identity} cannot be an identity`, {
        field: 'identity',
        got: identity,
        expected: '1 to 48 characters without colon, slash or control characters',
      });
    const view = await this.#make(identity, input, {});
    if (this.#o.unknown.has(identity)) await this.#o.unknown.remove(identity);
    this.#o.dismiss(identity, 'approved');
    return view;
  }

  /**
   * A new password for a station whose own was lost or given away: the old one ends with its connection. Throws `NOT_FOUND`, and
   * `CONFLICT` for a simulated station, which nobody types a password into.
   */
  async renew(stationId: string): Promise<ApproveView> {
    const { registry, keys, reader } = this.#o;
    const entry = registry.require(stationId);
    const { identity, origin } = entry.row;
    if (origin === 'simulated')
      throw new QipanError('CONFLICT', `${identity} is simulated: its password is made by the server`, { got: origin });
    const { password, stored } = keys.generate();
    await registry.change(entry, { secretHash: stored });
    entry.socket?.replace(1008, 'the password was renewed');
    return { station: reader.view(entry), password, url: this.#urlOf(identity) };
  }

  #urlOf(identity: string): string {
    return `${this.#o.ocppUrl()}/${encodeURIComponent(identity)}`;
  }

  async dismiss(identity: string): Promise<void> {
    this.#o.unknown.get(identity);
    await this.#o.unknown.remove(identity);
    this.#o.dismiss(identity, 'dismissed');
  }

  async #make(identity: string, input: ApproveInput, facts: Partial<NewStation>): Promise<ApproveView> {
    const { password, stored } = this.#o.keys.generate();
    const position = typeof input.place !== 'number' ? null : await this.#o.placePosition(input.place);
    const [entry] = await this.#o.registry.add([
      {
        ...facts,
        identity,
        origin: 'real',
        secretHash: stored,
        name: input.name ?? null,
        siteId: input.siteId ?? null,
        lon: position?.lon ?? null,
        lat: position?.lat ?? null,
        settings: { place: input.place ?? null },
      },
    ]);
    if (!entry) throw new Error('a station was added and is not there');
    this.#o.hub.station(entry.id);
    return {
      station: this.#o.reader.view(entry),
      password,
      url: this.#urlOf(identity),
    };
  }
}
