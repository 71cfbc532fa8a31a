import { both, Terminal } from '../terminal.js';
import { launch, type LaunchOptions } from '../launch.js';
import { untilStopped } from '../stopping.js';

/** `qipan serve`: the server alone, until it is told to stop. */
export async function serve(
  o: LaunchOptions & { readonly unknownStations: 'quarantine' | 'refuse' | 'token'; readonly simulated?: boolean },
): Promise<void> {
  const terminal = new Terminal();
  const stopped = untilStopped();
  const server = await launch(o, terminal, { unknownStations: o.unknownStations, simulated: o.simulated === true });
  if (o.unknownStations === 'token')
    terminal.line(`  ${both({ en: 'commissioning token', zh: '接入令牌' })}: ${server.api.commissioningToken}`);
  terminal.line(`  ${both({ en: 'charging stations connect to', zh: '充电站连接地址' })} ${server.ocppUrl}/<identity>`);
  terminal.step(`ready · 就绪: ${server.url}`);
  await stopped;
  terminal.step({ en: 'stopping', zh: '正在停止' });
  await server.close();
}
