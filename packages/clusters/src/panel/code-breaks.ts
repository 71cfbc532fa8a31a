import { QipanError } from '@qipan/base';
import type { Panel } from './types.js';

/** A proposal of what became of a code; it holds only once somebody confirms it. */
export interface ProposedMatch {
  readonly kind: 'suffix' | 'spelling' | 'merge' | 'split' | 'profile';
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Several codes would do: a name alone does not tell which place is meant. */
  readonly ambiguous: boolean;
  /** Total of the new over total of the old; null where the old is not known to have any. */
  readonly totalRatio: number | null;
}

/** Codes that stand in one of two years only. */
export interface CodeBreak {
  readonly axis: 'region' | 'industry';
  readonly fromYear: number;
  readonly toYear: number;
  readonly same: number;
  readonly gone: readonly string[];
  readonly fresh: readonly string[];
  readonly proposals: readonly ProposedMatch[];
}

/** A name without its status suffix: `Adelaide (C)` → `Adelaide`. Chinese administrative endings are kept: they tell places apart. */
export const withoutSuffix = (code: string): string => code.replace(/\s*\([^()]*\)\s*$/u, '').trim();

interface Profiles {
  readonly total: Map<string, number>;
  readonly shares: Map<string, Float64Array>;
}

/** Codes that have any known or unknown cell in a year: those of a year whose rows are all true zeros are not in it. */
export function codesIn(panel: Panel, axis: 'region' | 'industry'): Set<string> {
  const out = new Set<string>();
  const codes = axis === 'region' ? panel.regionCode : panel.industryCode;
  for (let k = 0; k < panel.value.length; k++) {
    if (panel.value[k] !== 0)
      out.add(codes[axis === 'region' ? Math.floor(k / panel.industries) : k % panel.industries]);
  }
  return out;
}

function profiles(panel: Panel, axis: 'region' | 'industry', codes: readonly string[]): Profiles {
  const wanted = new Set(codes);
  const own = axis === 'region' ? panel.regionCode : panel.industryCode;
  const [n, width] = axis === 'region' ? [panel.regions, panel.industries] : [panel.industries, panel.regions];
  const total = new Map<string, number>();
  const shares = new Map<string, Float64Array>();
  for (let a = 0; a < n; a++) {
    if (!wanted.has(own[a])) continue;
    const row = Float64Array.from({ length: width }, (_, b) => {
      const x = panel.value[axis === 'region' ? a * panel.industries + b : b * panel.industries + a];
      return x === x ? x : 0;
    });
    total.set(
      own[a],
      row.reduce((s, x) => s + x, 0),
    );
    shares.set(own[a], row);
  }
  return { total, shares };
}

/** `Σ |s_a − s_b|` of two profiles given as sums of rows. */
function apart(a: readonly Float64Array[], b: readonly Float64Array[]): { distance: number; ratio: number } {
  const add = (list: readonly Float64Array[], k: number) => list.reduce((s, x) => s + x[k], 0);
  let [x, y] = [0, 0];
  for (let k = 0; k < a[0].length; k++) {
    x += add(a, k);
    y += add(b, k);
  }
  let distance = 0;
  for (let k = 0; k < a[0].length; k++) distance += Math.abs(add(a, k) / x - add(b, k) / y);
  return { distance, ratio: y / x };
}

