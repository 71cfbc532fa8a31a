import { InvalidArgumentError, Option, type Command } from 'commander';

type Options = Record<string, unknown>;

const json = () => new Option('--json', 'one JSON object on standard output · 以 JSON 输出');

const within =
  (least: number, most: number, isWhole = false) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && n >= least && n <= most && (!isWhole || Number.isInteger(n))) return n;
    throw new InvalidArgumentError(`expected a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };

const columns = 'region=NAME,industry=NAME,value=NAME[,year=NAME] · 列对应';
const yearOption = () => new Option('--year <year>', 'default the last · 年份').argParser(within(1900, 2100, true));
const placesHelp = 'CSV of code, lon, lat (WGS-84) · 地区位置';

function spaceCommand(clusters: Command): void {
  clusters
    .command('space')
    .argument('<panel>', 'CSV: one row a region and industry (and year); or demo')
    .description('does it cluster in space, and where: Moran, Geary, Getis-Ord · 空间自相关')
    .option('--columns <map>', columns)
    .option('--places <file>', placesHelp)
    .option('--drop-industries <code...>', 'industries left out · 剔除的行业')
    .option('--industry <code>', 'whose figure; without it the total of each region · 行业')
    .addOption(
      new Option('--of <figure>', 'lq (default with --industry), share of the region, value, or total · 指标').choices([
        'lq',
        'share',
        'value',
        'total',
      ]),
    )
    .addOption(yearOption())
    .addOption(
      new Option('--neighbours <k>', 'nearest regions of each · 最近邻数').argParser(within(1, 100, true)).default(5),
    )
    .addOption(
      new Option('--band <km>', 'all regions within it instead of the nearest · 距离带').argParser(
        within(0.001, 20_000),
      ),
    )
    .addOption(
      new Option('--permutations <n>', 'relabelings behind p and q · 随机置换次数')
        .argParser(within(1, 99_999, true))
        .default(999),
    )
    .addOption(
      new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(within(0, 2 ** 31, true)).default(1),
    )
    .addOption(new Option('--top <n>', 'regions to print · 显示行数').argParser(within(1, 10_000, true)).default(10))
    .addOption(json())
    .addHelpText(
      'after',
      `
Moran I, Geary C   on weights whose rows add up to 1; I above its expectation (C below 1): like stands beside like  相邻相似
Getis-Ord G        on weights of 0 and 1: large values stand together                                            高值聚集
q                  local Moran after Benjamini-Hochberg over all regions; below 0.05 a region stands out          局部显著性
G* z               hot above 2, cold below −2                                                                     热点与冷点
A region without place, figure or neighbour is left out and named. Administrative borders shape these figures.
无位置、无数值或无邻居的地区不计入并列出；行政边界会影响结果。

Examples · 示例
  qipan clusters space demo --industry 39
  qipan clusters space jobs.csv --columns region=code,industry=industry,value=jobs,year=year --places places.csv --band 120 --json`,
    )
    .action(async (panel: string, o: Options) => (await import('./commands/space.js')).space(panel, o as never));
}

const tableOptions = (c: Command): Command =>
  c
    .requiredOption('--columns <map>', `of JOBS: ${columns}`)
    .addOption(yearOption())
    .option('--ras', 'fit flows when the table does not balance · 不平衡时用 RAS 调整')
    .addOption(json());

const jobsHelp = `
TABLE is a square input-output table, as qipan clusters io takes it. JOBS is a CSV of jobs or output by region and sector; its industries are
the codes of the table's sectors, and the nation is the sum of its regions.
TABLE 为投入产出表；JOBS 为各地区各部门的就业或产出，行业代码即表中部门代码，全国为各地区之和。`;

function regionalCommands(clusters: Command): void {
  tableOptions(
    clusters
      .command('flq')
      .argument('<table>', 'square input-output table, CSV')
      .argument('<jobs>', 'CSV: one row a region and sector')
      .description('input coefficients of one region by Flegg’s quotient, with their sensitivity · FLQ 区域投入系数')
      .requiredOption('--region <code>', 'region · 地区')
      .addOption(new Option('--delta <n>', 'exponent δ · 指数').argParser(within(0, 0.99)).default(0.3))
      .addOption(
        new Option('--variant <name>', 'aflq raises specialised buyers · 变体').choices(['flq', 'aflq']).default('flq'),
      )
      .option('--out <file>', 'coefficients as a square CSV · 输出文件'),
  )
    .addHelpText(
      'after',
      `${jobsHelp}

λ = [log2(1 + E_r/E_n)]^δ; a_ij of the region = min(1, λ·CILQ_ij) · a_ij of the nation. δ is a guess: the answer is printed for 0.1 to 0.5.
δ 为经验取值，结果同时给出 0.1 至 0.5。

Examples · 示例
  qipan clusters flq examples/clusters/io-small_2022.csv examples/clusters/sector-jobs.csv --columns region=region,industry=sector,value=jobs --region N`,
    )
    .action(async (table: string, jobs: string, o: Options) =>
      (await import('./commands/regional.js')).regionalQuotients(table, jobs, o as never),
    );
  tableOptions(
    clusters
      .command('gravity')
      .argument('<table>', 'square input-output table, CSV')
      .argument('<jobs>', 'CSV: one row a region and sector')
      .description('a national table spread over regions by distance · 区域间投入产出（引力模型）')
      .requiredOption('--places <file>', placesHelp)
      .addOption(
        new Option('--beta <n>', 'decay of trade, a kilometre · 每公里衰减').argParser(within(0, 10)).default(0.005),
      )
      .option('--out <file>', 'flows above 0: from and to, region and sector · 输出文件'),
  )
    .addHelpText(
      'after',
      `${jobsHelp}

Flows of each product go by exp(−β·km), fitted so that every region sells and buys its share; all flows add up to the national table.
At most 2,000 (region, sector) pairs.
各产品流量按 exp(−β·公里) 分配并校准，合计等于全国表；地区与部门组合不超过 2000。

Examples · 示例
  qipan clusters gravity examples/clusters/io-small_2022.csv examples/clusters/sector-jobs.csv --columns region=region,industry=sector,value=jobs --places examples/clusters/places.csv --out flows.csv`,
    )
    .action(async (table: string, jobs: string, o: Options) =>
      (await import('./commands/regional.js')).gravity(table, jobs, o as never),
    );
}

/** Declares what is about space: figures of regions in it, and the national table spread over it. */
export function spaceCommands(clusters: Command): void {
  spaceCommand(clusters);
  regionalCommands(clusters);
}
