import { useWords } from '../i18n/language.js';
import { pageGroups, type PageGroup, type PageRow } from '../pages/page-row.js';
import { pages } from '../pages/table.js';
import { Link, matchPath, usePlace } from '../router.js';

const menuOf = (group: PageGroup) => pages.filter((p) => p.inMenu && p.group === group);
const groups = (Object.keys(pageGroups) as PageGroup[]).filter((g) => menuOf(g).length > 0);

/** The page of an address; the first row that fits. */
const pageAt = (path: string): PageRow | undefined => pages.find((p) => matchPath(p.path, path) !== null);

/** True for the menu page that an address belongs to: its own, or the one that stands above it. */
function isHere(own: string, path: string): boolean {
  return own === '/' ? path === '/' : path === own || path.startsWith(`${own}/`);
}

/** The groups of pages; each leads to its first page. */
export function GroupMenu() {
  const { t, pick } = useWords();
  const { path } = usePlace();
  const current = pageAt(path)?.group;
  return (
    <nav aria-label={t('menu')}>
      <ul>
        {groups.map((g) => (
          <li key={g}>
            <Link to={menuOf(g)[0]?.path ?? '/'} aria-current={g === current ? 'true' : undefined}>
              {pick(pageGroups[g])}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The pages of the group one is in; nothing where there is but one. */
export function PageMenu() {
  const { pick } = useWords();
  const { path } = usePlace();
  const group = pageAt(path)?.group ?? 'charging';
  const rows = menuOf(group);
  if (rows.length < 2) return null;
  return (
    <nav className="pages" aria-label={pick(pageGroups[group])}>
      <ul>
        {rows.map((p) => (
          <li key={p.path}>
            <Link to={p.path} aria-current={isHere(p.path, path) ? 'page' : undefined}>
              {pick(p.title)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
