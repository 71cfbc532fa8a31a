import type { CodeLabel, MeasureRecipe, QuotientView, RankView } from '@qipan/server/contract';
import { figure, percent } from '../../format.js';
import { placeWords } from '../../i18n/cluster-places.js';
import { useWords } from '../../i18n/language.js';
import type { Column } from '../../parts/data-table.js';
import { Link, address, usePlace } from '../../router.js';

/** What the pages of regions and industries ask the server with: dataset and year, and more. */
export function searchOf(
  dataset: string,
  query: URLSearchParams,
  more: Readonly<Record<string, string | null>> = {},
): string {
  const year = query.get('year');
  const search = new URLSearchParams({ dataset, ...(year === null ? {} : { year }) });
  for (const [name, value] of Object.entries(more)) if (value !== null) search.set(name, value);
  return search.toString();
}

/** The dataset and year of the address, for links to other pages of the same panel. */
export function kept(query: URLSearchParams): Readonly<Record<string, string | null>> {
  return { dataset: query.get('dataset'), year: query.get('year') };
}

interface PlaceLinkProps {
  readonly of: CodeLabel;
  readonly query: URLSearchParams;
}

/** Leads to the page of a region, in the same panel and year. */
export function RegionLink({ of, query }: PlaceLinkProps) {
  const { pick } = useWords(placeWords);
  return (
    <Link to={`/clusters/regions/${encodeURIComponent(of.code)}`} query={kept(query)}>
      {pick(of.name)}
    </Link>
  );
}

/** Leads to the page of an industry, in the same panel and year. */
export function IndustryLink({ of, query }: PlaceLinkProps) {
  const { pick } = useWords(placeWords);
  return (
    <Link to={`/clusters/industries/${encodeURIComponent(of.code)}`} query={kept(query)}>
      {of.code} {pick(of.name)}
    </Link>
  );
}

/** The column that names the region of a row and leads to its page. */
export function useRegionColumn<T extends { readonly region: CodeLabel }>(query: URLSearchParams): Column<T> {
  const { t, pick } = useWords(placeWords);
  return {
    key: 'region',
    title: t('region'),
    value: (row) => pick(row.region.name),
    show: (row) => <RegionLink of={row.region} query={query} />,
  };
}

/** The years of a panel to choose from; nothing where there is one. */
export function YearChoice({ year, years }: { readonly year: number | null; readonly years: readonly number[] }) {
  const { t } = useWords(placeWords);
  const { path, query } = usePlace();
  if (years.length < 2) return null;
  const choose = (next: string) => {
    globalThis.location.hash = address(path, { ...Object.fromEntries(query), year: next });
  };
  return (
    <label className="inline">
      <span>{t('year')}</span>
      <select value={String(year)} onChange={(e) => choose(e.target.value)}>
        {years.map((y) => (
          <option key={y} value={y}>
            {y}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A rank with its interval, and how it came about on hovering. */
export function Rank({ of }: { readonly of: RankView | null }) {
  const { t, lang } = useWords(placeWords);
  if (of === null) return <>—</>;
  const { rank, lower, upper, draws, scheme } = of;
  const hint = t('rankHint', { draws, scheme, degenerate: percent(of.degenerateShare, lang, 0) });
  return <span title={hint}>{t('rankText', { rank, lower, upper, of: of.of })}</span>;
}

/** The recipe below every table of figures, and what they are not. */
export function RecipeLine({ recipe, status }: { readonly recipe: MeasureRecipe; readonly status: string }) {
  const { t } = useWords(placeWords);
  const { preset, presence, proximity, diagonal, board } = recipe;
  const benchmark = recipe.benchmark === 'sum of the regions given' ? t('panelSum') : recipe.benchmark;
  return (
    <>
      {status !== 'ok' && <p className="notice">{t('ambiguous')}</p>}
      <p className="dim small">
        {t('recipe', {
          preset,
          presence,
          proximity,
          diagonal,
          ddof: recipe.ddof ?? '–',
          benchmark,
          board: board ?? '–',
        })}{' '}
        {t('limits')}
      </p>
    </>
  );
}

/** Whether a quotient speaks for an advantage: sure when its whole interval lies above 1. */
export function useSureness(): (q: QuotientView) => string {
  const { t } = useWords(placeWords);
  return (q) => (!q.isPresent ? t('sureNo') : q.lower !== null && q.lower > 1 ? t('sureYes') : t('sureMaybe'));
}

/** An interval as text; a dash where there is none. */
export function useInterval(): (q: QuotientView) => string {
  const { lang } = useWords(placeWords);
  return (q) =>
    q.lower === null || q.upper === null ? '—' : `${figure(q.lower, lang, 2)}–${figure(q.upper, lang, 2)}`;
}
