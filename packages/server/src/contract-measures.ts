/** The part of the contract about single regions and industries of a panel. Paths are relative to `/api/v1`. */
import type { Bilingual } from '@qipan/base';
import type { CodeLabel } from './contract-clusters.js';

/** What every figure of a page carries. */
export interface MeasureRecipe {
  readonly preset: string;
  readonly presence: string;
  readonly proximity: string;
  readonly diagonal: number;
  readonly ddof: number | null;
  readonly benchmark: string;
  readonly year: number | null;
  readonly board: string | null;
}

/** A rank never stands without its interval; 1 is the most complex. */
export interface RankView {
  readonly rank: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly of: number;
  readonly draws: number;
  readonly scheme: string;
  readonly degenerateShare: number;
}

interface PanelPage {
  readonly dataset: string;
  readonly year: number | null;
  readonly years: readonly number[];
  readonly measure: string;
  readonly unit: string;
  /** `ambiguous`: complexity is not determined and null. */
  readonly status: string;
  readonly recipe: MeasureRecipe;
  /** Null bounds: the measure is no count, so there is no interval of a quotient. */
  readonly hasIntervals: boolean;
}

/** A quotient with its 90 % interval (empirical Bayes, counts only); null is not defined or not known. */
export interface QuotientView {
  readonly value: number | null;
  readonly lq: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly isPresent: boolean;
}

/** `GET /clusters/regions/{code}?dataset&year` */
export interface RegionView extends PanelPage {
  readonly region: CodeLabel;
  readonly total: number;
  readonly shareOfAll: number;
  readonly eci: number | null;
  readonly coi: number | null;
  readonly diversity: number;
  readonly rank: RankView | null;
  readonly advantages: readonly (QuotientView & {
    readonly industry: CodeLabel;
    readonly density: number | null;
    readonly pci: number | null;
  })[];
  readonly specialisation: {
    readonly krugman: number | null;
    readonly hhi: number | null;
    readonly entropy: number | null;
    readonly theil: number | null;
    readonly hachman: number | null;
  };
  readonly similar: readonly { readonly region: CodeLabel; readonly cosine: number }[];
  /** From the year before to this one; null with one year. */
  readonly shiftShare: {
    readonly fromYear: number | null;
    readonly toYear: number | null;
    readonly growth: number;
    readonly national: number;
    readonly industryMix: number;
    readonly regional: number;
    readonly newIndustries: number;
    readonly leftOut: readonly CodeLabel[];
  } | null;
}

/** Plans against the market's room, both in smallest efficient plants. */
export interface PileUpView {
  /** Null when no scenario hands one in, and when it is not limited. */
  readonly room: number | null;
  readonly isUnlimited: boolean;
  /** `D_i`: planned over room; null when the room is not known. */
  readonly ratio: number | null;
  /** Planned beyond the room; null when the room is not known. */
  readonly excess: number | null;
  /** Regions whose plans exceed the room together, the largest first; none when they fit. */
  readonly colliding: readonly { readonly region: CodeLabel; readonly capacity: number }[];
  /** Over all industries of known room. */
  readonly excessShareOfAll: number | null;
  /** Colliding pairs whose whole plans are more alike than the 95th percentile of pairs of their sizes; the first 20. */
  readonly alarms: readonly {
    readonly a: CodeLabel;
    readonly b: CodeLabel;
    readonly similarity: number;
    readonly usual: number;
  }[];
  readonly alarmCount: number;
}

/** `GET /clusters/industries/{code}?dataset&year&firms&wishes&chess` */
export interface IndustryView extends PanelPage {
  readonly industry: CodeLabel;
  readonly total: number;
  readonly ubiquity: number;
  readonly pci: number | null;
  readonly where: readonly (QuotientView & { readonly region: CodeLabel; readonly share: number | null })[];
  readonly spread: {
    readonly locationalGini: number | null;
    readonly gini: number | null;
    readonly hoover: number | null;
  };
  /** From the plants of a firms dataset, x_r = all that the panel counts in a region; null without plants. */
  readonly concentration: {
    readonly plants: number;
    readonly g: number;
    readonly gamma: number;
    readonly z: number | null;
    readonly maurelSedillot: number;
  } | null;
  /** What plans want of it; null without wishes. */
  readonly planned: {
    readonly regions: readonly { readonly region: CodeLabel; readonly capacity: number | null }[];
    readonly total: number;
    readonly withoutFigure: number;
    readonly pileUp: PileUpView;
  } | null;
  readonly notes: readonly Bilingual[];
}

/** `GET /clusters/regions?dataset&year` and `/clusters/industries?…`: what a list of them shows. */
export interface RegionList extends PanelPage {
  readonly regions: readonly (CodeLabel & {
    readonly total: number;
    readonly diversity: number;
    readonly eci: number | null;
    readonly rank: RankView | null;
    readonly krugman: number | null;
  })[];
}

export interface IndustryList extends PanelPage {
  readonly industries: readonly (CodeLabel & {
    readonly total: number;
    readonly ubiquity: number;
    readonly pci: number | null;
    readonly locationalGini: number | null;
  })[];
}
