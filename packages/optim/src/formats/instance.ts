import type { Csr } from '@qipan/numeric';
import type { Costs } from '../location/problem.js';

/** What a file holds, before it is known which problem is asked of it. */
export interface Instance {
  /** Cost of serving the whole of each demand point; null when the file holds distances alone. */
  readonly costs: Costs | null;
  /** Distances without weights, for centers; null when the file holds none. */
  readonly distances: Costs | null;
  /** Unweighted distances within a limit, for covering; null when the file holds none. */
  readonly cover: ((radius: number) => Csr) | null;
  /** Demand to be covered, one a demand point. */
  readonly weight: Float64Array;
  /** Number of sites that the file asks for. */
  readonly p: number | null;
  readonly fixedCost: Float64Array | null;
  readonly capacity: Float64Array | null;
  readonly demand: Float64Array | null;
  /** How the format means its capacities. */
  readonly singleSource: boolean;
  /** Id of a site as the file counts: a number or a name. */
  readonly siteId: (site: number) => number | string;
  readonly warnings: readonly string[];
}

/** What all readers are told. */
export interface ReadOptions {
  /** Name of the file for messages. */
  readonly file: string;
  /** Replaces every capacity. */
  readonly capacity?: number;
  /** Second file, for the formats that have one. */
  readonly extra?: { readonly file: string; readonly text: string };
}
