import { useEffect, useRef, useState } from 'react';

/** The value, but at most one new one each `ms`; the last one always comes through. */
export function useThrottled<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const newest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shownAtMs = useRef(0);
  useEffect(() => {
    newest.current = value;
    const waitMs = shownAtMs.current + ms - Date.now();
    const show = () => {
      timer.current = undefined;
      shownAtMs.current = Date.now();
      setShown(newest.current);
    };
    if (waitMs <= 0) show();
    else timer.current ??= setTimeout(show, waitMs);
  }, [value, ms]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}
