import { useSyncExternalStore } from 'react';
import { remembered } from './remembered.js';

export type Theme = 'light' | 'dark';

/** What the reader chose: follow the system, or one of the two. */
export const themeChoice = remembered<'system' | Theme>('qipan.theme', 'system', ['system', 'light', 'dark']);

const media = globalThis.window?.matchMedia?.('(prefers-color-scheme: dark)');

export function theme(): Theme {
  const choice = themeChoice.get();
  if (choice !== 'system') return choice;
  return media?.matches ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  const stop = themeChoice.subscribe(listener);
  media?.addEventListener('change', listener);
  return () => {
    stop();
    media?.removeEventListener('change', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, theme, theme);
}

/** Keeps `data-theme` of the page in step with choice and system. */
export function followTheme(): void {
  const apply = () => document.documentElement.setAttribute('data-theme', theme());
  apply();
  subscribe(apply);
}
