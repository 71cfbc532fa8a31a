import type { ChessJudgement, ChessView } from '@qipan/server/contract';
import { figure, gapText, money, percent, plainFigure } from '../../../format.js';
import { chessName, chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { Level } from '../../../parts/badges.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';

const weightWords = {
  overflow: 'overflow',
  shortfall: 'shortfallWeight',
  zoneGap: 'zoneGapWeight',
  floorGap: 'floorGapWeight',
  refusal: 'refusal',
} as const;

/** Value and bound, then what the result depends on most, then the weights. */
export function Standing({ view }: { readonly view: ChessView }) {
  const { t, lang } = useWords(chessWords);
  const inUnit = (x: number | null) => (x === null ? '—' : `${plainFigure(x, lang)} ${chessName(view.unit, lang)}`);
  return (
    <>
      <Facts
        label={t('value')}
        facts={[
          { term: t('value'), value: inUnit(view.value) },
          { term: t('bound'), value: inUnit(view.bound), hint: t('boundHint') },
          { term: t('gap'), value: gapText(view.gap, lang) },
          { term: t('pairsOf'), value: `${figure(view.pairs, lang)}, ${figure(view.columns, lang)}` },
        ]}
      />
      <p>
        <Level level={view.dataLevel} />{' '}
        <span className="dim small">{[...view.sources.map((s) => chessName(s, lang)), view.engine].join(' · ')}</span>
      </p>
      <h2>{t('sensitivityTitle')}</h2>
      <ul>
        {view.sensitivity.map((s) => (
          <li key={`${s.quantity} ${s.factor}`}>
            {t(s.quantity === 'scale' ? 'sensitivityScale' : 'sensitivityRoom', { factor: s.factor })}:{' '}
            <strong>
              {s.change !== null && s.change > 0 ? '+' : ''}
              {percent(s.change, lang)}
            </strong>
          </li>
        ))}
      </ul>
      <h2>{t('weightsTitle')}</h2>
      <Facts
        label={t('weightsTitle')}
        facts={(Object.keys(weightWords) as (keyof typeof weightWords)[]).map((name) => {
          const weight = view.weights[name];
          return {
            term: t(weightWords[name]),
            value: weight === null || weight === undefined ? t('hard') : plainFigure(weight, lang),
          };
        })}
      />
    </>
  );
}

/** The coordinated plan beside five ways of not coordinating, judged alike. */
export function Plans({ view }: { readonly view: ChessView }) {
  const { t, pick, lang } = useWords(chessWords);
  const columns: Column<ChessJudgement>[] = [
    { key: 'plan', title: t('plan'), value: (j) => pick(j.words), fixed: true },
    { key: 'value', title: t('inMarket'), value: (j) => j.value, show: (j) => figure(j.value, lang, 1), numeric: true },
    { key: 'merit', title: t('merit'), value: (j) => j.merit, show: (j) => figure(j.merit, lang, 1), numeric: true },
    {
      key: 'spend',
      title: t('spend'),
      value: (j) => j.spend,
      show: (j) => money(j.spend, view.currency, lang),
      numeric: true,
    },
    {
      key: 'over',
      title: t('over'),
      value: (j) => j.overflow,
      show: (j) => figure(j.overflow, lang, 1),
      numeric: true,
    },
    {
      key: 'crowded',
      title: t('crowded'),
      value: (j) => j.crowdedShare,
      show: (j) => percent(j.crowdedShare, lang, 0),
      numeric: true,
    },
    {
      key: 'lagging',
      title: t('lagging'),
      value: (j) => j.laggingShare,
      show: (j) => percent(j.laggingShare, lang),
      numeric: true,
    },
    {
      key: 'broken',
      title: t('broken'),
      value: (j) =>
        j.broken.map((b) => `${chessName(b.rule, lang)} × ${b.count}`).join(lang === 'zh' ? '、' : ', ') || '–',
    },
  ];
  return (
    <>
      <h2>{t('plansTitle')}</h2>
      <DataTable caption={t('plansTitle')} isTitled rows={view.judgements} columns={columns} rowKey={(j) => j.name} />
      {view.uncoordination !== null && (
        <p className="notice">{t('uncoordination', { ratio: figure(view.uncoordination, lang, 2) })}</p>
      )}
    </>
  );
}

/** What the figures do not say, and how firmness was found. */
export function Limits({ view }: { readonly view: ChessView }) {
  const { t, pick } = useWords(chessWords);
  const { stability } = view;
  return (
    <>
      <h2>{t('limitsTitle')}</h2>
      <ul>
        {view.limits.map((l) => (
          <li key={l.en}>{pick(l)}</li>
        ))}
      </ul>
      {stability !== null && (
        <p className="dim small">
          {t('stability', {
            draws: stability.draws,
            p: stability.spread['probability'] ?? '—',
            v: stability.spread['value'] ?? '—',
            scale: stability.spread['scale'] ?? '—',
            room: stability.spread['room'] ?? '—',
          })}
        </p>
      )}
    </>
  );
}
