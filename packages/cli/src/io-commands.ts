import { InvalidArgumentError, Option, type Command } from 'commander';

type Options = Record<string, unknown>;

const json = () => new Option('--json', 'one JSON object on standard output · 以 JSON 输出');

const wholeFrom1 = (text: string): number => {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 1) return n;
  throw new InvalidArgumentError('expected a whole number ≥ 1.');
};

/** `20:0.3`: the code of a sector and the share of its imports that stops coming. */
function cut(text: string, before: unknown): readonly { code: string; cut: number }[] {
  const [, code, share] = /^([^:]+):(0(?:\.\d+)?|1(?:\.0+)?|\.\d+)$/.exec(text) ?? [];
  if (code === undefined)
    throw new InvalidArgumentError('expected SECTOR:SHARE with a share of 0 to 1, such as 20:0.3.');
  return [...((before as { code: string; cut: number }[] | undefined) ?? []), { code, cut: Number(share) }];
}

const layoutOptions = (c: Command): Command =>
  c
    .option(
      '--ras',
      'fit flows to the totals when the table does not balance, and say by how much · 不平衡时用 RAS 调整',
    )
    .addOption(new Option('--top <n>', 'rows to print · 显示行数').argParser(wholeFrom1).default(10))
    .addOption(json());

const tableHelp = `
TABLE is a square CSV as China's statistical office publishes it: Code, Description, Origin (Domestic, Imports, TOT), a column a
sector, TC, FU201, FU202, EX, GO; value added in rows VA001 to VA004. A table that does not balance is refused, with the worst sector.
表为国家统计局格式的方阵 CSV；不平衡的表会被拒绝，并指出误差最大的部门。`;

/** Declares what is done with an input-output table. */
export function ioCommands(clusters: Command): void {
  layoutOptions(
    clusters
      .command('io')
      .argument('<table>', 'square input-output table, CSV')
      .description(
        'linkages, multipliers, upstreamness and extraction of every sector · 投入产出：关联、乘数、上游度、假设抽取',
      )
      .addOption(
        new Option('--extraction <variant>', 'what goes with a sector · 抽取方式')
          .choices(['full', 'backward', 'forward', 'keepDiagonal'])
          .default('full'),
      )
      .option(
        '--demand <sector:amount>',
        'output, value added and imports that a final demand draws, such as 18:1000000',
      ),
  )
    .addHelpText(
      'after',
      `${tableHelp}

backward   column sum of (I−A)⁻¹: output that a unit of final demand draws from everybody      后向关联（影响力）
forward    row sum of (I−B)⁻¹: output that a unit of primary input pushes                      前向关联（感应度）
upstream   steps of production before final use, 1 or more                                     上游度
lost       share of the nation's output lost without the sector                                缺失该部门损失的总产出份额

Examples · 示例
  qipan clusters io china_2020_42.csv
  qipan clusters io china_2020_42.csv --extraction backward --json
  qipan clusters io china_2020_42.csv --demand 18:1000000`,
    )
    .action(async (table: string, o: Options) =>
      (await import('./commands/input-output.js')).inputOutput(table, o as never),
    );
  layoutOptions(
    clusters
      .command('stress')
      .argument('<table>', 'square input-output table with import rows, CSV')
      .description('what a cut of imports costs, from below and from above, and what binds · 进口中断压力测试')
      .requiredOption(
        '--cut <sector:share...>',
        'share of the imports of a product that stops, such as 20:0.3 · 进口削减',
        cut,
      )
      .addOption(new Option('--days <n>', 'follow the days after it · 逐日模拟天数').argParser(wholeFrom1).default(180))
      .addOption(
        new Option('--stock-days <n>', 'of every input, in days of use · 库存天数').argParser(wholeFrom1).default(15),
      ),
  )
    .addHelpText(
      'after',
      `${tableHelp}

lower   users make less by the value of what they lack, and buy less at home: nothing stops for want of a part    下界：需求侧
upper   no plant finds another input, and scarce imports go where they are worth most (linear programme)          上界：瓶颈规划
binds   the limits that hold, and what one more unit of each would be worth in value added                        约束及其影子价格
Neither is a forecast. The days path shares what still comes in proportion, which can cost more than the upper end.
两端均非预测；逐日模拟按比例分配剩余进口，损失可能高于上界。

Examples · 示例
  qipan clusters stress china_2020_42.csv --cut 20:0.3
  qipan clusters stress china_2020_42.csv --cut 03:0.5 12:0.2 --stock-days 30 --json`,
    )
    .action(async (table: string, o: Options) =>
      (await import('./commands/input-output.js')).stress(table, o as never),
    );
}
