import { InvalidArgumentError, Option, type Command } from 'commander';
import { chessCommands } from './chess-commands.js';
import { forecastCommands } from './forecast-commands.js';
import { ioCommands } from './io-commands.js';
import { maskOption, reportCommand } from './report-command.js';
import { spaceCommands } from './space-commands.js';

type Options = Record<string, unknown>;

const jsonOption = () => new Option('--json', 'one JSON object on standard output · 以 JSON 输出');

const positive = (text: string): number => {
  const n = Number(text);
  if (n > 0 && Number.isFinite(n)) return n;
  throw new InvalidArgumentError('expected a number > 0.');
};

const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && Number.isInteger(n) && n >= least && n <= 2 ** 31) return n;
    throw new InvalidArgumentError(`expected a whole number ≥ ${least}.`);
  };
const count = wholeFrom(1);
const wholeSeed = wholeFrom(0);

const share = (text: string): number => {
  const n = Number(text);
  if (n > 0 && n < 1) return n;
  throw new InvalidArgumentError('expected a number between 0 and 1.');
};

/** Declares the commands of the analyst: clusters and the grid. */
export function analysis(root: Command): void {
  const clusters = root.command('clusters').description('what each place is good at, and near to · 产业集群分析');
  reportCommand(clusters);
  clusters
    .command('measures')
    .argument('<panel>', 'long CSV: one row a region and industry (and year)')
    .description('advantage, density, complexity of every region and industry · 比较优势、关联密度与复杂度')
    .requiredOption('--columns <map>', 'region=NAME,industry=NAME,value=NAME[,year=NAME][,flag=NAME] · 列对应')
    .addOption(
      new Option('--preset <recipe>', 'whose recipe the figures follow · 口径')
        .choices(['harvard', 'r', 'econgeo', 'oec'])
        .default('harvard'),
    )
    .addOption(
      new Option('--threshold <lq>', 'quotient from which an industry is present · 显性优势门槛').argParser(positive),
    )
    .option('--drop-industries <code...>', 'industries left out, such as "Not stated" · 剔除的行业')
    .addOption(maskOption())
    .requiredOption('--out <folder>', 'regions.csv, industries.csv, cells.csv and recipe.json go there · 输出目录')
    .addOption(
      new Option('--ranks <draws>', 'rank intervals from so many draws; no rank without · 名次区间抽样次数').argParser(
        wholeFrom(20),
      ),
    )
    .addOption(
      new Option('--scheme <kind>', 'how the panel is shaken · 抽样方式')
        .choices(['poisson', 'multinomial', 'lognormal', 'industries'])
        .default('poisson'),
    )
    .addOption(new Option('--cv <share>', 'of lognormal draws · 变异系数').argParser(positive).default(0.1))
    .addOption(new Option('--seed <n>', 'of the draws · 随机种子').argParser(wholeSeed).default(1))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples · 示例\n  qipan clusters measures trade.csv --columns region=country,industry=product,value=value --preset harvard --out measures\n  qipan clusters measures jobs.csv --columns region=area,industry=section,value=jobs --mask-below 10 --out public',
    )
    .action(async (panel: string, o: Options) => (await import('./commands/clusters.js')).measures(panel, o as never));
  ioCommands(clusters);
  forecastCommands(clusters);
  clusters
    .command('check')
    .argument('<panel>', 'CSV: one row a region and industry (and year), or wide')
    .description('what the file holds, lacks and gets wrong · 数据完整性报告')
    .requiredOption('--columns <map>', 'region=NAME,industry=NAME,value=NAME[,year=NAME][,flag=NAME] · 列对应')
    .option('--drop-industries <code...>', 'industries left out, such as "Not stated" · 剔除的行业')
    .option('--published <file>', 'published totals: year, region, industry, total; blank is all · 公布的合计')
    .option('--regions <file>', 'codes allowed: code, level, parentCode · 地区代码表')
    .option('--industries <file>', 'codes allowed: code, level, parentCode · 行业代码表')
    .addOption(new Option('--wide <axis>', 'a column for each year or industry · 宽表').choices(['year', 'industry']))
    .option('--keep <column...>', 'columns of a wide file on every row; default those of --columns · 宽表固定列')
    .addOption(new Option('--language <code>', 'of the report; default both · 语言').choices(['en', 'zh']))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples · 示例\n  qipan clusters check jobs.csv --columns region=area,industry=section,value=jobs,year=year --language zh\n  qipan clusters check wide.csv --columns region=area,industry=section --wide year --published totals.csv --regions areas.csv',
    )
    .action(async (panel: string, o: Options) => (await import('./commands/panel-check.js')).check(panel, o as never));
  imputeCommand(clusters);
  spaceCommands(clusters);
  chessCommands(clusters);
  const grid = root.command('grid').description('can the village transformer carry it · 台区承载能力');
  grid
    .command('flow')
    .argument('<network>', 'file, or folder of SimBench tables')
    .description('voltages and flows of a network · 潮流计算')
    .addOption(
      new Option('--format <format>', 'of the network · 文件格式')
        .choices(['simbench', 'pandapower', 'pgm', 'csv'])
        .makeOptionMandatory(),
    )
    .addOption(transformerOption())
    .addOption(assumeOption())
    .addOption(new Option('--batch <file>', 'power-grid-model update file: one scenario a data set · 场景文件'))
    .addOption(
      new Option('--phases <n>', '1 balanced, 3 by phase · 相数')
        .choices(['1', '3'])
        .default(1)
        .argParser((t) => (t === '3' ? 3 : 1)),
    )
    .addOption(new Option('--study-case <name>', 'SimBench study case: hL, lPV, … · 研究工况'))
    .addOption(new Option('--tolerance <pu>', 'largest voltage movement at the stop · 收敛精度').argParser(positive))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples · 示例\n  qipan grid flow network.json --format pgm --json\n  qipan grid flow simbench-rural1 --format simbench\n  qipan grid flow county --format csv --transformer T12 --assume conductors',
    )
    .action(async (network: string, o: Options) => (await import('./commands/grid.js')).flow(network, o as never));
  gridHosting(grid);
  gridCounty(grid);
}

