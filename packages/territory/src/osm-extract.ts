import { QipanError } from '@qipan/base';

export type OsmTags = Readonly<Record<string, string>>;

/** An item of an OpenStreetMap file, as PBF readers hand them over. */
export type OsmItem =
  | { readonly type: 'node'; readonly id: number; readonly lon: number; readonly lat: number; readonly tags?: OsmTags }
  | { readonly type: 'way'; readonly id: number; readonly refs: readonly number[]; readonly tags?: OsmTags }
  | {
      readonly type: 'relation';
      readonly id: number;
      readonly members: readonly { readonly type: string; readonly ref: number; readonly role?: string }[];
      readonly tags?: OsmTags;
    };

export interface OsmRelation {
  readonly id: number;
  readonly tags: OsmTags;
  readonly members: readonly { readonly type: string; readonly ref: number; readonly role: string }[];
}

/** What an OSM file holds, in typed arrays; ids ascending. Node −1 in `refs` is a node that the file does not hold. */
export interface OsmExtract {
  readonly nodeId: Float64Array;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  /** Tagged nodes: node index and its tags. */
  readonly taggedNode: Int32Array;
  readonly nodeTags: readonly OsmTags[];
  readonly wayId: Float64Array;
  /** Offsets into `refs`, one more than ways. */
  readonly wayStart: Int32Array;
  /** Node indices. */
  readonly refs: Int32Array;
  readonly wayTags: readonly (OsmTags | undefined)[];
  readonly relations: readonly OsmRelation[];
}

class Growing {
  #values = new Float64Array(1024);
  #size = 0;

  push(v: number): void {
    if (this.#size === this.#values.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size++] = v;
  }

  get size(): number {
    return this.#size;
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#size);
  }
}

/** Takes the items of a file one by one and keeps them compactly; items may come in any order. */
export class OsmCollector {
  readonly #nodeId = new Growing();
  readonly #lon = new Growing();
  readonly #lat = new Growing();
  readonly #tagged = new Map<number, OsmTags>();
  readonly #wayId: number[] = [];
  readonly #wayEnd: number[] = [];
  readonly #wayTags: (OsmTags | undefined)[] = [];
  readonly #refs = new Growing();
  readonly #relations: OsmRelation[] = [];

  /** @throws `BAD_FILE` for a node off the globe */
  add(item: OsmItem): void {
    if (item.type === 'node') {
      if (!(Math.abs(item.lon) <= 180 && Math.abs(item.lat) <= 90))
        throw new QipanError('BAD_FILE', `node ${item.id} stands at (${item.lon}, ${item.lat})`, {
          got: [item.lon, item.lat],
          expected: 'degrees: lon −180…180, lat −90…90',
        });
      this.#nodeId.push(item.id);
      this.#lon.push(item.lon);
      this.#lat.push(item.lat);
      if (item.tags) this.#tagged.set(item.id, item.tags);
    } else if (item.type === 'way') {
      for (const ref of item.refs) this.#refs.push(ref);
      this.#wayId.push(item.id);
      this.#wayEnd.push(this.#refs.size);
      this.#wayTags.push(item.tags);
    } else if (item.tags) {
      const members = item.members.map((m) => ({ type: m.type, ref: m.ref, role: m.role ?? '' }));
      this.#relations.push({ id: item.id, tags: item.tags, members });
    }
  }

  finish(): OsmExtract {
    const order = sortedOrder(this.#nodeId.values);
    const pick = (values: Float64Array) =>
      order === null ? values.slice() : Float64Array.from(order, (i) => values[i] as number);
    const nodeId = pick(this.#nodeId.values);
    const raw = this.#refs.values;
    const refs = new Int32Array(raw.length);
    raw.forEach((ref, i) => {
      refs[i] = indexOfId(nodeId, ref);
    });
    const tagged = [...this.#tagged.keys()].map((id) => indexOfId(nodeId, id)).sort((a, b) => a - b);
    return {
      nodeId,
      lon: pick(this.#lon.values),
      lat: pick(this.#lat.values),
      taggedNode: Int32Array.from(tagged),
      nodeTags: tagged.map((i) => this.#tagged.get(nodeId[i] as number) as OsmTags),
      wayId: Float64Array.from(this.#wayId),
      wayStart: Int32Array.from([0, ...this.#wayEnd]),
      refs,
      wayTags: this.#wayTags,
      relations: this.#relations,
    };
  }
}

/** The order that sorts the ids, or null when they are sorted, as files are by custom. */
function sortedOrder(ids: Float64Array): Int32Array | null {
  let i = 1;
  while (i < ids.length && (ids[i - 1] as number) < (ids[i] as number)) i++;
  if (i >= ids.length) return null;
  return Int32Array.from(ids.keys()).sort((a, b) => (ids[a] as number) - (ids[b] as number));
}

/** Index of an id in ascending ids, or −1. */
export function indexOfId(ids: Float64Array, id: number): number {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const v = ids[middle] as number;
    if (v === id) return middle;
    if (v < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
