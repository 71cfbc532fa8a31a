import type { ChessView } from '@qipan/server/contract';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { address } from '../../../router.js';
import { Matrix } from './matrix.js';
import { RegionMap } from './region-map.js';
import { RegionMoves } from './region-moves.js';
import { Limits, Plans, Standing } from './summary.js';
import { Why } from './why.js';

interface Props {
  readonly view: ChessView;
  readonly runId: string;
  readonly query: URLSearchParams;
}

/** Everything about one solved board; the region and the pair that are looked at stand in the address. */
export function Board({ view, runId, query }: Props) {
  const { t, pick } = useWords(chessWords);
  const region = view.regions.findIndex((r) => r.code === query.get('region'));
  const industry = view.industries.findIndex((i) => i.code === query.get('industry'));
  const show = (r: number, i: number | null) => {
    globalThis.location.hash = address('/clusters/board', {
      ...Object.fromEntries(query),
      region: view.regions[r]?.code ?? null,
      industry: i === null ? null : (view.industries[i]?.code ?? null),
    });
  };
  if (view.conflict !== null)
    return (
      <>
        <h2>{t('conflict')}</h2>
        <p className="failure">{pick(view.conflict)}</p>
        <Limits view={view} />
      </>
    );
  return (
    <>
      <Standing view={view} />
      <Plans view={view} />
      <div className="chess-board">
        <RegionMap view={view} chosen={region} onChoose={(r) => show(r, null)} />
        <Matrix view={view} chosen={{ region, industry }} onChoose={show} />
      </div>
      {region >= 0 && industry >= 0 && (
        <Why
          key={`${runId} ${region} ${industry}`}
          view={view}
          runId={runId}
          cell={{ region: view.regions[region]?.code ?? '', industry: view.industries[industry]?.code ?? '' }}
        />
      )}
      {region >= 0 && <RegionMoves view={view} runId={runId} region={region} onChoose={(i) => show(region, i)} />}
      <Limits view={view} />
    </>
  );
}
