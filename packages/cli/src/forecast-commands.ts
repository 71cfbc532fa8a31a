import { InvalidArgumentError, Option, type Command } from 'commander';

type Options = Record<string, unknown>;

const json = () => new Option('--json', 'one JSON object on standard output · 以 JSON 输出');

const positive = (text: string): number => {
  const n = Number(text);
  if (text.trim() !== '' && n > 0 && Number.isFinite(n)) return n;
  throw new InvalidArgumentError('expected a number > 0.');
};
const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && Number.isInteger(n) && n >= least && n <= most) return n;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };

const backtestHelp = `
An industry enters a region when its location quotient was below --absent-below at one date and is at --present or above at the next;
it exits the other way round. A ridge logit says how likely that is from what was known at the start: relatedness density inside the
region, complexity, sizes. Three dates or more: fitted on the earlier steps and tested on the last (out of time). Two dates: blocks of
regions are left out in turn, and the status is NO_OUT_OF_TIME. Regions that a year lacks are left out and named.
进入：区位商由低于 --absent-below 变为不低于 --present；退出相反。三个及以上时点时做跨期检验；只有两个时点时按地区分块交叉验证，状态为 NO_OUT_OF_TIME。

auc        share of pairs (one that entered, one that did not) ranked rightly; 0.5 says nothing · 排序正确率，0.5 表示没有信息
brier      mean squared error of the probabilities, 0 is perfect · 概率均方误差
slope      1: probabilities are neither too bold nor too shy · 校准斜率
top3       share of entries among the three first industries of a region · 各地区前三名命中率
verdict    adds, addsLittle, beaten (a rule without a model ranks as well) or addsNothing · 结论

Examples · 示例
  qipan clusters backtest panel.csv --columns region=region,industry=industry,value=jobs,year=year
  qipan clusters backtest lga.csv --columns region=lga_pow,industry=industry,value=employment,year=year \\
    --drop-industries "Not applicable" "Not stated" "Inadequately described" --absent-below 1`;

const rulesHelp = `
PACK is the name of a shipped pack (qipan clusters rules list) or a JSON file of your own: criteria, logic and vetoes as data, no code.
EVIDENCE is a CSV: subject, metric, year, value, and source if you like; yes and no are 1 and 0. What is not there is unknown: never a
pass and never a fail. A missing figure with an empty value is unknown too.
PACK 为内置规则包名称或自备 JSON 文件；EVIDENCE 为 CSV（subject, metric, year, value）。没有证据即“无法判断”，既不算通过也不算不通过。

Printed for each subject: pass, fail or unknown; for each criterion the figure, the mark and the gap; and the cheapest set of criteria
whose change would turn the verdict. Figures whose document was not at hand are marked "unconfirmed".

Examples · 示例
  qipan clusters rules list
  qipan clusters rules sme-cluster-2022-national evidence.csv --year 2024
  qipan clusters rules echelon-2022 firms.csv --year 2024 --json
  qipan clusters rules my-province.json evidence.csv --year 2024`;

const registerHelp = `
A register is a CSV of lines that are only ever added: clusterId, at, kind, source, and where they matter tier, programme, nameZh, nameEn,
industries, provinces, cities, organisation, reportYear, reason, decision, decidingBody. Kinds: proposed, cultivated, designated, renewed,
reported, veto, warned, warningLifted, exited. From the rules of the programme follow: expired, missedReport, warningUnanswered.
Without a file the shipped examples are read: a part of the national list, with the public page of each line.
名录为只增不减的 CSV。不给文件时读取随附示例：国家名单的一部分，每行注明公开网页，不代表官方名单。

Examples · 示例
  qipan clusters register list --province 江苏
  qipan clusters register due register.csv --day 2025-04-01 --horizon 60`;

