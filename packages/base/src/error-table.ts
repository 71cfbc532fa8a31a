/** One row of the error table: what HTTP, the shell and people are told. */
export interface ErrorRow {
  readonly httpStatus: number;
  /** Process exit code, after BSD sysexits where one fits; 1 is kept for bugs. */
  readonly exitCode: number;
  readonly en: string;
  readonly zh: string;
}

const row = (httpStatus: number, exitCode: number, en: string, zh: string): ErrorRow => ({
  httpStatus,
  exitCode,
  en,
  zh,
});

/** The one error table. Every code a `QipanError` may carry stands here; `docs/errors.md` is generated from it. */
export const errorTable = {
  BAD_INPUT: row(400, 65, 'The input is not what was expected.', '输入与要求不符。'),
  BAD_USAGE: row(400, 64, 'The command or request is not used as it should be.', '命令或请求的用法不正确。'),
  BAD_FILE: row(400, 65, 'The file cannot be read as the stated format.', '文件无法按所述格式读取。'),
  BAD_CELL: row(400, 65, 'A cell of a table is not valid.', '表中有单元格无效。'),
  MISSING_COLUMN: row(400, 65, 'A required column is missing.', '缺少必需的列。'),
  DUPLICATE_ID: row(400, 65, 'An identifier appears twice.', '标识符重复。'),
  UNKNOWN_REFERENCE: row(400, 65, 'A row refers to something that does not exist.', '有一行引用了不存在的对象。'),
  INCOMPLETE_TABLE: row(422, 65, 'The table does not cover what it claims to cover.', '表格数据不完整。'),
  UNSUPPORTED_FORMAT: row(415, 65, 'This format is not read.', '不支持此格式。'),
  UNKNOWN_CRS: row(400, 65, 'The coordinate system must be named.', '必须指明坐标系。'),
  SHAPE_MISMATCH: row(400, 65, 'Arrays do not have the stated shape.', '数组形状不符。'),
  OUT_OF_RANGE: row(400, 65, 'A value is outside its valid range.', '数值超出有效范围。'),
  NOT_FOUND: row(404, 66, 'There is no such thing.', '未找到。'),
  CONFLICT: row(409, 65, 'The request conflicts with the present state.', '请求与当前状态冲突。'),
  UNAUTHENTICATED: row(401, 77, 'Log in first.', '请先登录。'),
  FORBIDDEN: row(403, 77, 'Your role does not allow this.', '您的角色无此权限。'),
  TOO_LARGE: row(413, 65, 'The input is larger than the limit.', '输入超过上限。'),
  TOO_MANY_REQUESTS: row(429, 75, 'Too many requests; wait a little.', '请求过多，请稍候。'),
  STATION_OFFLINE: row(409, 75, 'The charging station is not connected.', '充电站未连接。'),
  STATION_TIMEOUT: row(504, 75, 'The charging station did not answer in time.', '充电站未在时限内应答。'),
  UNSUPPORTED_ACTION: row(422, 64, 'This version of OCPP has no such message.', '该 OCPP 版本没有此消息。'),
  ENGINE_NEEDED: row(422, 69, 'This needs the MILP engine, which was not handed in.', '此项需要 MILP 求解引擎。'),
  VERIFY_FAILED: row(422, 65, 'The certificate or plan does not hold.', '证书或方案未通过核验。'),
  PORT_IN_USE: row(503, 69, 'The port is taken by another program.', '端口已被其他程序占用。'),
  FOLDER_NOT_WRITABLE: row(503, 73, 'The data folder cannot be written.', '数据目录不可写。'),
  DISK_FULL: row(
    507,
    74,
    'The disk is full; nothing is acknowledged until there is room.',
    '磁盘已满；在有空间之前不会确认任何消息。',
  ),
  DATABASE_DOWN: row(
    503,
    69,
    'The database does not answer; nothing is acknowledged until it does.',
    '数据库无应答；恢复之前不会确认任何消息。',
  ),
  DATABASE_TOO_OLD: row(503, 69, 'PostgreSQL 15 or newer is needed.', '需要 PostgreSQL 15 或更高版本。'),
  DATABASE_START_FAILED: row(503, 69, 'The embedded database could not be started.', '内置数据库无法启动。'),
  FOLDER_IN_USE: row(503, 69, 'Another Qipan process uses this data folder.', '另一个 Qipan 进程正在使用此数据目录。'),
  DEGENERATE_INPUT: row(422, 65, 'The data do not determine an answer.', '数据不足以确定结果。'),
  PRESET_MIXED: row(
    400,
    65,
    'Figures of different presets cannot stand in one table.',
    '不同口径的数值不能放在同一张表中。',
  ),
  VALUE_NEGATIVE: row(400, 65, 'A measure that cannot be negative is negative.', '不能为负的指标出现负值。'),
  UNKNOWN_CODE: row(400, 65, 'A code is not in the loaded tables.', '代码不在已加载的表中。'),
  DUPLICATE_CELL: row(400, 65, 'A cell of the panel appears twice.', '面板中有单元格重复。'),
  UNIT_MIXED: row(400, 65, 'One measure of one file has more than one unit.', '同一文件同一指标含有多种单位。'),
  LEVEL_MIXED: row(400, 65, 'Classification levels are mixed in one matrix.', '同一矩阵混用了不同的分类层级。'),
  CODE_BREAK: row(
    422,
    65,
    'Codes changed between the years and the matches are not confirmed.',
    '年份之间代码有变，且对应关系未经确认。',
  ),
  SUPPRESSED_USED: row(422, 65, 'A suppressed cell would be used as a number.', '被隐去的单元格会被当作数值使用。'),
  EMPTY_BENCHMARK: row(422, 65, 'The benchmark is empty.', '比较基准为空。'),
  IO_UNBALANCED: row(422, 65, 'The input-output table does not balance.', '投入产出表不平衡。'),
  NOT_PRODUCTIVE: row(
    422,
    65,
    'The input-output table is not productive: its spectral radius is 1 or more.',
    '投入产出表不满足生产性条件：谱半径不小于 1。',
  ),
  NO_OUT_OF_TIME: row(422, 65, 'There is no later year to test the model on.', '没有后续年份可供检验模型。'),
  CONCORDANCE_WEIGHTS: row(400, 65, 'Weights of a concordance do not add up to 1.', '对照表权重之和不为 1。'),
  GRID_LOOP: row(422, 65, 'The network has loops that this method does not carry.', '电网存在该方法无法处理的环路。'),
  GRID_UNSUPPORTED: row(
    422,
    65,
    'The network holds an element that this method does not carry.',
    '电网含有该方法不支持的元件。',
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;
