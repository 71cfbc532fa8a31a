import type { ChessCell, ChessExplanation, ChessFlip, ChessView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, post, useGet } from '../../../api.js';
import { figure, plainFigure } from '../../../format.js';
import { chessName, chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { Answer, Failure } from '../../../parts/states.js';
import { Link, usePlace } from '../../../router.js';

interface Props {
  readonly view: ChessView;
  readonly runId: string;
  readonly cell: ChessCell;
}

/** Why one pair has its move; the other move on request. */
export function Why({ view, runId, cell }: Props) {
  const { t, pick } = useWords(chessWords);
  const search = new URLSearchParams({ region: cell.region, industry: cell.industry }).toString();
  const why = useGet<ChessExplanation>(`/runs/${part(runId)}/explain?${search}`, { staleMs: 3_600_000 });
  const name = (code: string, list: ChessView['regions']) => {
    const found = list.find((l) => l.code === code);
    return found ? pick(found.name) : code;
  };
  const title = t('whyOf', {
    region: name(cell.region, view.regions),
    industry: name(cell.industry, view.industries),
  });
  return (
    <section className="chess-why" aria-label={title}>
      <h2>{title}</h2>
      <Answer of={why}>
        {(e) => (
          <>
            <p>
              <strong>{t(e.move)}</strong> {pick(e.sentence)}
            </p>
            {e.label === 'integrality' && <p className="notice">{t('integrality')}</p>}
            {e.terms.length > 0 && <Terms of={e.terms} title={t('terms')} />}
            {e.blocking.length > 0 && (
              <Terms of={e.blocking.map((b) => ({ ...b, amount: null }))} title={t('blockingTitle')} />
            )}
            <Flipped runId={runId} cell={cell} unit={view.unit} />
          </>
        )}
      </Answer>
    </section>
  );
}

interface Term {
  readonly family: string;
  readonly amount: number | null;
  readonly words: ChessExplanation['sentence'];
  readonly cells: readonly ChessCell[];
}

function Terms({ of, title }: { readonly of: readonly Term[]; readonly title: string }) {
  const { t, pick, lang } = useWords(chessWords);
  const hasAmount = of.some((term) => term.amount !== null);
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('rule')}</th>
          {hasAmount && (
            <th scope="col" className="numeric">
              {t('amount')}
            </th>
          )}
          <th scope="col">{t('cells')}</th>
        </tr>
      </thead>
      <tbody>
        {of.map((term, k) => (
          <tr key={`${term.family} ${k}`}>
            <td>{pick(term.words)}</td>
            {hasAmount && (
              <td className="numeric">
                {(term.amount ?? 0) > 0 ? '+' : ''}
                {figure(term.amount, lang, 3)}
              </td>
            )}
            <td>
              <Cells of={term.cells} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Links to the cells behind a figure; the first few. */
function Cells({ of }: { readonly of: readonly ChessCell[] }) {
  const { path, query } = usePlace();
  return (
    <>
      {of.slice(0, 6).map((c) => (
        <span key={`${c.region} ${c.industry}`}>
          <Link to={path} query={{ ...Object.fromEntries(query), region: c.region, industry: c.industry }}>
            {c.region}·{c.industry}
          </Link>{' '}
        </span>
      ))}
      {of.length > 6 && `+ ${of.length - 6}`}
      {of.length === 0 && '—'}
    </>
  );
}

function Flipped({ runId, cell, unit }: { readonly runId: string; readonly cell: ChessCell; readonly unit: string }) {
  const { t, pick, lang } = useWords(chessWords);
  const [flip, setFlip] = useState<ChessFlip | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setError(null);
    try {
      setFlip(await post<ChessFlip>(`/runs/${part(runId)}/flip`, cell));
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  if (flip === null)
    return (
      <p>
        <button type="button" onClick={() => void ask()} disabled={busy}>
          {busy ? t('flipping') : t('flip')}
        </button>
        {error !== null && <Failure error={error} />}
      </p>
    );
  const amount = (x: number) => `${plainFigure(x, lang)} ${chessName(unit, lang)}`;
  return (
    <div role="status">
      <p>
        {flip.loss === null
          ? t('flipNone')
          : t('flipLoss', {
              forced: t(flip.forced === 'focus' ? 'forcedFocus' : 'forcedNone'),
              loss: amount(flip.loss),
              low: amount(flip.lossBracket?.[0] ?? 0),
              high: amount(flip.lossBracket?.[1] ?? flip.loss),
            })}
      </p>
      <p>
        {t('leaves')}: <Cells of={flip.leaves} /> · {t('enters')}: <Cells of={flip.enters} />
      </p>
      <ul>
        {flip.changes.map((c) => (
          <li key={c.quantity}>{pick(c.words)}</li>
        ))}
      </ul>
    </div>
  );
}
