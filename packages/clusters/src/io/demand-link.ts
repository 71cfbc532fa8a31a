import { QipanError } from '@qipan/base';
import type { Leontief } from './leontief.js';
import { colSums, named, sumColumns, type IoTable } from './table.js';

/** One line of a programme's purchases, in currency a year at purchasers' prices. Negative amounts are purchases that fall away. */
export interface PurchaseLine {
  readonly label: string;
  readonly year: number;
  /** Sector number of the product. */
  readonly sector: number;
  readonly amount: number;
  /** Bought abroad, share of the basic value; null = the table's import share of final demand or, without it, of intermediate use. */
  readonly importShare: number | null;
  /** Trade and transport margins, shares of the purchasers' price. */
  readonly tradeMargin: number;
  readonly transportMargin: number;
  /** Taxes less subsidies on products, share of the purchasers' price. */
  readonly taxShare: number;
  /** A purchase that the programme makes, or one that it makes unnecessary. */
  readonly role: 'purchase' | 'displaced';
}

/** What a product is called, and the sector (by code) and margins that stand for it. */
export interface ProductRow {
  readonly product: string;
  readonly nameZh: string;
  readonly sectorCode: string;
  readonly tradeMargin: number;
  readonly transportMargin: number;
  readonly taxShare: number;
}

const product = (name: string, nameZh: string, sectorCode: string, margins: [number, number, number]): ProductRow => ({
  product: name,
  nameZh,
  sectorCode,
  tradeMargin: margins[0],
  transportMargin: margins[1],
  taxShare: margins[2],
});

/**
 * Products of a charging programme in the 42-sector classification. Sector codes follow the classification; the margins are round
 * assumptions of this program, to be replaced by the caller's own and printed with every result.
 */
export const chargingProducts: readonly ProductRow[] = [
  product('electricCar', '电动汽车', '18', [0.08, 0.02, 0.1]),
  product('charger', '充电设备', '19', [0.05, 0.02, 0.11]),
  product('cable', '电缆', '19', [0.05, 0.02, 0.11]),
  product('transformer', '变压器', '19', [0.05, 0.02, 0.11]),
  product('civilWorks', '土建工程', '27', [0, 0, 0.08]),
  product('engineering', '工程技术服务', '36', [0, 0, 0.06]),
  product('platform', '运营平台', '31', [0, 0, 0.06]),
  product('repair', '维修', '23', [0, 0, 0.11]),
  product('electricity', '电力', '24', [0, 0, 0.11]),
  product('combustionCar', '燃油汽车', '18', [0.08, 0.02, 0.1]),
  product('fuel', '燃油', '11', [0.08, 0.02, 0.25]),
];

/** Sectors that earn the margins, by code of the 42-sector classification. */
export const chinaMarginSectors = { trade: '28', transport: '29' } as const;

export interface DemandOptions {
  /** Codes of the sectors that earn trade and transport margins; default those of the 42-sector classification. */
  readonly margins?: { readonly trade: string; readonly transport: string };
  /** Jobs per unit of output (of the table's unit), an entry a sector; NaN = unknown. */
  readonly jobsPerOutput?: Float64Array;
  /** Tonnes of CO2 per unit of output; NaN = unknown. */
  readonly co2PerOutput?: Float64Array;
  /** `[r·n + i]`: share of the nation's output of i made in r; results by region are then by output shares. */
  readonly regionShare?: Float64Array;
}

/** Effects on all sectors; `total` figures are null where a coefficient that is needed is unknown. */
export interface DemandEffects {
  /** Domestic final demand at basic prices that enters the model. */
  readonly finalDemand: Float64Array;
  readonly output: Float64Array;
  readonly valueAdded: Float64Array;
  /** Imports: bought abroad directly, and by all sectors for their production. */
  readonly directImports: number;
  readonly inducedImports: number;
  readonly taxes: number;
  readonly jobs: Float64Array | null;
  readonly co2: Float64Array | null;
  readonly totals: {
    readonly output: number;
    readonly valueAdded: number;
    readonly jobs: number | null;
    readonly co2: number | null;
  };
}

export interface DemandResult {
  readonly gross: DemandEffects;
  /** Purchases minus what they displace; null when no displaced purchase was given: then all there is is gross. */
  readonly net: DemandEffects | null;
  /** `[r·n + i]` of the net effects, or of the gross ones without net; null without shares. */
  readonly jobsByRegion: Float64Array | null;
  readonly valueAddedByRegion: Float64Array | null;
  readonly regionMethod: 'output shares' | null;
  readonly year: number;
}

