import type { ApproveView, StationDetail } from '@qipan/server/contract';
import { useEffect, useRef, useState } from 'react';
import { part, post } from '../../api.js';
import { useWords } from '../../i18n/language.js';
import { stationWords } from '../../i18n/stations.js';
import { mayAct, useInfo } from '../../info.js';
import { Failure } from '../../parts/states.js';
import { Secret } from '../waiting/approve.js';

/** Makes a new password for a real station whose own was lost or given away, and shows it once. */
export function Renew({ station }: { readonly station: StationDetail }) {
  const { t } = useWords(stationWords);
  const info = useInfo();
  const [made, setMade] = useState<ApproveView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (made !== null) dialog.current?.showModal();
  }, [made]);
  if (station.origin !== 'real' || !mayAct(info.data)) return null;
  const renew = async () => {
    if (!globalThis.confirm(t('renewSure'))) return;
    setError(null);
    try {
      setMade(await post<ApproveView>(`/stations/${part(station.id)}/password`));
    } catch (e) {
      setError(e);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void renew()}>
        {t('renew')}
      </button>
      {error !== null && <Failure error={error} />}
      {made !== null && (
        <dialog
          ref={dialog}
          aria-labelledby="renew-title"
          // The password is shown once: Escape must not throw it away.
          onCancel={(e) => e.preventDefault()}
          onClose={() => setMade(null)}
        >
          <h2 id="renew-title">{t('renew')}</h2>
          <Secret view={made} onNoted={() => dialog.current?.close()} />
        </dialog>
      )}
    </>
  );
}
