import type { Row } from '@qipan/base';
import type { IoTable, MeasureKind, Panel } from '@qipan/clusters';

/** Regions as columns, in the order of the panel's region codes. NaN and null are unknown. */
export interface RegionColumns {
  readonly code: readonly string[];
  readonly name: readonly string[];
  readonly nameZh: readonly (string | null)[];
  readonly level: readonly (string | null)[];
  readonly parent: readonly (string | null)[];
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly population: Float64Array;
  readonly areaKm2: Float64Array;
  readonly isLagging: readonly (boolean | null)[];
}

/** Industries as columns, in the order of the panel's industry codes. */
export interface IndustryColumns {
  readonly code: readonly string[];
  readonly name: readonly string[];
  readonly nameZh: readonly (string | null)[];
  /** Section or other group that colours the network. */
  readonly parent: readonly (string | null)[];
  readonly classification: string;
  /** Critical supply chain that the industry is a link of, or null. */
  readonly chainLink: readonly (string | null)[];
  /** Sector of the input-output table, or null. */
  readonly ioSector: readonly (string | null)[];
}

export interface PanelBody {
  readonly measure: MeasureKind;
  readonly unit: string;
  /** One a year, oldest first, all under the same codes. */
  readonly panels: readonly Panel[];
  readonly regions: RegionColumns | null;
  readonly industries: IndustryColumns | null;
  /** How many cells were masked below which figure before anything was stored: what is unknown here is nowhere. */
  readonly masked?: { readonly below: number; readonly cells: number };
}

/** Row tables: firms, supply links, wishes, evidence; columns as declared in `tables.ts`. */
export interface RowsBody {
  readonly rows: readonly Row[];
}

/** What `Datasets.load()` gives for each kind. Bodies of JSON kinds are what their own reader has checked. */
export interface BodyOf {
  readonly panel: PanelBody;
  readonly ioTable: IoTable;
  readonly firms: RowsBody;
  readonly supplyLinks: RowsBody;
  readonly wishes: RowsBody;
  readonly evidence: RowsBody;
  readonly chessScenario: unknown;
  readonly register: unknown;
}
