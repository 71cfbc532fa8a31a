import type { CriterionOutcome, OutcomeName, RuleAnswer } from '@qipan/server/contract';
import { plainFigure } from '../../../format.js';
import { ruleWords } from '../../../i18n/cluster-rules.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { isYesNo, unitWord } from './unit-word.js';

/** Pass, fail or unknown as a word with a colour of its own. */
function OutcomeBadge({ outcome }: { readonly outcome: OutcomeName }) {
  const { t } = useWords(ruleWords);
  return <span className={`outcome ${outcome}`}>{t(outcome === 'unknown' ? 'unknownOutcome' : outcome)}</span>;
}

type Subject = RuleAnswer['subjects'][number];

/** Each subject's verdict, its cheapest change and its criteria. */
export function Verdicts({ answer }: { readonly answer: RuleAnswer }) {
  return (
    <div data-testid="verdicts">
      {answer.subjects.map((s) => (
        <Verdict key={s.subject} subject={s} answer={answer} />
      ))}
    </div>
  );
}

function Verdict({ subject, answer }: { readonly subject: Subject; readonly answer: RuleAnswer }) {
  const { t, pick, lang } = useWords(ruleWords);
  const all = [...answer.pack.criteria, ...answer.pack.vetoes];
  const known = (id: string) => all.find((c) => c.id === id);
  const name = (id: string) => {
    const c = known(id);
    return c ? pick(c.name) : id;
  };
  const tone = { pass: 'good', fail: 'bad', unknown: 'warn' } as const;
  return (
    <>
      <div className={`verdict ${tone[subject.outcome]}`} role="status">
        <strong>
          {subject.subject} ({subject.year})
        </strong>{' '}
        <OutcomeBadge outcome={subject.outcome} />
        <Change change={subject.change} name={name} />
      </div>
      <DataTable
        caption={`${pick(answer.pack.name)}: ${subject.subject}`}
        isTitled
        rows={subject.criteria}
        rowKey={(c) => c.id}
        columns={[
          {
            key: 'name',
            title: t('criterion'),
            value: (c) => name(c.id),
            show: (c) => <CriterionName id={c.id} answer={answer} confirmed={c.confirmed} />,
          },
          {
            key: 'outcome',
            title: t('outcome'),
            value: (c) => c.outcome,
            show: (c) => <OutcomeBadge outcome={c.outcome} />,
          },
          {
            key: 'got',
            title: t('figure'),
            value: (c) => c.got,
            show: (c) =>
              c.got === null ? '—' : isYesNo(c.unit) ? t(c.got === 1 ? 'yes' : 'no') : plainFigure(c.got, lang),
            numeric: true,
          },
          {
            key: 'mark',
            title: t('mark'),
            value: (c) => c.threshold,
            show: (c) =>
              isYesNo(c.unit)
                ? t(c.threshold === 1 ? 'yes' : 'no')
                : `${sign[c.op] ?? c.op} ${plainFigure(c.threshold, lang)} ${pick(unitWord(c.unit))}`,
            numeric: true,
          },
          { key: 'gap', title: t('gap'), value: (c) => c.gap, show: (c) => <Gap of={c} />, numeric: true },
        ]}
      />
      <ul className="plain lines">
        {subject.vetoes.map((v) => (
          <li key={v.id}>
            {t('veto')}: {name(v.id)} —{' '}
            {v.outcome === 'pass' ? (
              <strong>{t('happened')}</strong>
            ) : v.outcome === 'fail' ? (
              t('didNot')
            ) : (
              t('unknownOutcome')
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const sign: Readonly<Record<string, string>> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '==': '=' };

function CriterionName({
  id,
  answer,
  confirmed,
}: {
  readonly id: string;
  readonly answer: RuleAnswer;
  readonly confirmed: boolean;
}) {
  const { t, pick } = useWords(ruleWords);
  const c = answer.pack.criteria.find((x) => x.id === id);
  if (!c) return <>{id}</>;
  return (
    <>
      {pick(c.name)}{' '}
      {!confirmed && (
        <span className="level default" title={c.seenIn ? t('seenIn', { where: c.seenIn }) : undefined}>
          {t('unconfirmed')}
        </span>
      )}
    </>
  );
}

function Gap({ of: c }: { readonly of: CriterionOutcome }) {
  const { t, lang } = useWords(ruleWords);
  if (c.outcome === 'unknown' || c.gap === null) return <>{t('missing', { years: c.missingYears.join(', ') })}</>;
  return c.outcome === 'fail' ? (
    <>{t('lacks', { x: plainFigure(c.gap, lang) })}</>
  ) : (
    <>{t('spare', { x: plainFigure(Math.abs(c.gap), lang) })}</>
  );
}

function Change({ change, name }: { readonly change: Subject['change']; readonly name: (id: string) => string }) {
  const { t, lang, pick } = useWords(ruleWords);
  if (change.status === 'already') return <p>{t('already')}</p>;
  if (change.status === 'blocked')
    return (
      <p>
        {change.blockedBy.length > 0
          ? t('blocked', { list: change.blockedBy.map(name).join(lang === 'zh' ? '、' : ', ') })
          : t('blockedHard')}
      </p>
    );
  return (
    <>
      <p>{t('cheapest')}:</p>
      <ul>
        {change.changes.map((c) => (
          <li key={c.id}>
            {c.kind === 'evidence'
              ? t('bringEvidence', { name: name(c.id) })
              : t('improve', {
                  gap: c.gap === null ? '?' : plainFigure(c.gap, lang),
                  unit: isYesNo(c.unit) ? '' : pick(unitWord(c.unit)),
                  name: name(c.id),
                })}
          </li>
        ))}
      </ul>
    </>
  );
}
