import type { DatasetFile, DatasetInput, DatasetKind, FilePreview } from '@qipan/server/contract';

/** A file that the reader has chosen, with what the server saw in it and what the reader has decided. */
export interface ChosenFile {
  readonly role: string;
  readonly name: string;
  readonly content: string;
  readonly preview: FilePreview;
  readonly columns: Readonly<Record<string, string>>;
  /** Decided symbols; a null one is not in the dictionary and makes its cells errors. */
  readonly symbols: Readonly<Record<string, 'suppressed' | 'missing' | null>>;
  readonly dropIndustries: readonly string[];
}

export interface Label {
  readonly en: string;
  readonly zh: string;
  readonly attribution: string;
  readonly dataLevel: NonNullable<DatasetInput['dataLevel']>;
  readonly measure: string;
  /** Of a panel; empty: nothing is masked. */
  readonly maskBelow: string;
}

/** The proposal of the server as the first decision. */
export function firstDecision(role: string, name: string, content: string, preview: FilePreview): ChosenFile {
  return {
    role,
    name,
    content,
    preview,
    columns: preview.mapping,
    symbols: Object.fromEntries(preview.symbols.map((s) => [s.text, s.meaning])),
    dropIndustries: preview.dropIndustries,
  };
}

function fileOf(f: ChosenFile): DatasetFile {
  const symbols = Object.fromEntries(
    Object.entries(f.symbols).flatMap(([text, meaning]) => (meaning === null ? [] : [[text, meaning] as const])),
  );
  const isTable = f.preview.columns.length > 0;
  return {
    role: f.role,
    name: f.name,
    content: f.content,
    ...(isTable && Object.keys(f.columns).length > 0 ? { columns: f.columns } : {}),
    ...(Object.keys(symbols).length > 0 ? { symbols } : {}),
    ...(f.dropIndustries.length > 0 ? { dropIndustries: f.dropIndustries } : {}),
  };
}

/** What is sent to be checked or stored. */
export function inputOf(kind: DatasetKind, label: Label, files: readonly ChosenFile[]): DatasetInput {
  return {
    kind,
    name: { en: label.en.trim() || label.zh.trim(), zh: label.zh.trim() || label.en.trim() },
    attribution: label.attribution.trim(),
    dataLevel: label.dataLevel,
    ...(kind === 'panel' ? { measure: label.measure } : {}),
    ...(kind === 'panel' && Number(label.maskBelow) > 0 ? { maskBelow: Number(label.maskBelow) } : {}),
    files: files.map(fileOf),
  };
}

/** The bytes of a chosen file in base64. */
export function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}
