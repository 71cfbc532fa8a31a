import type { ChessView } from '@qipan/server/contract';

/** Moves of each region, counted. */
export function countMoves(view: ChessView): { readonly focus: number[]; readonly abstain: number[] } {
  const focus = view.regions.map(() => 0);
  const abstain = view.regions.map(() => 0);
  view.moves.region.forEach((r, k) => {
    const of = view.moves.move[k] === 'focus' ? focus : view.moves.move[k] === 'abstain' ? abstain : null;
    if (of) of[r] = (of[r] ?? 0) + 1;
  });
  return { focus, abstain };
}
