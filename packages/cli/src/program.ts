import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { QipanError } from '@qipan/base';
import { analysis } from './analysis.js';
import { exitCodeOf, failureJson, failureText, understood } from './failure.js';

/** Where things stand when nothing else is said. */
export const defaults = { port: 4650, host: '127.0.0.1', dataFolder: '.qipan', speed: 1, seed: 1 } as const;

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const n = Number(text);
    if (Number.isInteger(n) && n >= least && n <= most) return n;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };

const real =
  (least: number, most: number) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && n >= least && n <= most) return n;
    throw new InvalidArgumentError(`expected a number from ${least} to ${most}.`);
  };

const dataFolderOption = () =>
  new Option('--data-folder <folder>', 'where the database, keys and logs stand · 数据目录')
    .env('QIPAN_DATA')
    .default(defaults.dataFolder);
const databaseOption = () =>
  new Option('--database-url <url>', 'a PostgreSQL ≥ 15 of your own instead of the embedded one · 外部数据库').env(
    'DATABASE_URL',
  );
const seedOption = () =>
  new Option('--seed <n>', 'same seed, same answer · 随机种子').argParser(whole(0, 2 ** 31)).default(defaults.seed);
const jsonOption = () => new Option('--json', 'one JSON object on standard output · 以 JSON 输出');

function serverOptions(c: Command): Command {
  return c
    .addOption(
      new Option('-p, --port <port>', 'port of the pages, the API and the charging stations · 端口')
        .env('PORT')
        .argParser(whole(0, 65_535))
        .default(defaults.port),
    )
    .option(
      '--host <address>',
      'address to listen on; anything but loopback requires a login · 监听地址',
      defaults.host,
    )
    .addOption(dataFolderOption())
    .addOption(databaseOption())
    .addOption(
      new Option(
        '--speed <factor>',
        'speed of the clock of simulated stations, 1 to 1000; real ones always get real time · 模拟时钟倍速',
      )
        .argParser(real(1, 1000))
        .default(defaults.speed),
    )
    .addOption(
      new Option(
        '--admin-password <password>',
        'password of the user admin from now on; else the first start makes one and shows it once · 管理员密码',
      ).env('QIPAN_ADMIN_PASSWORD'),
    )
    .addOption(
      new Option('--log-level <level>', 'of the log on standard output')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    );
}

type Options = Record<string, unknown>;

