import type { Bilingual } from '@qipan/base';
import type { EvidenceRowView, RulePackView } from '@qipan/server/contract';

/** One line of the form: a metric and how many years back a criterion looks at it. */
export interface MetricLine {
  readonly metric: string;
  readonly name: Bilingual;
  readonly unit: string;
  readonly years: number;
}

/** Metrics that a pack asks for, each once, with the longest of its windows. */
export function metricsOf(pack: RulePackView): readonly MetricLine[] {
  const lines = new Map<string, MetricLine>();
  for (const c of [...pack.criteria, ...pack.vetoes]) {
    const known = lines.get(c.metric);
    if (known) lines.set(c.metric, { ...known, years: Math.max(known.years, c.window.years) });
    else lines.set(c.metric, { metric: c.metric, name: c.name, unit: c.unit, years: c.window.years });
  }
  return [...lines.values()];
}

/** What was typed, a row a metric and year; an empty field is unknown. */
export function typedRows(
  metrics: readonly MetricLine[],
  form: { readonly subject: string; readonly values: Readonly<Record<string, string>>; readonly year: number },
): readonly EvidenceRowView[] {
  const rows = metrics.flatMap(({ metric, years }) =>
    Array.from({ length: years }, (_, k) => form.year - k).map((year) => {
      const text = form.values[`${metric} ${year}`]?.trim() ?? '';
      return { subject: form.subject, metric, year, value: text === '' ? null : Number(text) };
    }),
  );
  return rows.some((r) => r.value !== null) ? rows : [];
}

/** Pasted lines `subject, metric, year, value`; commas or tabs. Throws the complaint about the first line that is none. */
export function linesOf(text: string, complaint: (line: number) => string): readonly EvidenceRowView[] {
  return text.split(/\r?\n/).flatMap((line, k) => {
    if (line.trim() === '' || /^subject\s*[,\t]/i.test(line)) return [];
    const [subject = '', metric = '', year = '', value = '', ...rest] = line.split(/[,\t，]/).map((c) => c.trim());
    const y = year === '' ? null : Number(year);
    const v = value === '' ? null : Number(value);
    const isYear = y === null || (Number.isInteger(y) && y >= 1900 && y <= 2100);
    if (subject === '' || metric === '' || rest.some((c) => c !== '') || !isYear || (v !== null && !Number.isFinite(v)))
      throw new Error(complaint(k + 1));
    return [{ subject, metric, year: y, value: v }];
  });
}
