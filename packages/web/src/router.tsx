import { useSyncExternalStore, type AnchorHTMLAttributes } from 'react';

/** Where the reader is: the part of the address behind `#`, as path and query. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
}

/** Values of the `:names` of a pattern when the path fits it, otherwise null. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split('/').filter(Boolean);
  const got = path.split('/').filter(Boolean);
  if (wanted.length !== got.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const given = got[i] as string;
    if (part.startsWith(':')) params[part.slice(1)] = decode(given);
    else if (part !== given) return null;
  }
  return params;
}

/** A hash address of a path and query; absent query values are left out. */
export function address(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined) search.set(name, value);
  const tail = search.toString();
  return `#${path}${tail === '' ? '' : `?${tail}`}`;
}

export function go(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): void {
  globalThis.location.hash = address(path, query);
}

const subscribe = (listener: () => void) => {
  globalThis.addEventListener('hashchange', listener);
  return () => globalThis.removeEventListener('hashchange', listener);
};

export function usePlace(): Place {
  return readPlace(useSyncExternalStore(subscribe, () => globalThis.location.hash));
}

export interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly to: string;
  readonly query?: Readonly<Record<string, string | null | undefined>>;
}

export function Link({ to, query = {}, ...rest }: LinkProps) {
  return <a {...rest} href={address(to, query)} />;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
