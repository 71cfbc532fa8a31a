import type { ReactNode } from 'react';
import { ApiError } from '../api.js';
import { useWords } from '../i18n/language.js';

export function Waiting() {
  const { t } = useWords();
  return (
    <p className="waiting" role="status">
      {t('loading')}
    </p>
  );
}

/** Sentence of an error in the reader's language, with what the server said in detail below it. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t, pick } = useWords();
  const api = error instanceof ApiError ? error : null;
  const sentence = api?.code === 'NO_ANSWER' ? t('noAnswer') : api?.sentence ? pick(api.sentence) : t('failed');
  const detail = error instanceof Error && api?.code !== 'NO_ANSWER' ? error.message : null;
  return (
    <div className="failure" role="alert">
      <p>{sentence}</p>
      {detail !== null && (
        <p className="small">
          <code>{api?.code ?? 'ERROR'}</code> {detail}
        </p>
      )}
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </div>
  );
}

export interface AnswerProps<T> {
  readonly of: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: (data: T) => ReactNode;
}

/** What a `useGet` brought: the page part, or the wait, or the failure. */
export function Answer<T>({ of, children }: AnswerProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Waiting />;
}
