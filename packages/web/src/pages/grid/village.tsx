import type { GridTransformerView, GridVillageStudy } from '@qipan/server/contract';
import { part, useGet } from '../../api.js';
import { figure, quantity } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { useInfo } from '../../info.js';
import { Level } from '../../parts/badges.js';
import { Facts } from '../../parts/facts.js';
import { Answer } from '../../parts/states.js';
import { Link } from '../../router.js';
import type { PageProps } from '../page-props.js';
import { Admd, RiskCurves, RulesTable } from './capacity.js';
import { DayPlots } from './day-plots.js';
import { Drawing } from './drawing.js';
import { Ladder } from './ladder.js';
import { LiveLimit } from './live-limit.js';
import { levelWord } from './rule-words.js';
import '../../style/grid.css';

export function Page({ params }: PageProps) {
  const info = useInfo();
  const boardId = info.data?.defaultBoard ?? null;
  const id = params['id'] as string;
  const path = boardId === null ? null : `/grids/${part(boardId)}/transformers/${part(id)}`;
  const transformer = useGet<GridTransformerView>(path);
  return (
    <section className="page grid-page">
      <Answer of={transformer}>
        {(data) => (
          <Village key={id} transformer={data} path={path as string} onChange={() => void transformer.refetch()} />
        )}
      </Answer>
    </section>
  );
}

interface VillageProps {
  readonly transformer: GridTransformerView;
  readonly path: string;
  readonly onChange: () => void;
}

function Village({ transformer: x, path, onChange }: VillageProps) {
  const { t, lang, pick } = useWords(gridWords);
  const study = useGet<GridVillageStudy>(`${path}/study`, { staleMs: 3_600_000 });
  const day = study.data?.days[0] ?? null;
  return (
    <>
      <header className="head">
        <h1>{t('transformerTitle', { name: x.name ?? x.id })}</h1>
        <Level level={x.dataLevel} />
        <Link className="no-print" to="/grid">
          {t('back')}
        </Link>
        <button type="button" className="no-print" onClick={() => globalThis.print()}>
          {t('print')}
        </button>
      </header>
      <div className="card">
        <Facts
          facts={[
            { term: t('id'), value: <code>{x.id}</code> },
            { term: t('ratedKva'), value: figure(x.ratedKva, lang) },
            { term: t('customers'), value: figure(x.customers, lang) },
            { term: t('basePeak'), value: quantity(x.basePeakKw, 'kW', lang) },
            { term: t('headroomKw'), value: figure(x.headroomKw, lang) },
            { term: t('level'), value: t(levelWord(x.level)) },
          ]}
        />
      </div>
      {study.data === undefined && !study.error ? (
        <p className="waiting" role="status">
          {t('computing')}
        </p>
      ) : (
        <Answer of={study}>{(data) => <Study study={data} />}</Answer>
      )}
      <div className="card">
        <h2>{t('drawing')}</h2>
        {x.drawing === null ? (
          <p className="dim">{t('noDrawing')}</p>
        ) : (
          <Drawing id={x.id} nodes={x.drawing} weakest={day?.weakest ?? null} busiest={day?.busiest?.id ?? null} />
        )}
      </div>
      <LiveLimit x={x} onChange={onChange} />
      {study.data !== undefined && (
        <details className="card" open>
          <summary>{t('assumed')}</summary>
          <ul className="notes">
            {study.data.assumptions.map((a) => (
              <li key={a.en}>{pick(a)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Study({ study }: { readonly study: GridVillageStudy }) {
  const { t, pick } = useWords(gridWords);
  return (
    <>
      <div className="card paragraph">
        <h2>{t('inWords')}</h2>
        <p>{pick(study.paragraph)}</p>
      </div>
      <RulesTable study={study} />
      {study.level === 'L2' && <RiskCurves study={study} />}
      {study.days.length > 0 && <DayPlots study={study} />}
      <Admd study={study} />
      {study.ladder.length > 0 && <Ladder study={study} />}
    </>
  );
}
