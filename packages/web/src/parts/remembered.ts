import { useSyncExternalStore } from 'react';

export interface Remembered<T extends string> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** React hook: the value, re-rendering when it changes. */
  readonly use: () => T;
}

/** One choice of the reader, kept in the browser; a value that is not allowed, or no storage at all, gives the first one. */
export function remembered<T extends string>(key: string, first: T, allowed: readonly T[]): Remembered<T> {
  const listeners = new Set<() => void>();
  const storage = storageOrNull();
  const kept = storage?.getItem(key) as T | null | undefined;
  let value: T = kept !== null && kept !== undefined && allowed.includes(kept) ? kept : first;
  const get = () => value;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const set = (next: T) => {
    value = next;
    try {
      storage?.setItem(key, next);
    } catch {
      // A full or forbidden storage costs only the memory of the choice.
    }
    for (const listener of listeners) listener();
  };
  return { get, set, subscribe, use: () => useSyncExternalStore(subscribe, get, get) };
}

function storageOrNull(): Storage | null {
  try {
    return globalThis.window?.localStorage ?? null;
  } catch {
    return null;
  }
}