/** Import share of the final demand for each product; where the table does not tell, that of intermediate use. */
export function finalImportShares(t: IoTable): Float64Array {
  const use = sumColumns(t.finalDemand, t.n);
  const bought = new Float64Array(t.n);
  let isTold = false;
  for (const c of t.finalDemand) {
    if (c.imported) isTold = true;
    for (let i = 0; i < t.n; i++) bought[i] += c.imported?.[i] ?? 0;
  }
  return use.map((d, i) => {
    let [home, abroad] = [d, bought[i]];
    if (!isTold || !(home > 0)) {
      home = t.z.subarray(i * t.n, (i + 1) * t.n).reduce((a, b) => a + b, 0);
      abroad = (t.imports ?? new Float64Array(0)).subarray(i * t.n, (i + 1) * t.n).reduce((a, b) => a + b, 0);
    }
    return home + abroad > 0 ? abroad / (home + abroad) : 0;
  });
}

/**
 * Effects of a year's purchases: purchasers' prices to basic ones (margins to the sectors that earn them, taxes out), the
 * domestic part only, `Δx = L f`, value added `v̂ Δx`, imports, jobs, CO2; gross, and net of what is displaced. By region by
 * shares of output. Amounts are in the table's unit.
 * @throws `UNKNOWN_CODE` for a sector that is not there, `OUT_OF_RANGE` for shares, `UNIT_MIXED` for lines of several years,
 * `SHAPE_MISMATCH`
 */
export function demandEffects(m: Leontief, lines: readonly PurchaseLine[], o: DemandOptions = {}): DemandResult {
  const t = m.table;
  const year = lines[0]?.year ?? Number.NaN;
  for (const line of lines) checkLine(t, line, year);
  const gross = effects(
    m,
    basicDemand(
      t,
      lines.filter((l) => l.role === 'purchase'),
      o,
    ),
    o,
  );
  const displaced = lines.filter((l) => l.role === 'displaced');
  const net =
    displaced.length === 0
      ? null
      : effects(
          m,
          basicDemand(
            t,
            lines.map((l) => (l.role === 'displaced' ? { ...l, amount: -l.amount } : l)),
            o,
          ),
          o,
        );
  const shown = net ?? gross;
  return {
    gross,
    net,
    year,
    jobsByRegion: o.regionShare && shown.jobs ? overRegions(t, shown.jobs, o.regionShare) : null,
    valueAddedByRegion: o.regionShare ? overRegions(t, shown.valueAdded, o.regionShare) : null,
    regionMethod: o.regionShare ? 'output shares' : null,
  };
}

/** Effects of a final demand that comes in basic prices already, domestic part, an entry a sector. */
export function effectsOfFinalDemand(m: Leontief, f: Float64Array, o: DemandOptions = {}): DemandEffects {
  return effects(m, { f, directImports: 0, taxes: 0 }, o);
}

function checkLine(t: IoTable, l: PurchaseLine, year: number): void {
  if (!(Number.isInteger(l.sector) && l.sector >= 0 && l.sector < t.n))
    throw new QipanError('UNKNOWN_CODE', `${l.label}: sector ${l.sector}; the table has ${t.n}`, { got: l.sector });
  const parts = [l.tradeMargin, l.transportMargin, l.taxShare, l.importShare ?? 0];
  if (parts.some((v) => !(v >= 0 && v <= 1)) || parts[0] + parts[1] + parts[2] > 1 || !Number.isFinite(l.amount))
    throw new QipanError('OUT_OF_RANGE', `${l.label}: margins, taxes and import share are 0…1 and leave something`, {
      got: { amount: l.amount, parts },
      expected: '0…1',
    });
  if (l.year !== year)
    throw new QipanError('UNIT_MIXED', `${l.label} is of ${l.year}, other lines of ${year}: one year a call`, {
      got: l.year,
      expected: String(year),
    });
}

interface BasicDemand {
  readonly f: Float64Array;
  readonly directImports: number;
  readonly taxes: number;
}

