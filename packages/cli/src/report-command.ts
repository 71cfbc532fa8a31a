import { InvalidArgumentError, Option, type Command } from 'commander';

type Options = Record<string, unknown>;

const positive = (text: string): number => {
  const n = Number(text);
  if (n > 0 && Number.isFinite(n)) return n;
  throw new InvalidArgumentError('expected a number > 0.');
};

/** What a panel that must not be told whole is masked by. */
export const maskOption = () =>
  new Option(
    '--mask-below <n>',
    'cells above 0 and below it are masked, with others so that no total gives them away · 遮蔽小于该值的单元格',
  ).argParser(positive);

const year = (text: string): number => {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1900 && n <= 2100) return n;
  throw new InvalidArgumentError('expected a year from 1900 to 2100.');
};

/** Declares `qipan clusters report`. */
export function reportCommand(clusters: Command): void {
  clusters
    .command('report')
    .argument('<dataset>', 'long CSV of a panel, or demo for the synthetic one · 面板文件或 demo')
    .description('one region as a printable page: advantages, neighbours, supply, limits · 地区报告')
    .requiredOption('--region <code>', 'code of the region · 地区代码')
    .addOption(new Option('--lang <language>', 'of the report · 语言').choices(['zh', 'en']).default('zh'))
    .requiredOption('--out <file>', 'HTML file to write · 输出文件')
    .option('--columns <map>', 'of a file: region=NAME,industry=NAME,value=NAME[,year=NAME] · 列对应')
    .addOption(new Option('--year <year>', 'of the panel; its last unless given · 年份').argParser(year))
    .addOption(
      new Option('--level <level>', 'how the figures came about · 数据级别')
        .choices(['measured', 'official', 'estimated', 'synthetic', 'default'])
        .default('official'),
    )
    .option('--source <text>', 'attribution to print · 数据来源')
    .option('--drop-industries <code...>', 'industries left out · 剔除的行业')
    .addOption(maskOption())
    .addOption(new Option('--json', 'one JSON object on standard output · 以 JSON 输出'))
    .addHelpText('after', '\nExamples · 示例\n  qipan clusters report demo --region D0101 --lang zh --out D0101.html')
    .action(async (dataset: string, o: Options) =>
      (await import('./commands/cluster-report.js')).report(dataset, o as never),
    );
}