/** Edit distance, given up beyond `most`. */
function edits(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

function byName(
  gone: readonly string[],
  fresh: readonly string[],
  ratio: (a: string, b: string) => number | null,
): ProposedMatch[] {
  const out: ProposedMatch[] = [];
  const claim = (kind: 'suffix' | 'spelling', alike: (a: string, b: string) => boolean) => {
    for (const a of gone) {
      if (out.some((p) => p.from[0] === a)) continue;
      const to = fresh.filter((b) => alike(a, b));
      const rivals = gone.filter((other) => to.some((b) => alike(other, b)));
      for (const b of to)
        out.push({ kind, from: [a], to: [b], ambiguous: to.length > 1 || rivals.length > 1, totalRatio: ratio(a, b) });
    }
  };
  claim('suffix', (a, b) => withoutSuffix(a) === withoutSuffix(b));
  claim('spelling', (a, b) => {
    const [x, y] = [withoutSuffix(a).toLowerCase(), withoutSuffix(b).toLowerCase()];
    return Math.min(x.length, y.length) >= 6 && !/^\d+$/.test(x + y) && edits(x, y, 2) <= 2;
  });
  return out;
}

const near = (d: { distance: number; ratio: number }, most: number, room: number): boolean =>
  d.distance < most && d.ratio > 1 / room && d.ratio < room;

/** One to one, then two to one and one to two, by profile and size; only among codes that no name explains. */
function byProfile(a: Profiles, b: Profiles): ProposedMatch[] {
  const out: ProposedMatch[] = [];
  const tried: { kind: ProposedMatch['kind']; from: string[]; to: string[]; d: { distance: number; ratio: number } }[] =
    [];
  const rows = (p: Profiles, list: readonly string[]) => list.map((c) => p.shares.get(c) as Float64Array);
  const add = (kind: ProposedMatch['kind'], from: string[], to: string[], most: number) => {
    const d = apart(rows(a, from), rows(b, to));
    if (near(d, most, 1.3)) tried.push({ kind, from, to, d });
  };
  const pairs = (p: Profiles) => {
    const list = [...p.shares.keys()];
    return list.flatMap((x, i) => list.slice(i + 1).map((y) => [x, y]));
  };
  for (const x of a.shares.keys()) for (const y of b.shares.keys()) add('profile', [x], [y], 0.2);
  const sized = (p: Profiles, list: readonly string[]) => list.reduce((s, c) => s + (p.total.get(c) as number), 0);
  for (const to of b.shares.keys())
    for (const from of pairs(a)) {
      const q = (b.total.get(to) as number) / sized(a, from);
      if (q > 0.77 && q < 1.3) add('merge', from, [to], 0.12);
    }
  for (const from of a.shares.keys())
    for (const to of pairs(b)) {
      const q = sized(b, to) / (a.total.get(from) as number);
      if (q > 0.77 && q < 1.3) add('split', [from], to, 0.12);
    }
  tried.sort((x, y) => x.d.distance - y.d.distance);
  const used = new Set<string>();
  for (const t of tried) {
    const keys = [...t.from.map((c) => `a${c}`), ...t.to.map((c) => `b${c}`)];
    if (keys.some((k) => used.has(k))) continue;
    for (const k of keys) used.add(k);
    out.push({ kind: t.kind, from: t.from, to: t.to, ambiguous: true, totalRatio: t.d.ratio });
  }
  return out;
}

/** Above this many unexplained codes on a side profiles are not compared: guesses would drown the list. */
const mostGuessed = 150;

/**
 * Codes that came and went between two years, with proposals by suffix, spelling and profile (renames, merges of two, splits in
 * two). Nothing is matched by it: see `pairYears`.
 */
export function codeBreak(a: Panel, b: Panel, axis: 'region' | 'industry'): CodeBreak {
  const [before, after] = [codesIn(a, axis), codesIn(b, axis)];
  const gone = [...before].filter((c) => !after.has(c));
  const fresh = [...after].filter((c) => !before.has(c));
  const [pa, pb] = [profiles(a, axis, gone), profiles(b, axis, fresh)];
  const ratio = (x: string, y: string) => {
    const old = pa.total.get(x) as number;
    return old > 0 ? (pb.total.get(y) as number) / old : null;
  };
  const named = byName(gone, fresh, ratio);
  const rest = (p: Profiles, taken: readonly string[]): Profiles => {
    const left = [...p.shares].filter(([c]) => !taken.includes(c) && (p.total.get(c) as number) > 0);
    return { total: p.total, shares: new Map(left) };
  };
  const [ra, rb] = [
    rest(
      pa,
      named.flatMap((p) => p.from),
    ),
    rest(
      pb,
      named.flatMap((p) => p.to),
    ),
  ];
  const guessed = ra.shares.size <= mostGuessed && rb.shares.size <= mostGuessed ? byProfile(ra, rb) : [];
  return {
    axis,
    fromYear: a.year ?? 0,
    toYear: b.year ?? 0,
    same: [...before].filter((c) => after.has(c)).length,
    gone,
    fresh,
    proposals: [...named, ...guessed],
  };
}

/** Two years over the same regions, and what was left out. */
export interface YearPair {
  readonly before: Panel;
  readonly after: Panel;
  readonly leftOutBefore: readonly string[];
  readonly leftOutAfter: readonly string[];
}

/**
 * Two years over the codes that stand in both and those whose match is confirmed (under the later code). Codes without a match are
 * listed, never dropped silently: `unmatched: 'refuse'` (default) throws instead.
 * @throws CODE_BREAK when codes are unmatched and not asked to be left out; UNKNOWN_CODE for a confirmed code that is not there
 */
export function pairYears(
  a: Panel,
  b: Panel,
  o: { readonly confirmed?: readonly { from: string; to: string }[]; readonly unmatched?: 'refuse' | 'leaveOut' } = {},
): YearPair {
  const [before, after] = [codesIn(a, 'region'), codesIn(b, 'region')];
  const target = new Map([...before].filter((c) => after.has(c)).map((c) => [c, c]));
  for (const { from, to } of o.confirmed ?? []) {
    for (const [code, set, year] of [
      [from, before, a.year],
      [to, after, b.year],
    ] as const)
      if (!set.has(code))
        throw new QipanError('UNKNOWN_CODE', `${code} is not in ${year ?? 'the year'}`, {
          table: 'confirmed',
          got: code,
          expected: 'a region of that year',
        });
    target.set(from, to);
  }
  const reached = new Set(target.values());
  const leftOutBefore = [...before].filter((c) => !target.has(c));
  const leftOutAfter = [...after].filter((c) => !reached.has(c));
  if ((o.unmatched ?? 'refuse') === 'refuse' && leftOutBefore.length + leftOutAfter.length > 0)
    throw new QipanError(
      'CODE_BREAK',
      `${leftOutBefore.length} codes of ${a.year ?? 'the first year'} and ${leftOutAfter.length} of ${b.year ?? 'the second'} have no confirmed match, first ${leftOutBefore[0] ?? leftOutAfter[0]}`,
      { table: 'panel', got: [leftOutBefore, leftOutAfter], expected: 'confirmed matches, or to be left out' },
    );
  const order = [...reached].sort();
  return {
    before: summed(a, order, (code) => target.get(code)),
    after: summed(b, order, (code) => (reached.has(code) ? code : undefined)),
    leftOutBefore,
    leftOutAfter,
  };
}

/** A panel over other region codes; several that come to one are added, unknown cells make the sum unknown. */
function summed(p: Panel, order: readonly string[], to: (code: string) => string | undefined): Panel {
  const at = new Map(order.map((c, k) => [c, k]));
  const value = new Float64Array(order.length * p.industries);
  p.regionCode.forEach((code, r) => {
    const k = at.get(to(code) ?? '');
    if (k === undefined) return;
    for (let i = 0; i < p.industries; i++) value[k * p.industries + i] += p.value[r * p.industries + i];
  });
  const { bounds: _bounds, flag: _flag, ...rest } = p;
  return { ...rest, value, regions: order.length, regionCode: order };
}
