import type { ChessData } from './data.js';

/** Auxiliary columns of the model: the first column of each kind; the focus columns of the pairs follow. */
export interface AuxColumns {
  /** o_i, one an industry with a limited market. */
  readonly overflow: number;
  readonly limited: Int32Array;
  /** u_c and q_c, one a link each. */
  readonly shortfall: number;
  readonly zoneGap: number;
  /** y_cz, `[links × zones]`. */
  readonly cover: number;
  /** d_r, one a region with a floor. */
  readonly floorGap: number;
  readonly floored: Int32Array;
  /** m_rij, one a co-location. */
  readonly together: number;
  /** a_ri, one a wish. */
  readonly abstain: number;
  readonly wishes: Int32Array;
  readonly count: number;
}

const where = (n: number, test: (k: number) => boolean): Int32Array =>
  Int32Array.from({ length: n }, (_, k) => k).filter(test);

/** Lays out the columns that do not belong to a pair. */
export function auxColumns(data: ChessData): AuxColumns {
  const { regions, industries, links, pairs } = data;
  const limited = where(industries.code.length, (i) => industries.marketRoom[i] < Infinity);
  const floored = where(regions.code.length, (r) => regions.valueFloor[r] > 0);
  const wishes = where(pairs.region.length, (k) => pairs.isWish[k] === 1);
  const shortfall = limited.length;
  const zoneGap = shortfall + links.code.length;
  const cover = zoneGap + links.code.length;
  const floorGap = cover + links.code.length * data.zones.length;
  const together = floorGap + floored.length;
  const abstain = together + data.colocations.length;
  const count = abstain + wishes.length;
  return { overflow: 0, limited, shortfall, zoneGap, cover, floorGap, floored, together, abstain, wishes, count };
}
