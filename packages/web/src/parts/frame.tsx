import type { ServerInfo } from '@qipan/server/contract';
import type { ReactNode } from 'react';
import { answers, post } from '../api.js';
import { useClock } from '../clock.js';
import { dateTime, duration } from '../format.js';
import { useWords } from '../i18n/language.js';
import { useLiveState } from '../live.js';
import { Link } from '../router.js';
import { GroupMenu, PageMenu } from './menu.js';
import { LanguageSwitch, ThemeSwitch } from './switches.js';

/** What stands around every page: the name, the menu, whether the page is live, the switches, and whose data it is. */
export function Frame({ info, children }: { readonly info: ServerInfo; readonly children: ReactNode }) {
  const { t } = useWords();
  return (
    <>
      <a
        className="skip"
        href="#main"
        onClick={(e) => {
          // The part behind # is the address of the page, so the jump is made by hand.
          e.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('skip')}
      </a>
      <header className="top">
        <Link to="/" className="mark">
          <svg viewBox="0 0 18 18" aria-hidden="true">
            <path d="M1 5h16M1 9h16M1 13h16M5 1v16M9 1v16M13 1v16" />
            <circle cx="9" cy="9" r="3" />
          </svg>
          {t('product')}
        </Link>
        <GroupMenu />
        <div className="controls">
          <LiveLamp />
          <ServerClock info={info} />
          <LanguageSwitch />
          <ThemeSwitch />
          {info.auth.required && info.auth.user !== null && <Account user={info.auth.user} />}
        </div>
      </header>
      <PageMenu />
      {!info.database.healthy && (
        <p className="strip bad" role="alert">
          {t('databaseUnwell')}
        </p>
      )}
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** True only while the stream of events is open; otherwise for how long it has not been. */
function LiveLamp() {
  const { t, lang } = useWords();
  const { state, sinceMs } = useLiveState();
  useClock();
  const words =
    state === 'open'
      ? t('liveOpen')
      : state === 'connecting'
        ? t('liveConnecting')
        : t('liveLost', { age: duration(Date.now() - sinceMs, lang) });
  return (
    <span className={`lamp ${state}`} role="status">
      {words}
    </span>
  );
}

function ServerClock({ info }: { readonly info: ServerInfo }) {
  const { t, lang } = useWords();
  const clock = useClock();
  const own = info.simulated ? 'simulated' : 'real';
  const hint = clock.speed === 1 ? undefined : t('simulatedClock', { speed: clock.speed });
  return (
    <span className="clock" title={hint}>
      <time>{dateTime(clock.nowMs(own), lang)}</time>
      {clock.speed !== 1 && <span aria-label={hint}> ×{clock.speed}</span>}
    </span>
  );
}

function Account({ user }: { readonly user: string }) {
  const { t } = useWords();
  const leave = async () => {
    await post('/logout');
    await answers.resetQueries();
  };
  return (
    <button type="button" className="quiet" title={t('logout')} onClick={() => void leave()}>
      {user} · {t('logout')}
    </button>
  );
}