function imputeCommand(clusters: Command): void {
  clusters
    .command('impute')
    .argument('<panel>', 'CSV: one row a region and industry (and year)')
    .description('unknown cells filled inside their bounds, labelled estimated, with the interval · 估算未知单元格')
    .requiredOption(
      '--columns <map>',
      'region=NAME,industry=NAME,value=NAME[,year=NAME][,flag=NAME][,lower=NAME,upper=NAME] · 列对应',
    )
    .option('--published <file>', 'published totals: year, region, industry, total · 公布的合计')
    .option('--drop-industries <code...>', 'industries left out · 剔除的行业')
    .requiredOption('--out <file>', 'long CSV that the other commands read · 输出文件')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Cells are fitted in proportion to the published totals of regions and industries, from the middle of their bounds (0 to no end where the
file gives none). rca is the quotient of this filling, rcaLower and rcaUpper its extremes over every filling inside the bounds, totals
set aside. Where no filling meets the totals nothing is written and the exit code is 65. A panel is never filled without being asked.
自上下限的中点起按公布合计成比例拟合；rca 为该取值的区位商，rcaLower 与 rcaUpper 为上下限内的极值（不计合计约束）。
无解时不写文件，退出码 65。未经要求不会估算。

Examples · 示例
  qipan clusters impute jobs.csv --columns region=area,industry=section,value=jobs,lower=from,upper=to --published totals.csv --out filled.csv`,
    )
    .action(async (panel: string, o: Options) => (await import('./commands/impute.js')).impute(panel, o as never));
}

const assumeOption = () =>
  new Option(
    '--assume <names>',
    'defaults allowed where a county folder is silent, printed with the answer · 允许采用的默认值',
  );
const transformerOption = () => new Option('--transformer <id>', 'of a county folder · 台区编号');

const ruleList = 'onArrival,tariffStep:22,staggeredValley:22-6,dynamicLimit:0.9';

function gridHosting(grid: Command): void {
  grid
    .command('hosting')
    .argument('<network>', 'file, or folder of SimBench or county tables')
    .description('how many cars the village transformer carries · 台区可承载的电动汽车数量')
    .addOption(
      new Option('--format <format>', 'of the network · 文件格式')
        .choices(['simbench', 'pandapower', 'pgm', 'csv'])
        .makeOptionMandatory(),
    )
    .addOption(new Option('--rules <list>', 'how cars are charged · 充电方式').default(ruleList))
    .addOption(new Option('--draws <n>', 'days drawn · 抽样天数').argParser(count).default(400))
    .addOption(new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(wholeSeed).default(1))
    .addOption(
      new Option('--risk <share>', 'of days with a violation that is allowed · 风险').argParser(share).default(0.05),
    )
    .addOption(
      new Option('--limits <pack>', 'voltage band and loading · 限值').choices(['china', 'europe']).default('china'),
    )
    .addOption(new Option('--study-case <name>', 'SimBench study case: hL, lPV, … · 研究工况'))
    .addOption(assumeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
A county folder holds transformers.csv (id, ratedKva, customers), and where known sections.csv (worst path) or nodes.csv, lines.csv,
customers.csv (whole topology); every answer says its level L0, L1 or L2. One bad transformer does not stop the others.
县级目录含 transformers.csv，可选 sections.csv 或 nodes.csv、lines.csv、customers.csv；每个结果标明数据级别。

Examples · 示例
  qipan grid hosting simbench-rural3-0 --format simbench --json
  qipan grid hosting county --format csv --assume householdPeak,powerFactor,voltage,conductors,transformerType,pathShare`,
    )
    .action(async (network: string, o: Options) =>
      (await import('./commands/grid-hosting.js')).hosting(network, o as never),
    );
}

