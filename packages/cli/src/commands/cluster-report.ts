import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError, type DataLevel } from '@qipan/base';
import { clusterReport, demoDatasets, type ReportInput, type ReportLanguage } from '@qipan/server';
import { printResult } from '../terminal.js';
import { panelsOf } from './clusters.js';

export interface ReportOptions {
  readonly region: string;
  readonly lang: ReportLanguage;
  readonly out: string;
  readonly columns?: string;
  readonly level: DataLevel;
  readonly source?: string;
  readonly dropIndustries?: readonly string[];
  readonly maskBelow?: number;
  readonly year?: number;
  readonly json?: boolean;
}

type Subject = Pick<ReportInput, 'body' | 'name' | 'dataset' | 'dataLevel' | 'attribution' | 'links'>;

/** The demo panel with its supply links. */
async function demoSubject(): Promise<Subject> {
  const { panel, supplyLinks } = await demoDatasets();
  const { name, dataLevel, attribution } = panel.label;
  return { body: panel.body, name, dataset: 'demo', dataLevel, attribution, links: supplyLinks.body.rows };
}

function fileSubject(file: string, o: ReportOptions): Subject {
  if (o.columns === undefined)
    throw new QipanError('BAD_USAGE', `${file}: say which column is which`, {
      field: '--columns',
      expected: 'region=NAME,industry=NAME,value=NAME[,year=NAME]',
    });
  const name = path.basename(file);
  const { panels, masked } = panelsOf(file, {
    columns: o.columns,
    ...(o.dropIndustries ? { dropIndustries: o.dropIndustries } : {}),
    ...(o.maskBelow === undefined ? {} : { maskBelow: o.maskBelow }),
  });
  const note =
    masked?.[Math.max(0, o.year === undefined ? panels.length - 1 : panels.findIndex((p) => p.year === o.year))];
  const measure = panels[0]?.measure ?? 'unspecified';
  return {
    body: { measure, unit: '', panels, regions: null, industries: null, ...(note ? { masked: note } : {}) },
    name: { en: name, zh: name },
    dataset: name,
    dataLevel: o.level,
    attribution: o.source ?? name,
    links: null,
  };
}

/** `qipan clusters report`: one region of a panel as a printable page. */
export async function report(dataset: string, o: ReportOptions): Promise<void> {
  const subject = dataset === 'demo' ? await demoSubject() : fileSubject(dataset, o);
  const html = await clusterReport({ ...subject, region: o.region, year: o.year, moves: null }, o.lang);
  writeFileSync(o.out, html);
  const result = {
    region: o.region,
    lang: o.lang,
    out: o.out,
    bytes: Buffer.byteLength(html),
    dataLevel: subject.dataLevel,
  };
  printResult(o.json, result, () => [`${o.region} → ${o.out} (${result.bytes} bytes, ${subject.dataLevel})`]);
}
