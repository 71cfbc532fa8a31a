import type { GridView, RunView } from '@qipan/server/contract';
import { useEffect, useState } from 'react';
import { answers, part, post, useGet } from '../../api.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { Failure } from '../../parts/states.js';

/** Starts the study of all transformers, shows how far it is, and stops it. */
export function StudyBar({ grid, canAct }: { readonly grid: GridView; readonly canAct: boolean }) {
  const { t } = useWords(gridWords);
  const [started, setStarted] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const open = grid.openRun ?? started;
  const run = useGet<RunView>(open === null ? null : `/runs/${part(open)}`, { refetchMs: 1_000 });
  const path = `/grids/${part(grid.boardId)}`;
  const ended = run.data?.endedAtMs ?? null;
  useEffect(() => {
    if (ended === null) return;
    setStarted(null);
    void answers.invalidateQueries({ queryKey: [path] });
  }, [ended, path]);
  const act = async (what: () => Promise<unknown>) => {
    setError(null);
    try {
      await what();
      await answers.invalidateQueries({ queryKey: [path] });
    } catch (e) {
      setError(e);
    }
  };
  if (open !== null && ended === null) {
    const total = run.data?.bound ?? grid.transformers.length;
    const done = run.data?.value ?? 0;
    return (
      <div className="study-bar" role="status">
        <progress value={done} max={total} aria-label={t('studyAll')} />
        <span>{t('studyRunning', { done, total })}</span>
        {canAct && (
          <button type="button" onClick={() => void act(() => post(`/runs/${part(open)}/stop`))}>
            {t('stop')}
          </button>
        )}
      </div>
    );
  }
  return (
    <div className="study-bar">
      {error !== null && <Failure error={error} />}
      {canAct && (
        <button
          type="button"
          className="primary"
          onClick={() => void act(async () => setStarted((await post<RunView>(`${path}/study`, { draws: 100 })).id))}
        >
          {t('studyAll')}
        </button>
      )}
    </div>
  );
}
