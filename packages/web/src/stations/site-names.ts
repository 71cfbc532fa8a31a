import type { BoardView } from '@qipan/server/contract';
import { useMemo } from 'react';
import { part, useGet } from '../api.js';

/**
 * Names of a plan's sites. A site carries the id of its village, or `seat-` and that of its township seat; one that the board does
 * not know goes by its id.
 */
export function useSiteNames(board: string | null): (siteId: string) => string {
  const places = useGet<BoardView>(board === null ? null : `/boards/${part(board)}`, { staleMs: 3_600_000 }).data
    ?.place;
  const names = useMemo(() => new Map((places?.id ?? []).map((id, i) => [id, places?.name[i] ?? id])), [places]);
  return (siteId) => names.get(siteId) ?? names.get(siteId.replace(/^seat-/, '')) ?? siteId;
}
