import type { Bilingual } from '@qipan/base';

export type Language = 'zh' | 'en';

/** A dictionary of one topic: every row holds both languages, so a missing one does not compile. `{name}` is filled in. */
export type Words = Readonly<Record<string, Bilingual>>;

export type Fill = Readonly<Record<string, string | number>>;

/** The text of one row in one language, its `{names}` replaced; a name without a value stays as it is. */
export function text(words: Bilingual, language: Language, fill: Fill = {}): string {
  return words[language].replace(/\{(\w+)\}/g, (whole, name: string) => String(fill[name] ?? whole));
}

/** The `{names}` that a sentence asks for, sorted: both languages of a row must ask for the same. */
export function placeholders(sentence: string): string[] {
  return [...sentence.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string).sort();
}