const nonNegative = (text: string): number => {
  const n = Number(text);
  if (text.trim() !== '' && n >= 0 && n <= 100) return n;
  throw new InvalidArgumentError('expected a number between 0 and 100.');
};

function gridCounty(grid: Command): void {
  grid
    .command('county')
    .argument('[county]', 'folder of county tables; or --synthetic')
    .description('every transformer of a county, in threads, with progress · 全县台区批量评估')
    .addOption(new Option('--synthetic <n>', 'a made-up county of n transformers · 合成县').argParser(count))
    .addOption(
      new Option('--cars-per-customer <n>', 'expected cars; their risk is found over whole days · 每户电动汽车')
        .argParser(nonNegative)
        .default(0.3),
    )
    .addOption(new Option('--rules <list>', `also the capacity under these rules, such as ${ruleList} · 充电方式`))
    .addOption(new Option('--draws <n>', 'days drawn · 抽样天数').argParser(count).default(500))
    .addOption(new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(wholeSeed).default(1))
    .addOption(
      new Option('--risk <share>', 'of days with a violation that is allowed · 风险').argParser(share).default(0.05),
    )
    .addOption(
      new Option('--limits <pack>', 'voltage band and loading · 限值').choices(['china', 'europe']).default('china'),
    )
    .addOption(new Option('--threads <n>', 'default: one a processor · 线程数').argParser(count))
    .addOption(assumeOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Ctrl-C ends it with what is done so far.
按 Ctrl-C 停止并保留已完成的结果。

Examples · 示例
  qipan grid county --synthetic 1500 --draws 500 --json
  qipan grid county office-tables --assume householdPeak,powerFactor,voltage,conductors --rules ${ruleList}`,
    )
    .action(async (folder: string | undefined, o: Options) =>
      (await import('./commands/grid-county.js')).county(folder, o as never),
    );
}
