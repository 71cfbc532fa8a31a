import type { ChessMove, ChessView } from '@qipan/server/contract';
import { useEffect, useRef } from 'react';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { useTheme } from '../../../parts/theme.js';

interface Props {
  readonly view: ChessView;
  readonly chosen: { readonly region: number; readonly industry: number };
  readonly onChoose: (region: number, industry: number) => void;
}

const shown = ['focus', 'keep', 'abstain'] as const satisfies readonly ChessMove[];
const variable = { focus: '--good', keep: '--line', abstain: '--series-2', open: '--paper' } as const;

/** Size of a cell in picture points: large boards get small cells, none below what a pointer can hit at double zoom. */
const cellOf = (n: number, room: number) => Math.max(3, Math.min(16, Math.floor(room / Math.max(1, n))));

/** All moves at once. The picture is for the eye; the tables of each region hold the same. */
export function Matrix({ view, chosen, onChoose }: Props) {
  const { t, pick } = useWords(chessWords);
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [R, I] = [view.regions.length, view.industries.length];
  const [w, h] = [cellOf(I, 960), cellOf(R, 720)];
  useEffect(() => {
    const el = canvas.current;
    const g = el?.getContext('2d');
    if (!el || !g) return;
    const style = getComputedStyle(el);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    g.fillStyle = colour('--panel');
    g.fillRect(0, 0, el.width, el.height);
    view.moves.region.forEach((r, k) => {
      const move = view.moves.move[k] ?? 'open';
      g.fillStyle = colour(variable[move]);
      const i = view.moves.industry[k] ?? 0;
      // An abstained wish is half as high, so that colour is not alone.
      g.fillRect(
        i * w,
        r * h + (move === 'abstain' ? h / 4 : 0),
        w - 1,
        (move === 'abstain' ? h / 2 : h) - (h > 4 ? 1 : 0.5),
      );
    });
    g.strokeStyle = colour('--focus');
    g.lineWidth = 2;
    if (chosen.region >= 0) g.strokeRect(0, chosen.region * h - 1, I * w, h + 2);
    if (chosen.industry >= 0) g.strokeRect(chosen.industry * w - 1, 0, w + 2, R * h);
  }, [view, chosen.region, chosen.industry, theme, w, h, R, I]);
  const at = (e: React.MouseEvent<HTMLCanvasElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    const industry = Math.floor(((e.clientX - box.left) / box.width) * I);
    const region = Math.floor(((e.clientY - box.top) / box.height) * R);
    return { region: Math.min(R - 1, Math.max(0, region)), industry: Math.min(I - 1, Math.max(0, industry)) };
  };
  const count = (move: ChessMove) => view.moves.move.filter((m) => m === move).length;
  return (
    <figure className="chess-matrix">
      <figcaption>
        {t('matrixTitle', { regions: R, industries: I })} <span className="dim small">{t('matrixHint')}</span>
      </figcaption>
      <p className="keys">
        {shown.map((m) => (
          <span key={m}>
            <i className={`move ${m}`} /> {t(m)} {count(m)}
          </span>
        ))}
      </p>
      <div className="scroll">
        <canvas
          ref={canvas}
          width={I * w}
          height={R * h}
          role="img"
          aria-label={`${t('matrixTitle', { regions: R, industries: I })}: ${shown.map((m) => `${t(m)} ${count(m)}`).join(', ')}`}
          onClick={(e) => {
            const c = at(e);
            onChoose(c.region, c.industry);
          }}
          onMouseMove={(e) => {
            const c = at(e);
            const [region, industry] = [view.regions[c.region], view.industries[c.industry]];
            if (region && industry) e.currentTarget.title = `${pick(region.name)} · ${pick(industry.name)}`;
          }}
        />
      </div>
    </figure>
  );
}
