import { useState, type FormEvent } from 'react';
import type { LoginInput } from '@qipan/server/contract';
import { ApiError, post } from '../api.js';
import { useWords } from '../i18n/language.js';
import { Failure } from './states.js';
import { LanguageSwitch } from './switches.js';

export function Login({ onDone }: { readonly onDone: () => void }) {
  const { t } = useWords();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (form: HTMLFormElement) => {
    const typed = (name: string) => (form.elements.namedItem(name) as HTMLInputElement).value;
    const input: LoginInput = { user: typed('user'), password: typed('password') };
    setBusy(true);
    setError(null);
    try {
      await post('/login', input);
      onDone();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const refused = error instanceof ApiError && (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN');
  return (
    <main className="lone" id="main" tabIndex={-1}>
      <h1>{t('product')}</h1>
      <p>{t('loginNeeded')}</p>
      <form
        className="stack"
        onSubmit={(e: FormEvent<HTMLFormElement>) => {
          e.preventDefault();
          void submit(e.currentTarget);
        }}
      >
        <label>
          {t('user')}
          <input name="user" autoComplete="username" required autoFocus />
        </label>
        <label>
          {t('password')}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button className="primary" disabled={busy}>
          {t('login')}
        </button>
        {refused && (
          <p className="failure" role="alert">
            {t('loginWrong')}
          </p>
        )}
        {error !== null && !refused && <Failure error={error} />}
      </form>
      <LanguageSwitch />
    </main>
  );
}
