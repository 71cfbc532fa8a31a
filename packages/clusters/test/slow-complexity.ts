/**
 * The pipeline written out once more with nested lists, dense loops and plain power iteration: no kernel, no sparse structure and
 * no Lanczos in common with the room. What the room gives must equal it on any small panel.
 */
export interface Slow {
  readonly region: readonly number[];
  readonly industry: readonly number[];
  readonly has: readonly (readonly boolean[])[];
  readonly diversity: readonly number[];
  readonly ubiquity: readonly number[];
}

type Rows = readonly (readonly number[])[];
const sum = (x: readonly number[]) => x.reduce((a, b) => a + b, 0);
const mean = (x: readonly number[]) => sum(x) / x.length;
const deviation = (x: readonly number[], ddof: number) =>
  Math.sqrt(sum(x.map((v) => (v - mean(x)) ** 2)) / (x.length - ddof));
export const standard = (x: readonly number[], ddof: number) => x.map((v) => (v - mean(x)) / deviation(x, ddof));

/** Location quotients; null where undefined. */
export function slowQuotients(x: Rows): (number | null)[][] {
  const known = x.map((row) => row.map((v) => (Number.isNaN(v) ? 0 : v)));
  const rows = known.map(sum);
  const cols = known[0]!.map((_, i) => sum(known.map((row) => row[i]!)));
  const all = sum(rows);
  return x.map((row, r) =>
    row.map((v, i) => (Number.isNaN(v) || rows[r] === 0 || cols[i] === 0 ? null : v / rows[r]! / (cols[i]! / all))),
  );
}

/** Presence at LQ ≥ 1 without its empty rows and columns. */
export function slowPresence(x: Rows): Slow {
  const m = slowQuotients(x).map((row) => row.map((q) => q !== null && q >= 1));
  const region = [...m.keys()].filter((r) => m[r]!.includes(true));
  const industry = [...m[0]!.keys()].filter((i) => m.some((row) => row[i]));
  const has = region.map((r) => industry.map((i) => m[r]![i]!));
  return {
    region,
    industry,
    has,
    diversity: has.map((row) => row.filter(Boolean).length),
    ubiquity: industry.map((_, i) => has.filter((row) => row[i]).length),
  };
}

/** Smaller conditional probability of every two industries. */
export function slowProximity(m: Slow, diagonal: 0 | 1): number[][] {
  return m.ubiquity.map((ui, i) =>
    m.ubiquity.map((uj, j) => {
      if (i === j) return diagonal;
      return m.has.filter((row) => row[i] && row[j]).length / Math.max(ui, uj);
    }),
  );
}

export function slowDensity(m: Slow, phi: Rows): number[][] {
  return m.has.map((row) =>
    phi[0]!.map((_, j) => {
      const near = phi.map((p) => p[j]!);
      return sum(near.filter((_p, i) => row[i])) / sum(near);
    }),
  );
}

const toRegions = (m: Slow, p: readonly number[]) =>
  m.has.map((row, r) => sum(p.filter((_, i) => row[i])) / m.diversity[r]!);
const toIndustries = (m: Slow, c: readonly number[]) =>
  m.ubiquity.map((u, i) => sum(c.filter((_, r) => m.has[r]![i])) / u);

/** k_p and k_c of the second direction by power iteration on the industry side, the constant taken out with weights u. */
export function slowDirection(m: Slow): { kp: number[]; kc: number[] } {
  const weight = sum(m.ubiquity);
  const centred = (p: readonly number[]) => {
    const c = sum(p.map((v, i) => v * m.ubiquity[i]!)) / weight;
    const out = p.map((v) => v - c);
    const norm = Math.sqrt(sum(out.map((v, i) => v * v * m.ubiquity[i]!)));
    return out.map((v) => v / norm);
  };
  let p = centred(m.ubiquity.map((_, i) => Math.sin(3 * i + 1)));
  for (let k = 0; k < 30_000; k++) {
    const next = centred(toIndustries(m, toRegions(m, p)));
    const change = Math.max(...next.map((v, i) => Math.abs(v - p[i]!)));
    p = next;
    if (change < 1e-15) break;
  }
  const c = toRegions(m, p);
  const agree = sum(c.map((v, r) => (v - mean(c)) * (m.diversity[r]! - mean(m.diversity))));
  return agree < 0 ? { kp: p.map((v) => -v), kc: c.map((v) => -v) } : { kp: p, kc: c };
}

export interface SlowFigures {
  readonly eci: readonly number[];
  readonly pci: readonly number[];
  readonly coi: readonly number[] | null;
  readonly cog: Rows;
}

/** COI before any standardisation. */
function outlook(m: Slow, w: Rows, gain: readonly number[]): number[] {
  return m.has.map((row, r) => sum(gain.map((g, j) => (row[j] ? 0 : w[r]![j]! * g))));
}

/** COG over row sums of φ. */
function outlookGain(m: Slow, phi: Rows, gain: readonly number[]): number[][] {
  return m.has.map((row) =>
    gain.map((_, j) => (row[j] ? 0 : sum(gain.map((g, i) => (row[i] ? 0 : (phi[i]![j]! * g) / sum(phi[i]!)))))),
  );
}

export function slowHarvard(m: Slow): SlowFigures {
  const phi = slowProximity(m, 1);
  const { kp, kc } = slowDirection(m);
  const sd = deviation(kc, 0);
  return {
    eci: standard(kc, 0),
    pci: kp.map((v) => (v - mean(kc)) / sd),
    coi: standard(outlook(m, slowDensity(m, phi), kp), 0),
    cog: outlookGain(m, phi, kp).map((row) => row.map((v) => v / sd)),
  };
}

export function slowR(m: Slow): SlowFigures {
  const phi = slowProximity(m, 1);
  const { kp, kc } = slowDirection(m);
  const pci = standard(kp, 1);
  return { eci: standard(kc, 1), pci, coi: outlook(m, slowDensity(m, phi), pci), cog: outlookGain(m, phi, pci) };
}

/** The Observatory's way: its loop as it stands in the program, lists for data frames. */
export function slowOec(m: Slow): SlowFigures {
  let kc: number[] = [...m.diversity];
  let kp: number[] = [...m.ubiquity];
  for (let i = 1; i < 20; i++) {
    const [before, beforeP] = [kc, kp];
    kp = toIndustries(m, before);
    if (i < 19) kc = toRegions(m, beforeP);
  }
  const pci = standard(kp, 1);
  const phi = slowProximity(m, 0);
  const ratio = phi.map((row) => row.map((v, j) => v / sum(phi.map((p) => p[j]!))));
  const w = slowDensity(m, phi);
  const cog = m.has.map((row, r) =>
    pci.map((own, j) => sum(pci.map((p, i) => (row[i] ? 0 : p * ratio[i]![j]!))) - w[r]![j]! * own),
  );
  return { eci: standard(kc, 1), pci, coi: null, cog };
}
