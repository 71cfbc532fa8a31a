import type { ReactNode } from 'react';

/** The heading of a column; figures stand to the right. */
export interface Heading {
  readonly title: ReactNode;
  readonly numeric?: boolean;
}

export interface SmallTableProps {
  /** What the table is called where it is read aloud. */
  readonly label: string;
  /** What stands above it: `label` when absent, nothing when null. */
  readonly caption?: ReactNode;
  readonly head: readonly (Heading | string)[];
  readonly className?: string;
  /** The rows, and a foot where there is one. */
  readonly children: ReactNode;
}

export const numeric = (title: ReactNode): Heading => ({ title, numeric: true });

/** A short table whose rows stand as they come; `DataTable` is the one that sorts and searches. It scrolls sideways where it is wide. */
export function SmallTable({ label, caption = label, head, className, children }: SmallTableProps) {
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className={className}>
        {caption !== null && <caption>{caption}</caption>}
        <thead>
          <tr>
            {head.map((h, i) => (
              <th key={i} scope="col" className={typeof h === 'object' && h.numeric ? 'numeric' : undefined}>
                {typeof h === 'object' ? h.title : h}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </div>
  );
}

/** A row of figures, one a year, behind its name. */
export function YearRow({ name, values }: { readonly name: ReactNode; readonly values: readonly ReactNode[] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map((v, i) => (
        <td key={i} className="numeric">
          {v}
        </td>
      ))}
    </tr>
  );
}