/** Declares every command; what a command does is loaded when it is called. */
export function program(): Command {
  const root = new Command('qipan')
    .description(
      'Qipan 棋盘: plan charging for a county, run the stations, keep them running.\n为县域规划充电网络，运营并维护充电站。',
    )
    .version('0.1.0', '-V, --version')
    .showHelpAfterError('(qipan --help, or qipan <command> --help · 查看帮助)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples · 示例
  qipan start                                  the demo county, live, on http://127.0.0.1:${defaults.port}
  qipan start --speed 60                       the same with a simulated hour a minute
  qipan serve --host 0.0.0.0                   the server alone, for real charging stations
  qipan solve p-median pmed1.txt --format orlib --json
  qipan station run --url ws://127.0.0.1:${defaults.port}/ocpp --identity DEMO-1 --plug
  qipan bench siting --case pmed1 --json

Exit codes · 退出码: 0 well · 1 a bug · 64 usage · 65 input · 66 not found · 69 port or database · 73 folder · 74 disk · 75 try later · 77 not allowed
Data folder: --data-folder, else QIPAN_DATA, else ./${defaults.dataFolder} · outside database: --database-url, else DATABASE_URL`,
    );
  startAndServe(root);
  importAndExport(root);
  planning(root);
  stations(root);
  solving(root);
  analysis(root);
  return root;
}

function startAndServe(root: Command): void {
  serverOptions(
    root.command('start').description('the whole program with a live demo county · 一键启动：服务器、数据库和示范县'),
  )
    .option('--no-demo', 'do not load, plan and simulate the demo county · 不加载示范县')
    .addOption(
      new Option('--stations <n>', 'at most so many simulated stations of the plan · 模拟站数量上限').argParser(
        whole(0, 10_000),
      ),
    )
    .addOption(
      new Option('--plan-seconds <s>', 'time for the demo plan · 规划时限').argParser(real(1, 3600)).default(15),
    )
    .addOption(seedOption())
    .addHelpText(
      'after',
      `
The first start makes a database in the data folder, loads Dianjiang county (垫江县), plans its charging network and brings the planned
stations up as simulated ones. Later starts find all of it there. Ctrl-C stops cleanly.
首次启动会建立数据库、加载垫江县、规划充电网络并启动模拟充电站；再次启动直接使用已有数据。Ctrl-C 停止。

Examples · 示例
  qipan start --port 8080 --data-folder /var/lib/qipan
  DATABASE_URL=postgres://qipan@db/qipan qipan start --no-demo`,
    )
    .action(async (o: Options) => (await import('./commands/start.js')).start(o as never));
  serverOptions(root.command('serve').description('the server alone: pages, API, charging stations · 仅启动服务器'))
    .option('--simulated', 'say on every page that stations here may be simulated · 标注为模拟')
    .addOption(
      new Option('--unknown-stations <rule>', 'what becomes of stations nobody knows · 未知站处理方式')
        .choices(['quarantine', 'refuse', 'token'])
        .default('quarantine'),
    )
    .addHelpText('after', '\nExamples · 示例\n  qipan serve --host 0.0.0.0 --port 443 --unknown-stations refuse')
    .action(async (o: Options) => (await import('./commands/serve.js')).serve(o as never));
}

