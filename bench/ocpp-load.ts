import { WebSocket } from 'ws';

/** What a load process is told: which stations call where, for how long, and what they say. */
export interface LoadOrder {
  readonly url: string;
  readonly stations: readonly { readonly identity: string; readonly password: string | null }[];
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Every nth message is a Heartbeat; 0 = never. */
  readonly heartbeatEvery: number;
  /** False skips boot and start: for a server without stations. */
  readonly hasSession: boolean;
  /** True when every frame comes back as it is, instead of a CALLRESULT. */
  readonly isEcho?: boolean;
}

/** `start` is sent when the measured span begins, so that the parent can read its CPU clocks. */
export type LoadReport =
  | { readonly type: 'start' }
  | {
      readonly type: 'end';
      readonly messages: number;
      readonly elapsedMs: number;
      /** Milliseconds from CALL to CALLRESULT of meter messages, ascending. */
      readonly p50Ms: number;
      readonly p99Ms: number;
      readonly errors: number;
    };

const samples = (registerWh: number): string =>
  `[{"value":"${registerWh}","measurand":"Energy.Active.Import.Register","unit":"Wh"},` +
  `{"value":"59800","measurand":"Power.Active.Import","unit":"W"},{"value":"86.4","measurand":"Current.Import","unit":"A"},` +
  `{"value":"51","measurand":"SoC","unit":"Percent"}]`;

/** One station in a closed loop: the next message leaves when the last one was answered. */
class Caller {
  readonly latencies: number[] = [];
  messages = 0;
  errors = 0;
  isMeasuring = false;
  #ws: WebSocket;
  #n = 0;
  #transactionId = 1;
  #registerWh = 100_000;
  #sentAt = 0;
  #waiting: ((payload: Record<string, unknown>) => void) | null = null;
  #isMeter = false;
  #isStopped = false;

  readonly order: LoadOrder;
  readonly identity: string;

  constructor(order: LoadOrder, station: LoadOrder['stations'][number]) {
    const { identity, password } = station;
    this.order = order;
    this.identity = identity;
    const headers: Record<string, string> = {};
    if (password !== null)
      headers['authorization'] = `Basic ${Buffer.from(`${identity}:${password}`).toString('base64')}`;
    this.#ws = new WebSocket(`${order.url}/${identity}`, 'ocpp1.6', { headers, perMessageDeflate: false });
    this.#ws.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as [number, string, Record<string, unknown>];
      if (frame[0] !== (order.isEcho ? 2 : 3)) this.errors++;
      const done = this.#waiting;
      this.#waiting = null;
      done?.(frame[2]);
    });
    this.#ws.on('error', () => this.errors++);
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#ws.once('open', resolve);
      this.#ws.once('error', reject);
    });
  }

  #call(action: string, payload: string): Promise<Record<string, unknown>> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#ws.send(`[2,"${this.identity}-${this.#n++}","${action}",${payload}]`);
    });
  }

  async begin(): Promise<void> {
    if (!this.order.hasSession) return;
    await this.#call('BootNotification', '{"chargePointVendor":"Bench","chargePointModel":"Load"}');
    await this.#call('StatusNotification', '{"connectorId":1,"errorCode":"NoError","status":"Available"}');
    const timestamp = new Date().toISOString();
    const started = await this.#call(
      'StartTransaction',
      `{"connectorId":1,"idTag":"${this.identity}","meterStart":${this.#registerWh},"timestamp":"${timestamp}"}`,
    );
    this.#transactionId = Number(started['transactionId']);
  }

  async loop(): Promise<void> {
    while (!this.#isStopped) {
      const k = this.#n;
      this.#isMeter = this.order.heartbeatEvery === 0 || k % this.order.heartbeatEvery !== 0;
      this.#sentAt = performance.now();
      if (this.#isMeter) {
        this.#registerWh += 1;
        const head = `{"connectorId":1,"transactionId":${this.#transactionId},"meterValue":[{"timestamp":"`;
        await this.#call(
          'MeterValues',
          `${head}${new Date().toISOString()}","sampledValue":${samples(this.#registerWh)}}]}`,
        );
      } else await this.#call('Heartbeat', '{}');
      if (!this.isMeasuring) continue;
      this.messages++;
      if (this.#isMeter) this.latencies.push(performance.now() - this.#sentAt);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  close(): void {
    this.#ws.terminate();
  }
}

async function work(order: LoadOrder): Promise<LoadReport> {
  const callers = order.stations.map((s) => new Caller(order, s));
  await Promise.all(callers.map((c) => c.opened()));
  await Promise.all(callers.map((c) => c.begin()));
  const loops = callers.map((c) => c.loop());
  await new Promise((r) => setTimeout(r, order.warmUpMs));
  process.send?.({ type: 'start' } satisfies LoadReport);
  for (const c of callers) c.isMeasuring = true;
  const from = performance.now();
  await new Promise((r) => setTimeout(r, order.measureMs));
  for (const c of callers) c.isMeasuring = false;
  const elapsedMs = performance.now() - from;
  const latencies = Float64Array.from(callers.flatMap((c) => c.latencies)).sort();
  const at = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? NaN;
  const report: LoadReport = {
    type: 'end',
    messages: callers.reduce((n, c) => n + c.messages, 0),
    elapsedMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    errors: callers.reduce((n, c) => n + c.errors, 0),
  };
  process.send?.(report);
  for (const c of callers) c.stop();
  await Promise.race([Promise.all(loops), new Promise((r) => setTimeout(r, 2000))]);
  for (const c of callers) c.close();
  return report;
}

process.once('message', (order: LoadOrder) => {
  work(order)
    .then(() => process.disconnect())
    .catch((e: unknown) => {
      console.error(e);
      process.exit(1);
    });
});
