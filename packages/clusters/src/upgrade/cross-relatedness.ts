import { QipanError } from '@qipan/base';
import { bestAssignment } from '@qipan/numeric';

/** Presence of technologies and of industries in the same regions, row-major 0/1. */
export interface TwoLayers {
  readonly regions: number;
  readonly technologies: number;
  readonly industries: number;
  /** `[regions × technologies]` */
  readonly technology: Uint8Array;
  /** `[regions × industries]`; give a later year for a lag. */
  readonly industry: Uint8Array;
}

export interface CrossRelatedness {
  /** `C_ti / max(u_t, u_i)`, `[technologies × industries]`; NaN where one of the two is nowhere. */
  readonly proximity: Float64Array;
  /** Share of an industry's technologies, by proximity, that the region has, `[regions × industries]`; NaN where it has none to have. */
  readonly density: Float64Array;
}

function check(l: TwoLayers): void {
  for (const [name, x, n] of [
    ['technology', l.technology, l.regions * l.technologies],
    ['industry', l.industry, l.regions * l.industries],
  ] as const)
    if (x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${name}: ${x.length} cells`, {
        field: name,
        got: x.length,
        expected: `${n}`,
      });
}

/**
 * Relatedness across two classifications: how near a technology is to an industry, by the regions that have both (the minimum of the
 * two conditional probabilities of Hidalgo et al. 2007, across layers as in Pugliese et al. 2019).
 * @throws SHAPE_MISMATCH
 */
export function crossRelatedness(l: TwoLayers): CrossRelatedness {
  check(l);
  const { regions: R, technologies: T, industries: I } = l;
  const ut = new Float64Array(T);
  const ui = new Float64Array(I);
  const both = new Float64Array(T * I);
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < I; i++) ui[i] += l.industry[r * I + i];
    for (let t = 0; t < T; t++) {
      if (l.technology[r * T + t] === 0) continue;
      ut[t]++;
      for (let i = 0; i < I; i++) both[t * I + i] += l.industry[r * I + i];
    }
  }
  const proximity = both.map((c, k) => {
    const [t, i] = [Math.floor(k / I), k % I];
    return ut[t] === 0 || ui[i] === 0 ? Number.NaN : c / Math.max(ut[t], ui[i]);
  });
  const density = new Float64Array(R * I);
  for (let r = 0; r < R; r++)
    for (let i = 0; i < I; i++) {
      let all = 0;
      let own = 0;
      for (let t = 0; t < T; t++) {
        const p = proximity[t * I + i];
        if (Number.isNaN(p)) continue;
        all += p;
        if (l.technology[r * T + t]) own += p;
      }
      density[r * I + i] = all > 0 ? own / all : Number.NaN;
    }
  return { proximity, density };
}

/** A technology of one region put to use by an industry of another. */
export interface InnovationMatch {
  readonly fromRegion: number;
  readonly technology: number;
  readonly toRegion: number;
  readonly industry: number;
  readonly proximity: number;
  readonly score: number;
}

/**
 * Technologies that their own region hardly uses, brought to industries elsewhere that could: `home = max φ_ti` over the region's own
 * industries; a pair is worth `φ_ti − home` where that exceeds 0 and the other region lacks the technology. Each technology of a region
 * goes to one industry of one region and each of those takes one; the total is the greatest there is.
 */
export function innovationMatches(
  l: TwoLayers,
  cross: Pick<CrossRelatedness, 'proximity'>,
): readonly InnovationMatch[] {
  check(l);
  const { regions: R, technologies: T, industries: I } = l;
  const near = (t: number, i: number) => cross.proximity[t * I + i] || 0;
  const holders: { r: number; t: number; home: number }[] = [];
  for (let r = 0; r < R; r++)
    for (let t = 0; t < T; t++) {
      if (l.technology[r * T + t] === 0) continue;
      let home = 0;
      for (let i = 0; i < I; i++) if (l.industry[r * I + i]) home = Math.max(home, near(t, i));
      holders.push({ r, t, home });
    }
  const takers: { r: number; i: number }[] = [];
  for (let r = 0; r < R; r++) for (let i = 0; i < I; i++) if (l.industry[r * I + i]) takers.push({ r, i });
  const score = new Float64Array(holders.length * takers.length);
  holders.forEach((h, a) =>
    takers.forEach((k, b) => {
      if (h.r !== k.r && l.technology[k.r * T + h.t] === 0) score[a * takers.length + b] = near(h.t, k.i) - h.home;
    }),
  );
  const pairs = bestAssignment(score, holders.length, takers.length);
  return holders.flatMap((h, a) => {
    const taker = takers[pairs[a]];
    if (!taker) return [];
    return [
      {
        fromRegion: h.r,
        technology: h.t,
        toRegion: taker.r,
        industry: taker.i,
        proximity: near(h.t, taker.i),
        score: score[a * takers.length + pairs[a]],
      },
    ];
  });
}
