import { useId, type KeyboardEvent, type ReactNode } from 'react';

export interface TabsProps<K extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly key: K; readonly title: string }[];
  readonly current: K;
  readonly onChange: (key: K) => void;
  readonly children: ReactNode;
}

/** Tabs after the ARIA pattern: arrows move between them, one panel follows. */
export function Tabs<K extends string>({ label, tabs, current, onChange, children }: TabsProps<K>) {
  const id = useId();
  const move = (e: KeyboardEvent<HTMLDivElement>) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    e.preventDefault();
    const at = tabs.findIndex((x) => x.key === current);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((x) => (
          <button
            key={x.key}
            id={`${id}-${x.key}`}
            type="button"
            role="tab"
            aria-selected={x.key === current}
            aria-controls={`${id}-panel`}
            tabIndex={x.key === current ? 0 : -1}
            onClick={() => onChange(x.key)}
          >
            {x.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current}`}>
        {children}
      </div>
    </div>
  );
}
