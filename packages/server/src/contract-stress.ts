/** The part of the contract that is about supply chains: stress tests and what a programme's demand draws. */
import type { Bilingual } from '@qipan/base';

/** Parameters of a scenario of kind `clusters.stress`; its board is a dataset of kind `ioTable`. */
export interface StressParameters {
  /** Sector code and the share of its imports that stops, 0 to 1; up to ten. */
  readonly cuts: readonly { readonly code: string; readonly cut: number }[];
  /** Days that are followed; default 180. */
  readonly days?: number;
  /** Stock of every input, days of use; default 15. */
  readonly stockDays?: number;
  /** Output that makers can add, share; default 0.1. Used for other makers of what fails. */
  readonly spare?: number;
  /** Ids of a panel (employment) and of supply links: with both, single points of failure are searched. */
  readonly panel?: string;
  readonly links?: string;
  /** Region whose failure is shown by itself. */
  readonly region?: string;
}

/** `GET /clusters/pairings?ioTable&links` → PanelPairing[]: how far each panel belongs to a table and to supply links, best first. */
export interface PanelPairing {
  readonly panel: string;
  /** Jobs are needed: only `employment` can be used. */
  readonly measure: string;
  readonly industries: number;
  /** Industries of the panel that name a sector of the table. */
  readonly industriesInTable: number;
  /** Supply links, and those of them whose four codes stand in the panel; null when none were asked about. */
  readonly links: number | null;
  readonly linksInPanel: number | null;
  /** Codes of the links that the panel does not have: the first few, and how many. */
  readonly strangers: readonly string[];
  readonly strangerCount: number;
}

export interface SectorLabel {
  readonly code: string;
  readonly name: Bilingual;
}

/** A (region, industry) pair of the supply graph. */
export interface PairLabel {
  readonly regionCode: string;
  readonly region: Bilingual;
  readonly industryCode: string;
  readonly industry: Bilingual;
}

export interface FailureView {
  readonly kind: 'node' | 'region';
  readonly regionCode: string;
  readonly region: Bilingual;
  /** Null when a whole region fails. */
  readonly industryCode: string | null;
  readonly industry: Bilingual | null;
  /** Value added lost a year: in all, and by those that did not fail. */
  readonly loss: number;
  readonly knockOn: number;
  readonly hit: readonly (PairLabel & { readonly loss: number })[];
  /** Null: nobody is hit, or the stock is unknown. */
  readonly daysOfCover: number | null;
  readonly alternatives: readonly (PairLabel & { readonly room: number })[];
  /** Room of all other makers over what failed. */
  readonly replaceable: number;
}

/** One region: how fragile, and what it is specialised in, side by side. */
export interface RegionStressView {
  readonly regionCode: string;
  readonly region: Bilingual;
  readonly knockOn: number;
  readonly worst: PairLabel | null;
  readonly worstKnockOn: number;
  readonly singleSourced: number;
  readonly importShare: number | null;
  readonly specialisation: readonly (SectorLabel & { readonly quotient: number })[];
}

export interface SupplyNetworkView {
  readonly regions: number;
  readonly industries: number;
  readonly links: number;
  readonly points: readonly FailureView[];
  /** Pairs that are worse together than apart: each is the other's fallback. */
  readonly pairs: readonly {
    readonly a: PairLabel;
    readonly b: PairLabel;
    readonly loss: number;
    readonly extra: number;
  }[];
  readonly beside: readonly RegionStressView[];
  /** Pairs without which the graph falls into parts: how many, and the largest thirty. */
  readonly articulationCount: number;
  readonly articulationPoints: readonly PairLabel[];
  /** Largest part of the graph left when the k busiest pairs are gone, shares. */
  readonly percolation: readonly number[];
  readonly chosen: FailureView | null;
  /** How the figures of pairs were made. */
  readonly assumptions: readonly Bilingual[];
}

/** `GET /runs/{id}/result` of kind `clusters.stress`. Money in the table's unit, a year. */
export interface StressView {
  readonly unit: string;
  readonly year: number | null;
  readonly origin: 'published' | 'synthetic';
  readonly sectors: readonly (SectorLabel & {
    readonly importShare: number | null;
    readonly backward: number;
    readonly lower: number;
    readonly upper: number | null;
    /** First day below 99 % of before; null = never within the days followed. */
    readonly firstDay: number | null;
    readonly heldBy: string | null;
  })[];
  readonly cuts: readonly { readonly code: string; readonly cut: number }[];
  readonly status: 'optimal' | 'infeasible';
  readonly valueAdded: number;
  readonly lower: number;
  readonly upper: number | null;
  readonly isOrdered: boolean;
  readonly missingImports: number;
  readonly binding: readonly {
    readonly kind: 'import' | 'capacity' | 'leastDemand';
    readonly code: string;
    readonly price: number;
  }[];
  readonly days: {
    readonly stockDays: number;
    readonly loss: number;
    readonly isOscillating: boolean;
    /** Share of before, an entry a day. */
    readonly valueAdded: readonly number[];
    readonly worst: readonly { readonly code: string; readonly output: readonly number[] }[];
  };
  readonly network: SupplyNetworkView | null;
  readonly engine: string;
}

/** One line of purchases, in the table's unit a year at purchasers' prices. */
export interface DemandLineInput {
  readonly label: string;
  readonly sectorCode: string;
  readonly amount: number;
  /** Null: as the table says. */
  readonly importShare: number | null;
  readonly tradeMargin: number;
  readonly transportMargin: number;
  readonly taxShare: number;
  readonly role: 'purchase' | 'displaced';
}

/** Parameters of a scenario of kind `clusters.demand`; its board is a dataset of kind `ioTable`. */
export interface DemandParameters {
  readonly year: number;
  readonly lines: readonly DemandLineInput[];
  /** A panel of employment, for jobs by sector and region; without it jobs are unknown. */
  readonly panel?: string;
}

export interface DemandTotals {
  readonly output: number;
  readonly valueAdded: number;
  readonly directImports: number;
  readonly inducedImports: number | null;
  readonly taxes: number;
  readonly jobs: number | null;
}

/** `GET /runs/{id}/result` of kind `clusters.demand`. */
export interface DemandView {
  readonly unit: string;
  readonly year: number;
  readonly origin: 'published' | 'synthetic';
  readonly gross: DemandTotals;
  /** Null when nothing displaced was given: the page then says gross. */
  readonly net: DemandTotals | null;
  readonly sectors: readonly (SectorLabel & {
    readonly grossOutput: number;
    readonly grossJobs: number | null;
    readonly netOutput: number | null;
    readonly netJobs: number | null;
  })[];
  /** The net figures, or the gross ones without net, by shares of output; null without a panel. */
  readonly regions:
    | readonly {
        readonly code: string;
        readonly name: Bilingual;
        readonly jobs: number | null;
        readonly valueAdded: number;
      }[]
    | null;
}

/** `GET /clusters/charging-products`: products of a charging programme, their sector and default margins. */
export interface ChargingProductView {
  readonly product: string;
  readonly name: Bilingual;
  readonly sectorCode: string;
  readonly tradeMargin: number;
  readonly transportMargin: number;
  readonly taxShare: number;
}
