import { parentPort, workerData } from 'node:worker_threads';
import { isQipanError } from '@qipan/base';
import { clusterReport, type ReportInput, type ReportLanguage } from './report.js';

/** The thread of one report: sockets and pages do not wait for its draws. */
const { input, lang } = workerData as { readonly input: ReportInput; readonly lang: ReportLanguage };
try {
  parentPort?.postMessage({ html: await clusterReport(input, lang) });
} catch (e) {
  if (!isQipanError(e)) throw e;
  parentPort?.postMessage({ refused: { code: e.code, message: e.message, details: e.details } });
}
