import type { DataLevel, RunStatus } from '@qipan/base';
import { useClock, type Origin } from '../clock.js';
import { dateTime, duration } from '../format.js';
import { runWord, stateWord, states } from '../i18n/states.js';
import { useWords } from '../i18n/language.js';
import type { Showing } from '../stations/state.js';

const levelWords = {
  measured: 'levelMeasured',
  official: 'levelOfficial',
  estimated: 'levelEstimated',
  synthetic: 'levelSynthetic',
  default: 'levelDefault',
} as const;

/** How a figure came about. */
export function Level({ level }: { readonly level: DataLevel }) {
  const { t } = useWords();
  const word = t(levelWords[level]);
  return (
    <span className={`level ${level}`} title={t('levelHint', { level: word })}>
      {word}
    </span>
  );
}

/** Says that a station, session or figure is simulated. */
export function SimulatedBadge({ origin }: { readonly origin: Origin }) {
  const { t } = useWords();
  return origin === 'simulated' ? (
    <span className="level simulated">{t('simulated')}</span>
  ) : (
    <span className="level real">{t('real')}</span>
  );
}

/** A state by sign and word, so that colour is never alone. */
export function State({ showing }: { readonly showing: Showing }) {
  const { t } = useWords(states);
  return (
    <span className={`state ${showing}`}>
      <span className="sign" aria-hidden="true" />
      {t(showing)}
    </span>
  );
}

/** A wire word in the reader's language where the dictionary has it, otherwise as it came. */
export function WireWord({ word }: { readonly word: string }) {
  const { t } = useWords(states);
  const known = stateWord(word);
  return known === null ? <code>{word}</code> : <>{t(known)}</>;
}

export function RunBadge({ status }: { readonly status: RunStatus }) {
  const { t } = useWords(states);
  return <span className={`run-status ${status}`}>{t(runWord(status))}</span>;
}

/** How long ago, counted on the clock of the thing's own origin and growing every second; the moment itself on hover. */
export function Age({ atMs, origin }: { readonly atMs: number | null; readonly origin: Origin }) {
  const { t, lang } = useWords();
  const clock = useClock();
  if (atMs === null) return <span className="dim">{t('never')}</span>;
  const age = clock.nowMs(origin) - atMs;
  return (
    <time className="age" dateTime={new Date(atMs).toISOString()} title={dateTime(atMs, lang)}>
      {age < 1000 ? t('justNow') : t('ago', { age: duration(age, lang) })}
    </time>
  );
}
