import type { ChessMoveRow, ChessView } from '@qipan/server/contract';
import { part, useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Answer } from '../../../parts/states.js';

interface Props {
  readonly view: ChessView;
  readonly runId: string;
  readonly region: number;
  readonly onChoose: (industry: number) => void;
}

const firmnessWord = { firm: 'firm', open: 'openFirmness', weak: 'weak' } as const;

/** The moves of one region with their reasons. */
export function RegionMoves({ view, runId, region, onChoose }: Props) {
  const { t, pick, lang } = useWords(chessWords);
  const label = view.regions[region];
  const rows = useGet<readonly ChessMoveRow[]>(label ? `/runs/${part(runId)}/moves?region=${part(label.code)}` : null, {
    staleMs: 3_600_000,
  });
  const industry = (code: string) => view.industries.find((i) => i.code === code);
  const name = (code: string) => {
    const found = industry(code);
    return found ? `${code} ${pick(found.name)}` : code;
  };
  const columns: Column<ChessMoveRow>[] = [
    {
      key: 'industry',
      title: t('industry'),
      value: (m) => name(m.industry),
      fixed: true,
      show: (m) => (
        <button
          type="button"
          className="link"
          onClick={() => onChoose(view.industries.findIndex((i) => i.code === m.industry))}
        >
          {name(m.industry)}
        </button>
      ),
    },
    { key: 'move', title: t('move'), value: (m) => t(m.move) },
    {
      key: 'expected',
      title: t('expected'),
      value: (m) => m.expected,
      show: (m) => figure(m.expected, lang, 2),
      numeric: true,
    },
    {
      key: 'share',
      title: t('share'),
      value: (m) => m.chosenShare,
      show: (m) => (m.firmness === null ? '—' : `${percent(m.chosenShare, lang, 0)} ${t(firmnessWord[m.firmness])}`),
      numeric: true,
    },
    { key: 'reason', title: t('reason'), value: (m) => pick(m.reason) },
  ];
  const title = t('movesOf', { region: label ? pick(label.name) : '' });
  return (
    <>
      <h2>{title}</h2>
      <Answer of={rows}>
        {(list) => (
          <DataTable
            caption={title}
            isTitled
            rows={list}
            columns={columns}
            rowKey={(m) => m.industry}
            sort={{ key: 'move' }}
            searchable
          />
        )}
      </Answer>
    </>
  );
}
