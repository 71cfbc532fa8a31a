import { useCallback } from 'react';
import { remembered } from '../parts/remembered.js';
import { common } from './common.js';
import { text, type Fill, type Language, type Words } from './words.js';
import type { Bilingual } from '@qipan/base';

const firstLanguage: Language = (globalThis.navigator?.language ?? 'zh').startsWith('zh') ? 'zh' : 'en';

/** The language of the pages, kept between visits; at first that of the browser. */
export const language = remembered<Language>('qipan.language', firstLanguage, ['zh', 'en']);

export interface Speech<W extends Words> {
  readonly lang: Language;
  /** Text of a row of the topic or of the common dictionary. */
  readonly t: (key: (keyof W | keyof typeof common) & string, fill?: Fill) => string;
  /** The right half of a text that came with both languages; a user's own text as it was written. */
  readonly pick: (text: Bilingual | string) => string;
}

const none = {} as const satisfies Words;

/** Speech of one topic together with the common words: `const { t } = useWords(boardWords)`. */
export function useWords<W extends Words = typeof none>(words: W = none as W): Speech<W> {
  const lang = language.use();
  const t = useCallback(
    (key: (keyof W | keyof typeof common) & string, fill?: Fill) => {
      const row = (words as Words)[key] ?? (common as Words)[key];
      if (row === undefined) throw new Error(`no word ${key}`);
      return text(row, lang, fill);
    },
    [words, lang],
  );
  const pick = useCallback((x: Bilingual | string) => (typeof x === 'string' ? x : x[lang]), [lang]);
  return { lang, t, pick };
}
