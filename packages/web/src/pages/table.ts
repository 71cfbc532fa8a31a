import { chargingPages } from './charging-pages.js';
import { clusterPages } from './clusters/pages.js';
import { gridPages } from './grid/pages.js';
import type { PageRow } from './page-row.js';

/** Every page; the first row whose path fits is shown. The menu shows groups, and the pages of the group one is in. */
export const pages: readonly PageRow[] = [
  ...chargingPages,
  ...clusterPages,
  ...gridPages,
  {
    path: '/about',
    group: 'program',
    title: { en: 'About', zh: '关于' },
    inMenu: true,
    load: () => import('./about/page.js'),
  },
  {
    path: '/users',
    group: 'program',
    title: { en: 'Users', zh: '用户' },
    inMenu: true,
    load: () => import('./users/page.js'),
  },
];
