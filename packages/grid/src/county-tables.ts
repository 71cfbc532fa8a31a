import { declareTable, type Column, type Table } from '@qipan/base';

const source = 'the county power office: ledger of transformers, line records, customer files';

const column = (
  c: Omit<Column, 'description' | 'unit'> & { unit?: Column['unit'] },
  en: string,
  zh: string,
): Column => ({
  unit: '',
  ...c,
  description: { en, zh },
});

const text = (name: string, required: boolean) => ({ name, type: 'string' as const, required });
const number = (name: string, unit: Column['unit'], min: number, max: number, required = false) => ({
  name,
  type: 'number' as const,
  unit,
  required,
  min,
  max,
});

const ofTransformer = column(
  { ...text('transformer', true), aliases: ['台区编号'] },
  'id of the transformer',
  '所属台区（变压器）编号',
);

const conductorColumns: readonly Column[] = [
  column(
    { ...number('lengthKm', 'km', 0, 50, true), aliases: ['长度'] },
    'length; 0 joins both ends',
    '长度；0 表示两端直接相连',
  ),
  column(
    { ...text('conductor', false), aliases: ['导线型号'] },
    'type of conductor, as NAYY 4x150',
    '导线型号，如 NAYY 4x150',
  ),
  column(number('rOhmPerKm', 'ohm/km', 0, 100), 'resistance', '单位电阻'),
  column(number('xOhmPerKm', 'ohm/km', 0, 100), 'reactance', '单位电抗'),
  column({ ...number('ratedA', 'A', 1, 5000), aliases: ['载流量'] }, 'rated current', '额定载流量'),
];

/** What stands in every ledger: alone it gives level L0. */
export const transformersTable: Table = declareTable({
  name: 'transformers',
  description: { en: 'village transformers', zh: '配电台区变压器' },
  source,
  columns: [
    column({ ...text('id', true), unique: true, aliases: ['台区编号', '编号'] }, 'id of the transformer', '台区编号'),
    column({ ...text('name', false), aliases: ['台区名称', '名称'] }, 'name people know', '台区名称'),
    // 1 kVA to 100 MVA: a rating in VA is found out.
    column(
      { ...number('ratedKva', 'kVA', 1, 100_000, true), aliases: ['额定容量', '容量'] },
      'rated power',
      '额定容量',
    ),
    column(
      {
        name: 'customers',
        type: 'integer',
        unit: 'households',
        required: true,
        min: 0,
        max: 10_000,
        aliases: ['户数'],
      },
      'customers connected',
      '用户数',
    ),
    column(
      { ...number('basePeakKw', 'kW', 0, 100_000), aliases: ['最大负荷'] },
      'measured evening peak without cars',
      '实测晚高峰负荷（不含电动汽车）',
    ),
    column(
      { ...text('place', false), aliases: ['村', '村庄'] },
      'id or name of the village it supplies',
      '所供村庄编号或名称',
    ),
    column({ ...number('lon', 'deg', -180, 180), aliases: ['经度'] }, 'longitude, WGS-84', '经度（WGS-84）'),
    column({ ...number('lat', 'deg', -90, 90), aliases: ['纬度'] }, 'latitude, WGS-84', '纬度（WGS-84）'),
    column(number('powerFactor', '', 0.5, 1), 'power factor at the peak', '高峰功率因数'),
    column(number('ratedV', 'V', 200, 1000), 'line-to-line voltage of the village', '低压侧线电压'),
    column(number('feedingV', 'V', 1000, 40_000), 'line-to-line voltage of the feeding side', '高压侧线电压'),
    column(number('feedingPu', '', 0.8, 1.2), 'voltage of the feeding side, per unit', '高压侧电压标幺值'),
    column(number('pathShare', 'share', 0, 1), 'share of the customers on the worst path', '最不利路径上的用户比例'),
    column(number('ukPct', '', 0.5, 20), 'short-circuit voltage, percent', '短路阻抗百分数'),
    column(number('pCuKw', 'kW', 0, 1000), 'copper losses at rated current', '负载损耗'),
    column(number('pFeKw', 'kW', 0, 1000), 'iron losses', '空载损耗'),
    column(number('i0Pct', '', 0, 20), 'no-load current, percent', '空载电流百分数'),
  ],
});

/** The worst path of a transformer, from its busbar outwards: level L1. */
export const sectionsTable: Table = declareTable({
  name: 'sections',
  description: { en: 'sections of the worst path', zh: '最不利路径线段' },
  source,
  columns: [
    ofTransformer,
    column(
      { name: 'order', type: 'integer', required: false, min: 1, max: 1000, aliases: ['顺序'] },
      'place in the path, 1 at the transformer; or give from and to',
      '从变压器起的顺序；或填写起点与终点',
    ),
    column({ ...text('from', false), aliases: ['起点'] }, 'end nearer to the transformer', '靠近变压器的一端'),
    column({ ...text('to', false), aliases: ['终点'] }, 'far end', '远端'),
    ...conductorColumns,
  ],
});

/** Nodes of the full topology; the busbar has the transformer's id and need not be listed. */
export const nodesTable: Table = declareTable({
  name: 'nodes',
  description: { en: 'poles and joints', zh: '杆塔与接头' },
  source,
  columns: [ofTransformer, column({ ...text('id', true), aliases: ['编号'] }, 'id of the node', '节点编号')],
});

/** Lines of the full topology: level L2. */
export const linesTable: Table = declareTable({
  name: 'lines',
  description: { en: 'low-voltage lines', zh: '低压线路' },
  source,
  columns: [
    ofTransformer,
    column({ ...text('id', true), aliases: ['编号'] }, 'id of the line', '线路编号'),
    column({ ...text('from', true), aliases: ['起点'] }, 'node, or id of the transformer', '起点节点或变压器编号'),
    column({ ...text('to', true), aliases: ['终点'] }, 'node', '终点节点'),
    ...conductorColumns,
    column(number('zeroRatio', '', 0.1, 20), 'zero over positive sequence impedance', '零序与正序阻抗之比'),
  ],
});

/** Customers of the full topology. */
export const customersTable: Table = declareTable({
  name: 'customers',
  description: { en: 'customers by node', zh: '用户接入点' },
  source,
  columns: [
    ofTransformer,
    column({ ...text('id', true), aliases: ['户号'] }, 'id of the customer', '户号'),
    column({ ...text('node', true), aliases: ['节点'] }, 'node, or id of the transformer', '接入节点'),
    column({ ...number('connectedKw', 'kW', 0.01, 10_000), aliases: ['报装容量'] }, 'connected load', '报装容量'),
  ],
});

/** The tables a county power office fills in. */
export const countyTables: readonly Table[] = [
  transformersTable,
  sectionsTable,
  nodesTable,
  linesTable,
  customersTable,
];
