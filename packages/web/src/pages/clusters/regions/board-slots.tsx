import type { ChessMoveRow, DatasetView } from '@qipan/server/contract';
import { part, useGet } from '../../../api.js';
import { chessWords } from '../../../i18n/cluster-chess.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable } from '../../../parts/data-table.js';
import { Link } from '../../../router.js';
import { isOver, useChessRuns } from '../board/runs.js';
import { ReportLink } from '../report-link.js';

interface Props {
  readonly dataset: string;
  readonly code: string;
  readonly year: number | null;
}

/** The way to the printable report. */
export function ReportSlot({ dataset, code, year }: Props) {
  return (
    <p>
      <ReportLink dataset={dataset} region={code} year={year} />
    </p>
  );
}

/** What the newest finished run of the board answers this region, with reasons; nothing without one. */
export function MovesSlot({ dataset, code }: Pick<Props, 'dataset' | 'code'>) {
  const { t, pick } = useWords(chessWords);
  const { scenarios } = useChessRuns(null);
  const run = scenarios?.map((s) => s.lastRun).find((r) => r !== null && isOver(r) && r.value !== null);
  const rows = useGet<readonly ChessMoveRow[]>(run ? `/runs/${part(run.id)}/moves?region=${part(code)}` : null, {
    staleMs: 3_600_000,
  });
  const names = useGet<DatasetView>(`/clusters/datasets/${part(dataset)}`, { staleMs: 3_600_000 }).data;
  if (!run || rows.data === undefined || rows.data.length === 0) return null;
  const nameOf = (list: DatasetView['regions'] | undefined, own: string) => {
    const label = list?.find((l) => l.code === own);
    return label === undefined ? null : pick(label.name);
  };
  const title = t('movesOf', { region: nameOf(names?.regions, code) ?? code });
  const industry = (m: ChessMoveRow) => [m.industry, nameOf(names?.industries, m.industry)].filter(Boolean).join(' ');
  return (
    <div data-testid="region-moves">
      <h2>{title}</h2>
      <p className="notice">{t('abstainMeans')}</p>
      <DataTable
        caption={title}
        isTitled
        rows={rows.data}
        rowKey={(m) => m.industry}
        sort={{ key: 'move' }}
        pageSize={12}
        columns={[
          {
            key: 'industry',
            title: t('industry'),
            value: industry,
            show: (m) => (
              <Link to="/clusters/board" query={{ run: run.id, region: code, industry: m.industry }}>
                {industry(m)}
              </Link>
            ),
          },
          { key: 'move', title: t('move'), value: (m) => t(m.move) },
          { key: 'reason', title: t('reason'), value: (m) => pick(m.reason) },
        ]}
      />
    </div>
  );
}
