import type { ChargingProductView, DemandLineInput } from '@qipan/server/contract';

/** One product as it is edited: amounts in 10,000 yuan, the imported share as typed. */
export interface EditLine {
  readonly product: string;
  readonly bought: number;
  readonly displaced: number;
  /** Blank: as the table says. */
  readonly importPercent: string;
}

/** A small first example, so that the page shows something to change. */
export function blankLines(products: readonly ChargingProductView[]): readonly EditLine[] {
  const first: Readonly<Record<string, number>> = { charger: 4500, cable: 1500, transformer: 1000, civilWorks: 2500 };
  return products.map(({ product }) => ({ product, bought: first[product] ?? 0, displaced: 0, importPercent: '' }));
}

/** What is sent: lines with an amount, purchases and displaced ones apart. */
export function linesToSend(
  lines: readonly EditLine[],
  products: readonly ChargingProductView[],
): readonly DemandLineInput[] {
  return lines.flatMap((line) => {
    const product = products.find((p) => p.product === line.product);
    if (product === undefined) return [];
    const { sectorCode, tradeMargin, transportMargin, taxShare } = product;
    const importShare = line.importPercent.trim() === '' ? null : Number(line.importPercent) / 100;
    const of = (role: DemandLineInput['role'], amount: number): readonly DemandLineInput[] =>
      amount > 0
        ? [{ label: line.product, sectorCode, amount, importShare, tradeMargin, transportMargin, taxShare, role }]
        : [];
    return [...of('purchase', line.bought), ...of('displaced', line.displaced)];
  });
}

/** How the investment and the operation of a charging plan are split over products unless somebody knows better. */
export const defaultSplit = {
  capex: { charger: 0.45, cable: 0.15, transformer: 0.1, civilWorks: 0.25, engineering: 0.05 },
  opex: { repair: 0.6, platform: 0.4 },
} as const;

/** Purchases of one year of a plan in 10,000 yuan, by product. */
export function purchasesOf(capexYuan: number, opexYuan: number): Readonly<Record<string, number>> {
  const round = (v: number) => Math.round(v * 100) / 100;
  return Object.fromEntries(
    [
      ...Object.entries(defaultSplit.capex).map(([p, share]) => [p, (share * capexYuan) / 1e4] as const),
      ...Object.entries(defaultSplit.opex).map(([p, share]) => [p, (share * opexYuan) / 1e4] as const),
    ].map(([p, v]) => [p, round(v)]),
  );
}
