import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** React hook: the width of an element in CSS pixels, so that a drawing keeps the size of its letters on every screen. */
export function useWidth<E extends HTMLElement>(first: number): readonly [RefObject<E | null>, number] {
  const element = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    const watched = element.current;
    if (watched === null) return;
    const read = () => setWidth(Math.max(240, Math.round(watched.clientWidth)));
    read();
    const observer = new ResizeObserver(read);
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
