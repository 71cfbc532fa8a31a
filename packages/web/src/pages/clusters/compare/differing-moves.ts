import type { ChessLabel, ChessMove, ChessView } from '@qipan/server/contract';

export interface DifferingMove {
  readonly region: ChessLabel;
  readonly industry: ChessLabel;
  readonly first: ChessMove;
  readonly second: ChessMove;
}

/** Moves of a view under the codes of their pair. */
function byCell(
  v: ChessView,
): Map<string, { readonly region: ChessLabel; readonly industry: ChessLabel; readonly move: ChessMove }> {
  const out = new Map<string, { region: ChessLabel; industry: ChessLabel; move: ChessMove }>();
  v.moves.region.forEach((r, k) => {
    const [region, industry, move] = [v.regions[r], v.industries[v.moves.industry[k] ?? -1], v.moves.move[k]];
    if (region && industry && move) out.set(`${region.code} ${industry.code}`, { region, industry, move });
  });
  return out;
}

/** Pairs with another move in the second run; what one run does not name was not asked there. */
export function differingMoves(a: ChessView, b: ChessView): DifferingMove[] {
  const [first, second] = [byCell(a), byCell(b)];
  const out: DifferingMove[] = [];
  for (const [cell, x] of first) {
    const move = second.get(cell)?.move ?? 'open';
    if (move !== x.move) out.push({ region: x.region, industry: x.industry, first: x.move, second: move });
  }
  for (const [cell, y] of second)
    if (!first.has(cell)) out.push({ region: y.region, industry: y.industry, first: 'open', second: y.move });
  return out;
}
