import { parentPort } from 'node:worker_threads';
import { isQipanError } from '@qipan/base';
import type { EntryResult } from '@qipan/clusters';
import type { PanelBody } from './bodies.js';
import { panelLabels } from './datasets.js';
import { backtestView, fitForecast, regionUpgrade, type ForecastQuestion } from './forecast.js';
import type { ForecastAnswer, ForecastOrder } from './forecast-thread.js';
import { unpack } from './packed.js';

const mostKept = 3;
const kept = new Map<string, { readonly body: PanelBody; readonly result: EntryResult }>();

const keyOf = (q: ForecastQuestion) => `${q.dataset} ${q.kind} ${q.absentBelow}`;

async function fitted(order: ForecastOrder): Promise<{ readonly body: PanelBody; readonly result: EntryResult }> {
  const key = keyOf(order.question);
  const known = kept.get(key);
  if (known) return known;
  const body = unpack<PanelBody>(order.text);
  const made = { body, result: await fitForecast(body, order.question) };
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value as string);
  kept.set(key, made);
  return made;
}

async function answer(order: ForecastOrder): Promise<ForecastAnswer> {
  try {
    const { body, result } = await fitted(order);
    if (order.region === null) return { id: order.id, value: await backtestView(result, order.question) };
    const own = await regionUpgrade(body, result, { region: order.region, industries: panelLabels(body).industries });
    const { code, sentence } = result.verdict;
    return { id: order.id, value: { ...own, verdict: { code, sentence }, status: result.status } };
  } catch (e) {
    const known = isQipanError(e);
    return {
      id: order.id,
      error: {
        code: known ? e.code : null,
        message: e instanceof Error ? e.message : String(e),
        details: known ? e.details : {},
      },
    };
  }
}

// One at a time: the second question about a panel finds the model of the first.
let before: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (order: ForecastOrder) => {
  before = before.then(async () => parentPort?.postMessage(await answer(order)));
});
