import type { ReactNode } from 'react';

export interface Fact {
  readonly term: string;
  readonly value: ReactNode;
  readonly hint?: string;
}

/** Named figures side by side, as a description list. */
export function Facts({
  facts,
  label,
  className = 'facts',
}: {
  readonly facts: readonly Fact[];
  readonly label?: string;
  readonly className?: string;
}) {
  return (
    <dl className={className} aria-label={label}>
      {facts.map((f) => (
        <div key={f.term} title={f.hint}>
          <dt>{f.term}</dt>
          <dd>{f.value}</dd>
        </div>
      ))}
    </dl>
  );
}