/** Declares forecasts, rules and the register of clusters. */
export function forecastCommands(clusters: Command): void {
  clusters
    .command('backtest')
    .argument('<panel>', 'long CSV: one row a region, industry and year')
    .description('does relatedness foretell entry and exit here? tested beside plain rules · 进入与退出预测的回测')
    .requiredOption('--columns <map>', 'region=NAME,industry=NAME,value=NAME,year=NAME[,flag=NAME] · 列对应')
    .addOption(new Option('--kind <event>', 'entry or exit · 进入或退出').choices(['entry', 'exit']).default('entry'))
    .addOption(
      new Option('--present <lq>', 'quotient from which it is present · 存在门槛').argParser(positive).default(1),
    )
    .addOption(
      new Option('--absent-below <lq>', 'quotient below which it is absent · 不存在门槛')
        .argParser(positive)
        .default(0.5),
    )
    .option('--persistence', 'an event must hold one date later · 事件须在下一时点仍成立')
    .addOption(
      new Option('--benchmark <regions>', 'totals of the regions in every year, or of all · 基准')
        .choices(['kept', 'all'])
        .default('kept'),
    )
    .option('--features <name...>', 'relatedness complexity regionSize industrySize advantage nationalGrowth … · 特征')
    .option('--drop-industries <code...>', 'industries left out, such as "Not stated" · 剔除的行业')
    .addOption(
      new Option('--ridge <lambda>', 'penalty on standardised coefficients · 岭惩罚').argParser(positive).default(1),
    )
    .addOption(
      new Option('--draws <n>', 'draws of regions behind an interval · 自助抽样次数')
        .argParser(whole(20, 100_000))
        .default(400),
    )
    .addOption(
      new Option('--folds <n>', 'blocks of regions when there are two dates · 分块数')
        .argParser(whole(2, 100))
        .default(10),
    )
    .addOption(new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(whole(0, 2 ** 31)).default(1))
    .addOption(json())
    .addHelpText('after', backtestHelp)
    .action(async (panel: string, o: Options) => (await import('./commands/backtest.js')).backtest(panel, o as never));
  clusters
    .command('rules')
    .argument('<pack>', 'name of a shipped pack, a JSON file, or "list" · 规则包')
    .argument('[evidence]', 'CSV: subject, metric, year, value · 证据')
    .description('pass, fail or unknown, the gaps, and the cheapest change · 规则评估')
    .addOption(
      new Option('--year <year>', 'as of which year; default the last in the evidence · 评估年份').argParser(
        whole(1900, 2100),
      ),
    )
    .addOption(json())
    .addHelpText('after', rulesHelp)
    .action(async (pack: string, evidence: string | undefined, o: Options) =>
      (await import('./commands/rules.js')).rules(pack, evidence, o as never),
    );
  const register = clusters
    .command('register')
    .description('who is designated, warned, gone; what is due · 集群名录')
    .addHelpText('after', registerHelp);
  const day = () => new Option('--day <date>', 'YYYY-MM-DD; default today · 日期');
  register
    .command('list')
    .argument('[file]', 'CSV of register lines; the shipped examples when left out · 名录文件')
    .description('the clusters as they stand on a day · 集群现状')
    .addOption(day())
    .addOption(
      new Option('--status <status>', 'only these · 状态').choices([
        'proposed',
        'cultivated',
        'designated',
        'warned',
        'exited',
      ]),
    )
    .option('--province <name>', 'only those with a part in it · 省份')
    .addOption(json())
    .addHelpText('after', registerHelp)
    .action(async (file: string | undefined, o: Options) =>
      (await import('./commands/register.js')).registerList(file, o as never),
    );
  register
    .command('due')
    .argument('[file]', 'CSV of register lines; the shipped examples when left out · 名录文件')
    .description('reports, renewals and answers that are due, and what lapsed · 待办与逾期')
    .addOption(day())
    .addOption(new Option('--horizon <days>', 'how far to look · 天数').argParser(whole(0, 5000)).default(90))
    .addOption(json())
    .addHelpText('after', registerHelp)
    .action(async (file: string | undefined, o: Options) =>
      (await import('./commands/register.js')).registerDueList(file, o as never),
    );
}
