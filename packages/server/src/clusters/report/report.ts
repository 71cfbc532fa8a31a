import type { ReportInput } from './figures.js';
import type { ReportLanguage } from './html.js';

export type { ReportInput, ReportLanguage };

/**
 * The report on one region as one printable HTML page; its code is loaded when the first is asked for. Errors: `UNKNOWN_CODE` for the
 * region, `NOT_FOUND` for the year.
 */
export async function clusterReport(input: ReportInput, lang: ReportLanguage): Promise<string> {
  const [{ reportFigures }, { reportHtml }] = await Promise.all([import('./figures.js'), import('./html.js')]);
  return reportHtml(input, reportFigures(input), lang);
}
