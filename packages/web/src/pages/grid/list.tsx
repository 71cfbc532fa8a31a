import type { BoardView, GridTransformerRow, GridView, RuleName } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, apiRoot, part, post, useGet } from '../../api.js';
import { figure, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { mayAct, useInfo } from '../../info.js';
import { Level } from '../../parts/badges.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';
import { Answer, Failure } from '../../parts/states.js';
import { Link } from '../../router.js';
import { HeadroomMap } from './headroom-map.js';
import { ImportForm } from './import-form.js';
import { figureOf, levelWord, limitingWord, rules } from './rule-words.js';
import { StudyBar } from './study-bar.js';
import '../../style/grid.css';

export function Page() {
  const { t } = useWords(gridWords);
  const info = useInfo();
  const boardId = info.data?.defaultBoard ?? null;
  const path = boardId === null ? null : `/grids/${part(boardId)}`;
  const grid = useGet<GridView>(path, { refetchMs: 10_000 });
  const board = useGet<BoardView>(boardId === null ? null : `/boards/${part(boardId)}`, { staleMs: 600_000 });
  return (
    <section className="page grid-page">
      <header className="head">
        <h1>{t('headroomTitle')}</h1>
        {grid.data && grid.data.kind !== null && <Level level={grid.data.dataLevel} />}
      </header>
      {info.data !== undefined && boardId === null && <p className="dim">{t('noBoard')}</p>}
      {path !== null && (
        <Answer of={grid}>
          {(data) =>
            data.kind === null ? (
              <Nothing path={path} canAct={mayAct(info.data)} />
            ) : (
              <Headroom grid={data} board={board.data ?? null} canAct={mayAct(info.data)} />
            )
          }
        </Answer>
      )}
      {path !== null && mayAct(info.data) && <ImportForm path={path} />}
    </section>
  );
}

function Nothing({ path, canAct }: { readonly path: string; readonly canAct: boolean }) {
  const { t } = useWords(gridWords);
  const [error, setError] = useState<unknown>(null);
  const make = async () => {
    try {
      await post(`${path}/synthetic`);
      await answers.invalidateQueries({ queryKey: [path] });
    } catch (e) {
      setError(e);
    }
  };
  return (
    <div className="card">
      <p>{t('noGrid')}</p>
      {error !== null && <Failure error={error} />}
      {canAct && (
        <div>
          <button type="button" onClick={() => void make()}>
            {t('makeSynthetic')}
          </button>
        </div>
      )}
    </div>
  );
}

interface HeadroomProps {
  readonly grid: GridView;
  readonly board: BoardView | null;
  readonly canAct: boolean;
}

function Headroom({ grid, board, canAct }: HeadroomProps) {
  const { t, lang, pick } = useWords(gridWords);
  const [rule, setRule] = useState<RuleName>('onArrival');
  const { levels } = grid;
  const exports = ['xlsx', 'csv', 'geojson'];
  return (
    <>
      {grid.kind === 'synthetic' && (
        <p className="strip" role="note">
          {t('synthetic')}
        </p>
      )}
      <div className="card">
        <div className="grid-tools">
          <Facts
            label={pick(grid.name)}
            facts={[
              { term: t('transformers'), value: figure(grid.transformers.length, lang) },
              { term: t('levels'), value: `${levels.L0} · ${levels.L1} · ${levels.L2}` },
              { term: t('studied'), value: figure(grid.transformers.filter((x) => x.from === 'study').length, lang) },
              { term: t('refused'), value: figure(grid.refused.length, lang) },
            ]}
          />
          <label className="inline">
            {t('rule')}
            <select value={rule} onChange={(e) => setRule(e.target.value as RuleName)}>
              {rules.map((r) => (
                <option key={r.name} value={r.name}>
                  {t(r.name)}
                </option>
              ))}
            </select>
          </label>
          <StudyBar grid={grid} canAct={canAct} />
        </div>
        {board !== null && <HeadroomMap board={board} grid={grid} rule={rule} />}
      </div>
      <div className="card">
        <Transformers rows={grid.transformers} />
        <p className="downloads">
          {exports.map((kind) => (
            <a key={kind} className="button" href={`${apiRoot}/grids/${part(grid.boardId)}/headroom.${kind}`} download>
              {t('downloads')} {kind.toUpperCase()}
            </a>
          ))}
          <button type="button" onClick={() => globalThis.print()}>
            {t('print')}
          </button>
        </p>
      </div>
      <Issues grid={grid} />
      {grid.assumed.length > 0 && (
        <details className="card">
          <summary>{t('assumed')}</summary>
          <ul className="notes">
            {grid.assumed.map((a) => (
              <li key={a.en}>{pick(a)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The level of the figures, which is that of the data once it was studied. */
const levelOf = (x: GridTransformerRow) => (x.from === 'estimate' ? 'L0' : x.level);

function Transformers({ rows }: { readonly rows: readonly GridTransformerRow[] }) {
  const { t, lang } = useWords(gridWords);
  const columns: Column<GridTransformerRow>[] = [
    {
      key: 'name',
      title: t('name'),
      value: (x) => x.name ?? x.id,
      show: (x) => <Link to={`/grid/${part(x.id)}`}>{x.name ?? x.id}</Link>,
    },
    {
      key: 'level',
      title: t('level'),
      value: (x) => levelOf(x),
      show: (x) => (
        <span title={t(levelWord(levelOf(x)))}>
          {levelOf(x)} <Level level={x.dataLevel} />
        </span>
      ),
    },
    { key: 'kva', title: t('ratedKva'), numeric: true, value: (x) => x.ratedKva },
    { key: 'customers', title: t('customers'), numeric: true, value: (x) => x.customers },
    {
      key: 'headroom',
      title: t('headroomKw'),
      numeric: true,
      value: (x) => x.headroomKw,
      show: (x) => figure(x.headroomKw, lang),
    },
    ...rules.map((r): Column<GridTransformerRow> => ({
      key: r.name,
      title: t(r.name),
      numeric: true,
      value: (x) => figureOf(x.figures, r.name)?.cars ?? null,
      show: (x) => figureOf(x.figures, r.name)?.cars ?? unknownText,
    })),
    {
      key: 'limiting',
      title: t('limiting'),
      value: (x) => x.figures[0]?.limiting?.kind ?? null,
      show: (x) => {
        const l = x.figures[0]?.limiting;
        return l ? t(limitingWord(l.kind), { id: l.id }) : unknownText;
      },
    },
    {
      key: 'stations',
      title: t('stations'),
      numeric: true,
      value: (x) => x.stations,
      show: (x) => (x.isLimited ? `${x.stations} · ${t('limited')}` : x.stations),
    },
  ];
  return (
    <DataTable
      caption={t('table')}
      rows={rows}
      columns={columns}
      rowKey={(x) => x.id}
      sort={{ key: 'headroom' }}
      pageSize={25}
      searchable
    />
  );
}

function Issues({ grid }: { readonly grid: GridView }) {
  const { t } = useWords(gridWords);
  if (grid.issues.length === 0) return null;
  return (
    <div className="card">
      <DataTable
        caption={t('issues')}
        rows={grid.issues.map((issue, k) => ({ ...issue, k }))}
        columns={[
          { key: 'table', title: t('issueTable'), value: (i) => i.file ?? i.table },
          { key: 'row', title: t('issueRow'), numeric: true, value: (i) => i.row },
          { key: 'column', title: t('issueColumn'), value: (i) => i.column },
          { key: 'transformer', title: t('issueTransformer'), value: (i) => i.transformer },
          { key: 'message', title: t('issueMessage'), value: (i) => i.message },
        ]}
        rowKey={(i) => String(i.k)}
        pageSize={30}
        searchable
      />
    </div>
  );
}
