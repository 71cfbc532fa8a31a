import type { Bilingual } from '@qipan/base';
import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';

/** Root of the HTTP contract. */
export const apiRoot = '/api/v1';

/** An answer that was no success: the code and sentence of the error table, or `NO_ANSWER` when nothing came back. */
export class ApiError extends Error {
  readonly code: string;
  readonly sentence: Bilingual | null;
  readonly details: unknown;

  constructor(code: string, message: string, sentence: Bilingual | null = null, details: unknown = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.sentence = sentence;
    this.details = details;
  }
}

interface ErrorBody {
  readonly code?: string;
  readonly message?: string;
  readonly sentence?: Bilingual;
  readonly details?: unknown;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const accept = { accept: 'application/json' };
  const init: RequestInit =
    body === undefined
      ? { method, headers: accept, credentials: 'same-origin' }
      : {
          method,
          headers: { ...accept, 'content-type': 'application/json' },
          credentials: 'same-origin',
          body: JSON.stringify(body),
        };
  let answer: Response;
  try {
    answer = await fetch(apiRoot + path, init);
  } catch (e) {
    throw new ApiError('NO_ANSWER', e instanceof Error ? e.message : String(e));
  }
  const text = await answer.text();
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  throw errorFrom(answer.status, text);
}

function errorFrom(status: number, text: string): ApiError {
  try {
    const body = JSON.parse(text) as ErrorBody;
    const code = body.code ?? (status === 401 ? 'UNAUTHENTICATED' : `HTTP_${status}`);
    return new ApiError(code, body.message ?? `HTTP ${status}`, body.sentence ?? null, body.details ?? null);
  } catch {
    return new ApiError(status === 401 ? 'UNAUTHENTICATED' : `HTTP_${status}`, `HTTP ${status}`);
  }
}

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body: unknown = {}) => call<T>('POST', path, body);
export const put = <T>(path: string, body: unknown) => call<T>('PUT', path, body);
export const remove = <T>(path: string) => call<T>('DELETE', path);

/** One part of a path, safe to stand between slashes. */
export const part = (id: string) => encodeURIComponent(id);

/** Answers by their path; live updates are written into the same places. */
export const answers = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (count, e) => count < 2 && e instanceof ApiError && e.code === 'NO_ANSWER',
    },
  },
});

export interface GetOptions {
  readonly refetchMs?: number;
  readonly staleMs?: number;
}

/** React hook: the answer to `GET path`; nothing is asked while `path` is null. */
export function useGet<T>(path: string | null, options: GetOptions = {}): UseQueryResult<T> {
  return useQuery<T>({
    queryKey: [path ?? ''],
    queryFn: () => get<T>(path as string),
    enabled: path !== null,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}
