import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { QipanError, type ErrorCode, type ErrorDetails } from '@qipan/base';
import type { ReportInput, ReportLanguage } from './report.js';

interface Answer {
  readonly html?: string;
  readonly refused?: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
}

/** `clusterReport` in a thread of its own. */
export async function reportInThread(input: ReportInput, lang: ReportLanguage): Promise<string> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: { input, lang }, execArgv: [] });
  try {
    const [{ html, refused }] = (await once(worker, 'message')) as [Answer];
    if (refused) throw new QipanError(refused.code, refused.message, refused.details);
    return html as string;
  } finally {
    void worker.terminate();
  }
}
