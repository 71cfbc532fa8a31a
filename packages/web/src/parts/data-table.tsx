import { useId, useMemo, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/language.js';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** What is sorted and searched by; null sorts last. */
  readonly value: (row: T) => string | number | null;
  /** What is shown; the value itself when absent. */
  readonly show?: (row: T) => ReactNode;
  readonly numeric?: boolean;
  readonly fixed?: boolean;
}

export interface DataTableProps<T> {
  readonly caption: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly sort?: { readonly key: string; readonly descending?: boolean };
  /** Rows shown at first, and added by each press of the button below. */
  readonly pageSize?: number;
  readonly searchable?: boolean;
  readonly empty?: string;
  readonly filters?: ReactNode;
  /** True where a heading above says the same: the caption is then only spoken. */
  readonly isTitled?: boolean;
}

type SortState = { readonly key: string; readonly descending: boolean } | null;

/** Rows in the order of a column: numbers by size, text by the reader's language, unknown last in both directions. */
export function sortRows<T>(rows: readonly T[], column: Column<T>, descending: boolean, lang: string): readonly T[] {
  const collator = new Intl.Collator(lang === 'zh' ? 'zh-CN' : 'en', { numeric: true });
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = column.value(a);
    const y = column.value(b);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)));
  });
}

/** The rows whose shown values hold the word, in the order of the sorted column. */
function useFound<T>(props: DataTableProps<T>, sort: SortState, word: string): readonly T[] {
  const { lang } = useWords();
  const { rows, columns } = props;
  return useMemo(() => {
    const wanted = word.trim().toLocaleLowerCase();
    const holds = (row: T) =>
      columns.some((c) =>
        String(c.value(row) ?? '')
          .toLocaleLowerCase()
          .includes(wanted),
      );
    const kept = wanted === '' ? rows : rows.filter(holds);
    const column = columns.find((c) => c.key === sort?.key);
    return column === undefined ? kept : sortRows(kept, column, sort?.descending ?? false, lang);
  }, [rows, columns, word, sort, lang]);
}

interface HeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly sort: SortState;
  readonly onSort: (sort: SortState) => void;
}

function Head<T>({ columns, sort, onSort }: HeadProps<T>) {
  const { t } = useWords();
  const press = (key: string) => onSort({ key, descending: sort?.key === key && !sort.descending });
  return (
    <thead>
      <tr>
        {columns.map((c) => (
          <th
            key={c.key}
            scope="col"
            className={c.numeric ? 'numeric' : undefined}
            aria-sort={sort?.key === c.key ? (sort.descending ? 'descending' : 'ascending') : undefined}
          >
            {c.fixed ? (
              c.title
            ) : (
              <button type="button" title={t('sortBy', { column: c.title })} onClick={() => press(c.key)}>
                {c.title}
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A table that sorts by its headings and is searched by a word, with the count of what is shown. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { t } = useWords();
  const { rows, columns, rowKey, pageSize = 100, searchable = false } = props;
  const [sort, setSort] = useState<SortState>(
    props.sort ? { key: props.sort.key, descending: props.sort.descending ?? false } : null,
  );
  const [word, setWord] = useState('');
  const [pages, setPages] = useState(1);
  const captionId = useId();
  const found = useFound(props, sort, word);
  const shown = found.slice(0, pages * pageSize);
  return (
    <div className="table-block">
      {(searchable || props.filters !== undefined) && (
        <div className="table-tools">
          {searchable && (
            <label className="inline">
              <span className="unseen">{t('search')}</span>
              <input type="search" placeholder={t('search')} value={word} onChange={(e) => setWord(e.target.value)} />
            </label>
          )}
          {props.filters}
          <span className="dim small" role="status">
            {t('rowsShown', { shown: found.length, total: rows.length })}
          </span>
        </div>
      )}
      <div className="table-scroll" role="region" aria-labelledby={captionId} tabIndex={0}>
        <table>
          <caption id={captionId} className={props.isTitled ? 'unseen' : undefined}>
            {props.caption}
          </caption>
          <Head columns={columns} sort={sort} onSort={setSort} />
          <tbody>
            {shown.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((c) => (
                  <td key={c.key} className={c.numeric ? 'numeric' : undefined}>
                    {c.show ? c.show(row) : c.value(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {found.length === 0 && (
          <p className="empty">{rows.length === 0 ? (props.empty ?? t('none')) : t('nothingFits')}</p>
        )}
      </div>
      {found.length > shown.length && (
        <button type="button" onClick={() => setPages(pages + 1)}>
          {t('more', { n: Math.min(pageSize, found.length - shown.length) })}
        </button>
      )}
    </div>
  );
}
