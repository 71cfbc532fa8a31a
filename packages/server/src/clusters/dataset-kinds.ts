import type { Bilingual, Table } from '@qipan/base';
import type { DatasetKind, DatasetKindView } from '../contract.js';
import {
  evidenceTable,
  firmTable,
  panelIndustryTable,
  panelRegionTable,
  panelTable,
  supplyLinkTable,
  wishTable,
} from './tables.js';

/** One file of a kind of dataset. */
export interface RoleRow {
  readonly role: string;
  readonly required: boolean;
  readonly format: 'table' | 'json';
  readonly title: Bilingual;
  /** Null for JSON, and for square tables, whose columns are their sectors. */
  readonly table: Table | null;
}

export interface DatasetKindRow {
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly roles: readonly RoleRow[];
}

const file = (role: string, table: Table | null, title: Bilingual, more: Partial<RoleRow> = {}): RoleRow => ({
  role,
  required: true,
  format: 'table',
  title,
  table,
  ...more,
});

const one = (kind: DatasetKind, table: Table, en: string, zh: string): DatasetKindRow => ({
  title: { en, zh },
  description: table.description,
  roles: [file(kind, table, { en, zh })],
});

const json = (kind: DatasetKind, title: Bilingual, description: Bilingual): DatasetKindRow => ({
  title,
  description,
  roles: [file(kind, null, title, { format: 'json' })],
});

/** What may be loaded, kind by kind, and of which files it is made. */
export const datasetKinds: Readonly<Record<DatasetKind, DatasetKindRow>> = {
  panel: {
    title: { en: 'Panel: region × industry × year', zh: '面板：地区 × 行业 × 年份' },
    description: panelTable.description,
    roles: [
      file('panel', panelTable, { en: 'Cells', zh: '数据' }),
      file(
        'regions',
        panelRegionTable,
        { en: 'Names and positions of regions', zh: '地区名称与位置' },
        { required: false },
      ),
      file('industries', panelIndustryTable, { en: 'Names of industries', zh: '行业名称' }, { required: false }),
    ],
  },
  ioTable: {
    title: { en: 'Input-output table', zh: '投入产出表' },
    description: {
      en: 'A square table as the National Bureau of Statistics publishes it, as CSV: Code, Description, DescriptionInChinese, Origin (Domestic, Imports, TOT), a column a sector, TC, FU201, FU202, EX, GO; rows of value added VA001 to VA004. It must balance.',
      zh: '国家统计局格式的方阵（CSV）：Code、Description、DescriptionInChinese、Origin（Domestic、Imports、TOT）、各部门列，TC、FU201、FU202、EX、GO；增加值行 VA001 至 VA004。表必须平衡。',
    },
    roles: [file('ioTable', null, { en: 'Table', zh: '表' })],
  },
  firms: one('firms', firmTable, 'Firms', '企业'),
  supplyLinks: one('supplyLinks', supplyLinkTable, 'Supply links', '供应关系'),
  wishes: one('wishes', wishTable, 'Wishes: what plans name', '规划意愿'),
  evidence: one('evidence', evidenceTable, 'Evidence for rule packs', '认定指标证据'),
  chessScenario: json(
    'chessScenario',
    { en: 'Chessboard scenario', zh: '全国一盘棋情景' },
    { en: 'Parameters of the chessboard optimiser as JSON', zh: '一盘棋优化参数（JSON）' },
  ),
  register: json(
    'register',
    { en: 'Cluster register', zh: '集群名录' },
    { en: 'Clusters and their events as JSON', zh: '集群及其事件（JSON）' },
  ),
};

/** The tables that datasets are loaded from. */
export const datasetTables: readonly Table[] = Object.values(datasetKinds).flatMap((kind) =>
  kind.roles.flatMap((role) => role.table ?? []),
);

/** The table of kinds as pages read it. */
export function kindViews(): readonly DatasetKindView[] {
  return Object.entries(datasetKinds).map(([kind, { title, description, roles }]) => ({
    kind: kind as DatasetKind,
    title,
    description,
    roles: roles.map(({ table, ...role }) => ({
      ...role,
      columns: (table?.columns ?? []).map(({ name, type, unit, required, values, description: both }) => ({
        name,
        type,
        unit,
        required,
        values: values ?? null,
        description: both,
      })),
    })),
  }));
}
