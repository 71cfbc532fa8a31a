import { Suspense, lazy, useEffect, useRef, type ComponentType, type LazyExoticComponent } from 'react';
import { useInfo } from './info.js';
import { language, useWords } from './i18n/language.js';
import { startLive } from './live.js';
import type { PageProps } from './pages/page-props.js';
import type { PageRow } from './pages/page-row.js';
import { pages } from './pages/table.js';
import { Login } from './parts/login.js';
import { Frame } from './parts/frame.js';
import { Guard } from './parts/guard.js';
import { Failure, Waiting } from './parts/states.js';
import { Link, matchPath, usePlace } from './router.js';

const loaded = new Map<PageRow, LazyExoticComponent<ComponentType<PageProps>>>();

/** The lazy component of a row, made once so that React keeps its state. */
function componentOf(row: PageRow): LazyExoticComponent<ComponentType<PageProps>> {
  const made = loaded.get(row) ?? lazy(async () => ({ default: (await row.load()).Page }));
  loaded.set(row, made);
  return made;
}

function find(path: string) {
  for (const row of pages) {
    const params = matchPath(row.path, path);
    if (params !== null) return { row, params };
  }
  return null;
}

export function App() {
  const info = useInfo();
  const lang = language.use();
  const { t } = useWords();
  const mustLogIn = info.data !== undefined && info.data.auth.required && info.data.auth.user === null;
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  }, [lang]);
  const ready = info.data !== undefined && !mustLogIn;
  useEffect(() => {
    if (ready) startLive();
  }, [ready]);
  if (info.data === undefined && info.isPending) return <Waiting />;
  if (info.data === undefined)
    return (
      <main className="lone">
        <h1>{t('product')}</h1>
        <Failure error={info.error} retry={() => void info.refetch()} />
      </main>
    );
  if (mustLogIn) return <Login onDone={() => void info.refetch()} />;
  return (
    <Frame info={info.data}>
      <CurrentPage />
    </Frame>
  );
}

/** The page of the address; when the path changes, the reader's focus goes to the top of the new page. */
function CurrentPage() {
  const place = usePlace();
  const { t, pick } = useWords();
  const found = find(place.path);
  const title = found === null ? t('notFound') : pick(found.row.title);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · ${t('product')}`;
  }, [title, t]);
  useEffect(() => {
    if (!first.current) {
      document.getElementById('main')?.focus({ preventScroll: true });
      globalThis.scrollTo(0, 0);
    }
    first.current = false;
  }, [place.path]);
  if (found === null)
    return (
      <section className="page">
        <h1>{title}</h1>
        <p>
          <Link to="/">{t('toBoard')}</Link>
        </p>
      </section>
    );
  const Component = componentOf(found.row);
  return (
    <Guard key={place.path}>
      <Suspense fallback={<Waiting />}>
        <Component params={found.params} query={place.query} />
      </Suspense>
    </Guard>
  );
}
