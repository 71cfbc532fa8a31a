import type { PageRow } from '../page-row.js';

/** Pages of the cluster studies, in the order of their menu. */
export const clusterPages: readonly PageRow[] = [
  {
    path: '/clusters/data',
    group: 'clusters',
    title: { en: 'Data', zh: '数据' },
    inMenu: true,
    load: () => import('./data/page.js'),
  },
  {
    path: '/clusters/network',
    group: 'clusters',
    title: { en: 'Network', zh: '关联网络' },
    inMenu: true,
    load: () => import('./network/page.js'),
  },
];