function importAndExport(root: Command): void {
  root
    .command('import')
    .argument('<file...>', 'CSV, XLSX, GeoJSON or PBF files of one board, or a folder written by qipan export')
    .description('read places, regions, boundaries into a board; or an export back · 导入数据')
    .option('--name <name>', 'name of the board · 名称')
    .option('--crs <system>', 'of the coordinates: wgs84, gcj02 or bd09 · 坐标系', 'wgs84')
    .option('--years <years>', 'the board is about, as 2026-2030 · 年份', '2026-2030')
    .addOption(
      new Option('--population-year <year>', 'of the population figures · 人口年份').argParser(whole(1900, 2200)),
    )
    .option('--source <text>', 'attribution to print wherever the data are shown · 数据来源')
    .option('--out <file>', 'write the board to a file instead of the database · 输出文件')
    .addOption(dataFolderOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
What a file holds is known by its columns: regions (level, parent), places (region, lon, lat, population), sites, stations; GeoJSON is
the boundary, PBF the roads. A wrong file is named with row, column, got and expected, and nothing of it is loaded.
文件内容按列名识别；有错时给出文件、行、列、实际值与期望值，并且不导入任何内容。

Examples · 示例
  qipan import regions.csv places.xlsx boundary.geojson roads.osm.pbf --name Dianjiang
  qipan import places.csv regions.csv --out board.json
  qipan import /backup/qipan-2026-05-01 --data-folder /var/lib/qipan`,
    )
    .action(async (files: string[], o: Options) =>
      (await import('./commands/import.js')).importFiles(files, o as never),
    );
  root
    .command('export')
    .argument('<folder>', 'new folder to write to · 新建的目标目录')
    .description('everything in the database, as files that import reads back · 导出全部数据')
    .addOption(dataFolderOption())
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples · 示例\n  qipan export /backup/qipan-2026-05-01')
    .action(async (folder: string, o: Options) => (await import('./commands/export.js')).exportTo(folder, o as never));
}

function planning(root: Command): void {
  const plan = root.command('plan').description('plan charging for a board, prove it, explain it · 规划、核验、解释');
  const boardOption = () =>
    new Option('--board <file>', 'board as qipan import --out wrote it; the demo county when left out · 棋盘文件');
  const parametersOption = () =>
    new Option('--parameters <file>', 'JSON of the parameters that differ from the defaults · 参数文件');
  plan
    .command('solve')
    .description('a plan with its proven distance from the best possible · 求解')
    .addOption(boardOption())
    .addOption(parametersOption())
    .addOption(new Option('--seconds <s>', 'stop after so long · 时限').argParser(real(0.1, 86_400)).default(60))
    .addOption(new Option('--gap <share>', 'stop at this gap · 目标间隙').argParser(real(0, 1)).default(0.01))
    .addOption(new Option('--out <file>', 'where the plan and its certificate go · 输出文件'))
    .addOption(seedOption())
    .addOption(jsonOption())
    .action(async (o: Options) => (await import('./commands/plan.js')).solvePlan(o as never));
  plan
    .command('verify')
    .argument('<file>', 'what plan solve --out wrote')
    .description('re-reads the inputs and checks every constraint, the value and the bound · 独立核验')
    .addOption(boardOption())
    .addOption(parametersOption())
    .addOption(jsonOption())
    .action(async (file: string, o: Options) => (await import('./commands/plan.js')).verifyPlan(file, o as never));
  plan
    .command('explain')
    .argument('<file>', 'what plan solve --out wrote')
    .argument('<village>', 'id or name of the place · 村庄')
    .description('why this village is served as it is · 解释某村的结果')
    .addOption(jsonOption())
    .action(async (file: string, village: string, o: Options) =>
      (await import('./commands/plan.js')).explainPlan(file, village, o as never),
    );
  plan.addHelpText(
    'after',
    '\nExamples · 示例\n  qipan plan solve --seconds 15 --out plan.json\n  qipan plan verify plan.json\n  qipan plan explain plan.json 500231100001',
  );
}

function stations(root: Command): void {
  const station = root.command('station').description('simulated charging stations, labelled as such · 模拟充电站');
  const common = (c: Command): Command =>
    c
      .requiredOption('--url <url>', 'OCPP address up to the identity, such as ws://127.0.0.1:4650/ocpp · 地址')
      .addOption(
        new Option('--password <password>', 'HTTP Basic password (security profile 1) · 密码').env(
          'QIPAN_STATION_PASSWORD',
        ),
      )
      .addOption(
        new Option('--ocpp <version>', 'OCPP version · 协议版本').choices(['1.6', '2.0.1', '2.1']).default('1.6'),
      )
      .addOption(new Option('--evses <n>', 'EVSEs a station · 充电接口数').argParser(whole(1, 20)).default(2))
      .addOption(new Option('--power <kW>', 'of each · 功率').argParser(real(1, 1000)).default(60))
      .addOption(new Option('--current <kind>', 'AC or DC · 交流或直流').choices(['AC', 'DC']).default('DC'))
      .addOption(
        new Option('--sampled <s>', 'seconds between meter values · 采样间隔').argParser(whole(1, 86_400)).default(60),
      )
      .addOption(
        new Option('--speed <factor>', 'of the clock; the server must run at the same · 时钟倍速')
          .argParser(real(1, 1000))
          .default(1),
      )
      .addOption(seedOption())
      .addOption(jsonOption());
  common(
    station
      .command('run')
      .description('one station; prints what it says and hears · 单个充电站')
      .requiredOption('--identity <identity>', 'name behind the URL · 站标识')
      .option('--plug', 'a car is plugged in as soon as the station is accepted · 立即插枪'),
  )
    .addOption(new Option('--fault <kind[:amount]...>', 'faults from the first second on · 注入故障'))
    .action(async (o: Options) => (await import('./commands/station.js')).runStation(o as never));
  common(
    station
      .command('fleet')
      .description('many stations in one process · 充电站群')
      .addOption(new Option('--count <n>', 'stations · 数量').argParser(whole(1, 10_000)).default(10))
      .option('--prefix <text>', 'identities are this and a number · 标识前缀', 'SIM-'),
  )
    .addOption(
      new Option('--visits <n>', 'visitors a week at each EVSE; as measured when left out · 每周到访').argParser(
        real(0, 10_000),
      ),
    )
    .addOption(new Option('--seconds <s>', 'stop after so long · 时限').argParser(real(1, 1e7)))
    .addOption(
      new Option('--faults <n>', 'stations that get one labelled fault each · 注入故障的站数').argParser(
        whole(0, 10_000),
      ),
    )
    .option('--labels <file>', 'where the labels of the faults go, a JSON object a line · 故障标签文件')
    .action(async (o: Options) => (await import('./commands/station.js')).runFleet(o as never));
  station.addHelpText(
    'after',
    '\nExamples · 示例\n  qipan station run --url ws://127.0.0.1:4650/ocpp --identity DEMO-1 --plug\n  qipan station fleet --url ws://127.0.0.1:4650/ocpp --count 500 --speed 60',
  );
}

function solving(root: Command): void {
  root
    .command('solve')
    .argument('<problem>', 'p-median, p-center, mclp, lscp, ufl or cfl')
    .argument('<file>', 'instance file')
    .description('a facility-location problem, with a proven bound · 求解选址问题')
    .requiredOption('--format <format>', 'orlib, tsplib, holmberg, delmaire, tbed, mclp-city, sjc or csv · 文件格式')
    .addOption(new Option('--p <n>', 'facilities to open · 设施数').argParser(whole(1, 1e6)))
    .addOption(new Option('--radius <r>', "in the file's own distance unit · 服务半径").argParser(real(0, 1e12)))
    .addOption(new Option('--seconds <s>', 'stop after so long · 时限').argParser(real(0.001, 86_400)))
    .addOption(
      new Option('--gap <fraction>', 'stop when value and bound are this close · 允许差距').argParser(real(0, 1)),
    )
    .addOption(
      new Option('--capacity <s>', 'replaces every capacity (capa, capb, capc) · 统一容量').argParser(real(0, 1e12)),
    )
    .option('--split', 'cfl: demand may be split between sites · 需求可拆分')
    .option('--single-source', 'cfl: everybody is served whole from one site · 单源')
    .option('--demand <file>', 'demand file of the sjc format · 需求文件')
    .option('--distances <file>', 'from,to,distance file of the csv format · 距离表')
    .option('--verify', 'have value and bound checked by the independent verifier · 独立核验')
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nPrints {status, value, bound, gap, cpuSeconds, peakMb, open}; files may be .gz.\ncfl follows the format unless told: orlib and csv split demand, holmberg, delmaire and tbed serve whole.\ncsv has a header: id, then x,y or lon,lat (km), and optionally weight, fixedCost, capacity.\n\nExamples · 示例\n  qipan solve p-median pmed1.txt --format orlib --json\n  qipan solve mclp city.csv --format csv --p 50 --radius 800',
    )
    .action(async (problem: string, file: string, o: Options) =>
      (await import('./solve.js')).solve(problem, file, o as never),
    );
  root
    .command('bench')
    .argument('<suite>', 'siting, ocpp, store, startup, … (bench/<suite>.ts)')
    .description('one line a case: value, target, best known peer · 基准测试')
    .option('--case <name>', 'only this case · 仅此用例')
    .option('--record', 'append to bench/RESULTS.md · 追加记录')
    .addOption(seedOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExamples · 示例\n  qipan bench siting --case pmed1 --json\n  qipan bench startup --record')
    .action(async (suite: string, o: Options) => (await import('./bench.js')).bench(suite, o as never));
}

/** Runs a command line; gives the exit code, from the error table where something went wrong. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const root = program();
    if (args.length === 0) {
      root.outputHelp();
      return 0;
    }
    await root.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return 0;
      return exitCodeOf(new QipanError('BAD_USAGE', thrown.message));
    }
    const e = understood(thrown);
    process.stderr.write(`${args.includes('--json') ? failureJson(e) : failureText(e)}\n`);
    return exitCodeOf(e);
  }
}
