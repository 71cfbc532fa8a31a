import { InvalidArgumentError, Option, type Command } from 'commander';

type Options = Record<string, unknown>;

const number =
  (least: number, most: number, whole = false) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && n >= least && n <= most && (!whole || Number.isInteger(n))) return n;
    throw new InvalidArgumentError(`expected a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };

/** Declares the chessboard: who focuses on what, and leaves what. */
export function chessCommands(clusters: Command): void {
  clusters
    .command('chess')
    .argument('<scenario>', 'scenario file (JSON), or folder with scenario.json and one CSV a table')
    .description('the whole country as one chessboard: focus, keep, abstain · 全国一盘棋：聚焦、保持、有所不为')
    .addOption(
      new Option('--gap <share>', 'proven distance from the best possible at which to end · 最优性间隙')
        .argParser(number(0, 0.999))
        .default(0.001),
    )
    .addOption(
      new Option('--seconds <s>', 'stop after so long, with the best plan so far · 时限')
        .argParser(number(0.1, 86_400))
        .default(60),
    )
    .addOption(
      new Option('--draws <n>', 'draws for the firmness of each move; 0 for none · 稳健性抽样次数')
        .argParser(number(0, 10_000, true))
        .default(0),
    )
    .addOption(
      new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(number(0, 2 ** 31, true)).default(1),
    )
    .addOption(new Option('--region <code>', 'print the moves of one region · 只显示某地区'))
    .addOption(new Option('--flip <region:industry>', 'what the other move of this pair would cost · 反向走法的代价'))
    .addOption(new Option('--no-baselines', 'leave out the five plans it is compared with · 不计算对照方案'))
    .addOption(new Option('--json', 'one JSON object on standard output · 以 JSON 输出'))
    .addHelpText(
      'after',
      `
A scenario holds the tables regions (code, slots), industries (code, marketRoom), candidates (region, industry, probability, value, cost),
and where wanted wishes, links, existing, provinces, prerequisites, colocations; weights and rules stand beside them. docs/tables.md
says what each column means. Every wish is answered with a reason; an infeasible board is told with the rules that conflict.
Abstain means no new public support; it is never a ban.
方案含 regions、industries、candidates 三张必需表，以及 wishes、links、existing、provinces、prerequisites、colocations；权重与规则一并给出。
每项意向都有答复和理由；无解时指出相互冲突的规则。“有所不为”仅指不新增公共支持，绝非禁止。

value   expected value of the plan, less the price of every shortfall · 方案价值
bound   no plan on this board is worth more · 上界
gap     how far the plan may be from the best one, proven · 间隙

Examples · 示例
  qipan clusters chess data/chess/synthetic-40.json
  qipan clusters chess data/chess/synthetic-40.json --gap 0.0005 --draws 50 --json
  qipan clusters chess data/chess/synthetic-40.json --region R07 --flip R07:I12`,
    )
    .action(async (scenario: string, o: Options) => (await import('./commands/chess.js')).chess(scenario, o as never));
}
