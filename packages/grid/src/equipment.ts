/** A conductor of low-voltage lines, positive sequence at 20 °C. */
export interface Conductor {
  readonly name: string;
  readonly rOhmPerKm: number;
  readonly xOhmPerKm: number;
  readonly ratedA: number;
  readonly source: string;
}

/** A distribution transformer by its rating: short-circuit voltage and no-load current in percent, losses in kW. */
export interface TransformerType {
  readonly name: string;
  readonly ratedKva: number;
  readonly ukPct: number;
  readonly pCuKw: number;
  readonly pFeKw: number;
  readonly i0Pct: number;
  readonly source: string;
}

const kerber = 'Kerber (2011) networks as kept in pandapower; to be verified locally';

/** Conductors that a caller may have assumed where r, x and the rated current are not known. */
export const conductors: readonly Conductor[] = [
  { name: 'NAYY 4x50', rOhmPerKm: 0.6417, xOhmPerKm: 0.0848, ratedA: 141, source: kerber },
  { name: 'NAYY 4x150', rOhmPerKm: 0.2067, xOhmPerKm: 0.0804, ratedA: 275, source: kerber },
  { name: 'NFA2X 4x70', rOhmPerKm: 0.443, xOhmPerKm: 0.069, ratedA: 270, source: kerber },
];

/** Transformers 10/0.4 kV Dyn5 that a caller may have assumed where only the rating is known. */
export const transformerTypes: readonly TransformerType[] = [
  { name: '100 kVA Dyn5', ratedKva: 100, ukPct: 4, pCuKw: 1.2, pFeKw: 0.45, i0Pct: 0.25, source: kerber },
  { name: '160 kVA Dyn5', ratedKva: 160, ukPct: 4, pCuKw: 1.92, pFeKw: 0.38, i0Pct: 0.26, source: kerber },
];

/** The conductor of a name, whatever its spacing, its case and its sign of multiplication; null when it is not in the table. */
export function conductorOf(name: string): Conductor | null {
  const plain = (text: string) => text.toLowerCase().replaceAll('×', 'x').replaceAll(/\s+/g, '');
  return conductors.find((c) => plain(c.name) === plain(name)) ?? null;
}

/** The type whose rating is nearest; losses grow with the rating, so that relative figures stay. */
export function transformerTypeFor(ratedKva: number): TransformerType {
  const distance = (t: TransformerType) => Math.abs(Math.log(t.ratedKva / ratedKva));
  const near = transformerTypes.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  const k = ratedKva / near.ratedKva;
  return { ...near, ratedKva, pCuKw: near.pCuKw * k, pFeKw: near.pFeKw * k };
}
