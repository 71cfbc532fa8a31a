import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readPanels, type Measure, type Panel, type PanelColumns } from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { repoRoot, sharedData } from '@qipan/testing';

/** The case of a name, as data. */
export function caseOf<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(repoRoot, 'packages/clusters/test/cases', name, 'case.json'), 'utf8')) as T;
}

/** Rows of a shared CSV file by column name. */
export function rowsOf(file: string): Record<string, string>[] {
  const raw = readFileSync(sharedData(file) as string);
  const sheet = parseCsv(file.endsWith('.gz') ? gunzipSync(raw) : raw, path.basename(file));
  const [header, ...rows] = sheet.rows;
  return rows.map((r) => Object.fromEntries((header as unknown[]).map((h, i) => [String(h), String(r[i] ?? '')])));
}

/** Cells of a large shared CSV file without quotes, header first. */
export function plainCells(file: string): string[][] {
  const raw = readFileSync(sharedData(file) as string);
  const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((l) => l.trimEnd().split(','));
}

/** Panels of a shared long file. */
export function panelsOf(
  file: string,
  columns: PanelColumns,
  dropIndustries: readonly string[] = [],
): readonly Panel[] {
  const sheet = parseCsv(readFileSync(sharedData(file) as string), path.basename(file));
  const [header, ...rows] = sheet.rows;
  const long = {
    file: path.basename(file),
    header: (header as unknown[]).map(String),
    rows,
    rowNumbers: sheet.rowNumbers.slice(1),
  };
  return readPanels(long, { columns, dropIndustries }).panels;
}

/** The synthetic panel of a size, made by its own generator. */
export function syntheticPanel(regions: number, industries: number, seed: number): Measure {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-synthetic-'));
  try {
    const out = path.join(folder, 'panel.f64');
    const generator = sharedData('clusters/synthetic/synthetic-panel.mjs') as string;
    execFileSync(process.execPath, [generator, String(regions), String(industries), String(seed), out]);
    const raw = readFileSync(out);
    return {
      regions,
      industries,
      value: new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** |got − want| within the tolerance, told with what and where. */
export function near(got: number, want: number, tolerance: number, where: string): void {
  const off = Math.abs(got - want);
  if (!(off <= tolerance)) assert.fail(`${where}: ${got} for ${want}, off by ${off}`);
}
