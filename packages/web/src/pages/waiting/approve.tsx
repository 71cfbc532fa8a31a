import type { ApproveInput, ApproveView, BoardView, PlanView, UnknownStationView } from '@qipan/server/contract';
import { useEffect, useRef, useState } from 'react';
import { answers, part, post, useGet } from '../../api.js';
import { useWords } from '../../i18n/language.js';
import { waitingWords } from '../../i18n/stations.js';
import { Failure } from '../../parts/states.js';
import { Link } from '../../router.js';
import { finishedRuns } from '../board/data.js';
import type { RunView } from '@qipan/server/contract';

export interface ApproveProps {
  readonly unknown: UnknownStationView;
  readonly board: string | null;
  readonly onClose: () => void;
}

/** Approves one station in a dialog; afterwards shows, once, what has to be typed into the charger. */
export function Approve({ unknown, board, onClose }: ApproveProps) {
  const { t } = useWords(waitingWords);
  const dialog = useRef<HTMLDialogElement>(null);
  const [done, setDone] = useState<ApproveView | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="approve-title"
      onCancel={(e) => {
        // The password is shown once: Escape must not throw it away.
        if (done !== null) e.preventDefault();
      }}
      onClose={onClose}
    >
      <h2 id="approve-title">{t('approveTitle', { identity: unknown.identity })}</h2>
      {done === null ? (
        <Form unknown={unknown} board={board} onDone={setDone} onCancel={() => dialog.current?.close()} />
      ) : (
        <Secret view={done} onNoted={() => dialog.current?.close()} />
      )}
    </dialog>
  );
}

interface FormProps {
  readonly unknown: UnknownStationView;
  readonly board: string | null;
  readonly onDone: (view: ApproveView) => void;
  readonly onCancel: () => void;
}

function Form({ unknown, board, onDone, onCancel }: FormProps) {
  const { t } = useWords(waitingWords);
  const places = useGet<BoardView>(board === null ? null : `/boards/${part(board)}`, { staleMs: 3_600_000 });
  const runs = useGet<readonly RunView[]>('/runs');
  const runId = finishedRuns(runs.data)[0]?.id;
  const plan = useGet<PlanView>(runId === undefined ? null : `/runs/${part(runId)}/result`, { staleMs: 3_600_000 });
  const [zh, setZh] = useState(unknown.identity);
  const [en, setEn] = useState(unknown.identity);
  const [place, setPlace] = useState('');
  const [site, setSite] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const approve = async () => {
    const input: ApproveInput = {
      name: { en, zh },
      siteId: site === '' ? null : site,
      place: place === '' ? null : Number(place),
    };
    setBusy(true);
    setError(null);
    try {
      onDone(await post<ApproveView>(`/unknown-stations/${part(unknown.identity)}/approve`, input));
      await answers.invalidateQueries({ queryKey: ['/stations'] });
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(e) => {
        e.preventDefault();
        void approve();
      }}
    >
      <label>
        {t('nameZh')}
        <input value={zh} required maxLength={100} onChange={(e) => setZh(e.target.value)} />
      </label>
      <label>
        {t('nameEn')}
        <input value={en} required maxLength={100} onChange={(e) => setEn(e.target.value)} />
      </label>
      <label>
        {t('siteOf')}
        <select
          value={site}
          onChange={(e) => {
            setSite(e.target.value);
            const chosen = plan.data?.sites.find((s) => s.id === e.target.value);
            if (chosen?.place !== null && chosen !== undefined) setPlace(String(chosen.place));
          }}
        >
          <option value="">{t('noPlace')}</option>
          {(plan.data?.sites ?? []).map((s) => (
            <option key={s.id} value={s.id}>
              {s.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('place')}
        <select value={place} onChange={(e) => setPlace(e.target.value)}>
          <option value="">{t('noPlace')}</option>
          {(places.data?.place.id ?? []).map((id, i) => (
            <option key={id} value={i}>
              {`${places.data?.region.name[places.data.place.region[i] as number] ?? ''} ${places.data?.place.name[i] ?? id}`}
            </option>
          ))}
        </select>
      </label>
      {error !== null && <Failure error={error} />}
      <div className="head">
        <button className="primary" disabled={busy}>
          {t('approve')}
        </button>
        <button type="button" onClick={onCancel}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}

/** What has to be typed into the charger, shown once. */
export function Secret({ view, onNoted }: { readonly view: ApproveView; readonly onNoted: () => void }) {
  const { t } = useWords(waitingWords);
  return (
    <div className="stack">
      <p>{t('done')}:</p>
      <Copied term={t('url')} value={view.url} />
      <Copied term={t('identity')} value={view.station.identity} />
      <Copied term={t('password')} value={view.password} />
      <p className="small">
        {t('profile')}: {t('profileText')}
      </p>
      <p className="advice">{t('once')}</p>
      <div className="head">
        <button type="button" className="primary" onClick={onNoted}>
          {t('noted')}
        </button>
        <Link to={`/stations/${part(view.station.id)}`}>{t('toStation')}</Link>
      </div>
    </div>
  );
}

function Copied({ term, value }: { readonly term: string; readonly value: string }) {
  const { t } = useWords(waitingWords);
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    // Without a secure context there is no clipboard; the text can still be selected.
    navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <div>
      <span className="dim small">{term}</span>
      <div className="secret">
        <code>{value}</code>
        <button type="button" onClick={copy} aria-label={`${t('copy')}: ${term}`}>
          {isCopied ? t('copied') : t('copy')}
        </button>
      </div>
    </div>
  );
}