function basicDemand(t: IoTable, lines: readonly PurchaseLine[], o: DemandOptions): BasicDemand {
  const codes = o.margins ?? chinaMarginSectors;
  const f = new Float64Array(t.n);
  const shares = finalImportShares(t);
  let [directImports, taxes] = [0, 0];
  for (const l of lines) {
    for (const [code, margin] of [
      [codes.trade, l.tradeMargin],
      [codes.transport, l.transportMargin],
    ] as const) {
      if (margin === 0) continue;
      const at = t.code.indexOf(code);
      if (at < 0)
        throw new QipanError('UNKNOWN_CODE', `no sector ${code} to earn the margin of ${l.label}`, { got: code });
      f[at] += l.amount * margin;
    }
    const basic = l.amount * (1 - l.tradeMargin - l.transportMargin - l.taxShare);
    const abroad = basic * (l.importShare ?? shares[l.sector]);
    f[l.sector] += basic - abroad;
    directImports += abroad;
    taxes += l.amount * l.taxShare;
  }
  return { f, directImports, taxes };
}

function effects(m: Leontief, d: BasicDemand, o: DemandOptions): DemandEffects {
  const t = m.table;
  const output = m.solve(d.f).x;
  const perOutput = (v: Float64Array) => v.map((x, j) => (t.x[j] > 0 ? x / t.x[j] : 0));
  const times = (c: Float64Array | undefined): Float64Array | null => {
    if (!c) return null;
    if (c.length !== t.n) throw new QipanError('SHAPE_MISMATCH', `${c.length} coefficients for ${t.n} sectors`);
    return c.map((v, j) => (output[j] === 0 ? 0 : v * output[j]));
  };
  const valueAdded = perOutput(sumColumns(t.valueAdded, t.n)).map((v, j) => v * output[j]);
  const imports = t.imports ? perOutput(colSums(t.imports, t.n)) : null;
  const sum = (v: Float64Array) => v.reduce((a, b) => a + b, 0);
  // One unknown coefficient of a sector that matters makes the total unknown, not smaller.
  const known = (v: Float64Array | null) => (v && !v.some(Number.isNaN) ? sum(v) : null);
  const [jobs, co2] = [times(o.jobsPerOutput), times(o.co2PerOutput)];
  return {
    finalDemand: d.f,
    output,
    valueAdded,
    directImports: d.directImports,
    inducedImports: imports ? sum(imports.map((v, j) => v * output[j])) : Number.NaN,
    taxes: d.taxes,
    jobs,
    co2,
    totals: { output: sum(output), valueAdded: sum(valueAdded), jobs: known(jobs), co2: known(co2) },
  };
}

function overRegions(t: IoTable, v: Float64Array, share: Float64Array): Float64Array {
  if (share.length % t.n !== 0)
    throw new QipanError('SHAPE_MISMATCH', `${share.length} regional shares for ${t.n} sectors`);
  const regions = share.length / t.n;
  for (let i = 0; i < t.n; i++) {
    let s = 0;
    for (let r = 0; r < regions; r++) s += share[r * t.n + i];
    if (v[i] !== 0 && !(Math.abs(s - 1) < 1e-6))
      throw new QipanError('OUT_OF_RANGE', `regional shares of ${named(t, i)} add up to ${s}`, {
        got: s,
        expected: '1',
      });
  }
  return share.map((s, k) => (s === 0 ? 0 : s * v[k % t.n]));
}

/**
 * Jobs per unit of output, from employment of coarser or other classes: each class is spread over its sectors in proportion to
 * their output. Sectors without a class are NaN (unknown).
 * @param classes persons employed and the sector codes that the class covers
 */
export function jobsPerOutput(
  t: IoTable,
  classes: readonly { readonly persons: number; readonly sectors: readonly string[] }[],
): Float64Array {
  const out = new Float64Array(t.n).fill(Number.NaN);
  for (const c of classes) {
    const at = c.sectors.map((code) => {
      const i = t.code.indexOf(code);
      if (i < 0) throw new QipanError('UNKNOWN_CODE', `no sector ${code}`, { got: code });
      if (!Number.isNaN(out[i]))
        throw new QipanError('DUPLICATE_CELL', `sector ${code} is in two classes`, { got: code });
      return i;
    });
    const all = at.reduce((s, i) => s + t.x[i], 0);
    for (const i of at) out[i] = all > 0 ? c.persons / all : Number.NaN;
  }
  return out;
}

/** Extra room in a market, for the chessboard: the demand of each sector over its minimum efficient scale. */
export function extraMarketRoom(e: DemandEffects, minimumScale: Float64Array): Float64Array {
  return e.output.map((v, i) => (minimumScale[i] > 0 ? v / minimumScale[i] : Number.NaN));
}
