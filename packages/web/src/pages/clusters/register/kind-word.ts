import type { ruleWords } from '../../../i18n/cluster-rules.js';

/** The word of the dictionary for a kind of register line. */
export function kindWord(kind: string): keyof typeof ruleWords {
  return (kind === 'veto' ? 'vetoed' : kind) as keyof typeof ruleWords;
}
