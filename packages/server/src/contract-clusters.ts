/** The part of the contract that is about clusters. Paths are relative to `/api/v1`. */
import type { Bilingual, DataLevel, Issue, Unit } from '@qipan/base';

export type DatasetKind =
  'panel' | 'ioTable' | 'firms' | 'supplyLinks' | 'wishes' | 'evidence' | 'chessScenario' | 'register';

/** `GET /clusters/datasets?kind` → DatasetSummary[], newest first. */
export interface DatasetSummary {
  /** `<kind>-<first 16 hex digits of the content hash>` */
  readonly id: string;
  readonly kind: DatasetKind;
  readonly name: Bilingual;
  /** How the figures came about; every page that shows them says so. */
  readonly dataLevel: DataLevel;
  /** Source to print; a user's own as it was written. */
  readonly attribution: Bilingual | string;
  /** Named counts to show in a list, such as regions, industries, years. */
  readonly counts: Readonly<Record<string, number>>;
  readonly years: readonly number[];
  readonly warnings: readonly Bilingual[];
  readonly createdAtMs: number;
}

/** `GET /clusters/datasets/{id}`: what it holds, without the figures; those are at `/clusters/datasets/{id}/content`. */
export interface DatasetView extends DatasetSummary {
  readonly report: DatasetReport;
  readonly regions: readonly CodeLabel[];
  readonly industries: readonly CodeLabel[];
}

/** A region or industry as pages name it. */
export interface CodeLabel {
  readonly code: string;
  readonly name: Bilingual;
  /** Parent region, or sector of an industry; null when the data do not say. */
  readonly parent: string | null;
  readonly lon: number | null;
  readonly lat: number | null;
}

/** What a full check has found, file by file and year by year. */
export interface DatasetReport {
  readonly files: readonly {
    readonly role: string;
    readonly name: string;
    /** How the text was read; null for a workbook. */
    readonly encoding: string | null;
    readonly rows: number;
  }[];
  /** Lines of figures with a heading: expected, observed, true zeros, suppressed, missing … */
  readonly completeness: readonly {
    readonly year: number | null;
    readonly expected: number;
    readonly observed: number;
    readonly zeros: number;
    readonly suppressed: number;
    readonly missing: number;
    readonly total: number;
    readonly emptyRegions: readonly string[];
    readonly emptyIndustries: readonly string[];
  }[];
  readonly warnings: readonly Bilingual[];
}

/** `GET /clusters/dataset-kinds`: what may be loaded, and which files and columns each kind is made of. */
export interface DatasetKindView {
  readonly kind: DatasetKind;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly roles: readonly {
    readonly role: string;
    readonly required: boolean;
    readonly format: 'table' | 'json';
    readonly title: Bilingual;
    readonly columns: readonly {
      readonly name: string;
      readonly type: string;
      readonly unit: Unit;
      readonly required: boolean;
      readonly values: readonly string[] | null;
      readonly description: Bilingual;
    }[];
  }[];
}

export interface DatasetFile {
  readonly role: string;
  readonly name: string;
  /** Bytes in base64: CSV (UTF-8 with or without a byte order mark, UTF-16, GB18030), XLSX or JSON. */
  readonly content: string;
  /** Declared column → column of the file; absent: found by name. An empty text leaves an optional column out. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Of the value column: what a symbol stands for; never read as 0. */
  readonly symbols?: Readonly<Record<string, 'suppressed' | 'missing'>>;
  /** Industry labels left out, such as "Not stated". */
  readonly dropIndustries?: readonly string[];
}

/** `POST /clusters/datasets` (DatasetInput) → DatasetView (201); every file is checked whole before anything is stored. */
export interface DatasetInput {
  readonly kind: DatasetKind;
  readonly name: Bilingual;
  readonly attribution: string;
  /** Default `official`. */
  readonly dataLevel?: DataLevel;
  /** Of a panel: employment, output, valueAdded, exports, firms. */
  readonly measure?: string;
  /** Of a panel: cells above 0 and below this are masked, with others beside them, and never stored. */
  readonly maskBelow?: number;
  readonly files: readonly DatasetFile[];
}

/** `POST /clusters/datasets/check` (DatasetInput): the full check without storing. */
export interface DatasetCheck {
  readonly ok: boolean;
  /** The first hundred. */
  readonly issues: readonly Issue[];
  readonly issueCount: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Null when the check failed. */
  readonly report: DatasetReport | null;
}

/** `POST /clusters/datasets/preview` {kind, file: DatasetFile} → what stands in one file and what it may mean. */
export interface FilePreview {
  readonly encoding: string | null;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'whole' | 'number' | 'text' | 'empty';
    /** Up to five different values. */
    readonly examples: readonly string[];
    readonly distinct: number;
    readonly blank: number;
  }[];
  readonly sample: readonly (readonly string[])[];
  /** Proposed: declared column → column of the file. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Texts in the proposed value column that are no numbers, how often, and what the dictionary takes them for. */
  readonly symbols: readonly {
    readonly text: string;
    readonly count: number;
    readonly meaning: 'suppressed' | 'missing' | null;
  }[];
  /** Industry labels that look like "not stated" and their kin. */
  readonly dropIndustries: readonly string[];
}

/** `GET /clusters/network?dataset&year&region` → the industries of a panel as a network of proximity. */
export interface NetworkView {
  readonly dataset: string;
  readonly year: number | null;
  readonly measure: string;
  readonly unit: string;
  readonly region: string | null;
  /** `ambiguous`: complexity is not determined and null. */
  readonly status: string;
  readonly recipe: {
    readonly preset: string;
    readonly presence: string;
    readonly proximity: string;
    readonly benchmark: string;
    readonly regions: number;
  };
  /** Industries in which no region has an advantage. */
  readonly leftOut: readonly CodeLabel[];
  readonly nodes: readonly (CodeLabel & {
    readonly total: number;
    readonly ubiquity: number;
    readonly pci: number | null;
    /** Of the asked region; null without one, or where it is not defined. */
    readonly lq: number | null;
    readonly isPresent: boolean | null;
    readonly density: number | null;
  })[];
  /** `a < b`, indices into `nodes`. The tree joins everything; the others are the strongest beyond it. */
  readonly links: readonly {
    readonly a: number;
    readonly b: number;
    readonly proximity: number;
    readonly isTree: boolean;
  }[];
}
