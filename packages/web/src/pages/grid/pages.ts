import type { PageRow } from '../page-row.js';

/** Pages about transformers. */
export const gridPages: readonly PageRow[] = [
  {
    path: '/grid',
    group: 'grid',
    title: { en: 'Transformers', zh: '台区' },
    inMenu: true,
    load: () => import('./list.js'),
  },
  {
    path: '/grid/:id',
    group: 'grid',
    title: { en: 'Transformer', zh: '台区详情' },
    inMenu: false,
    load: () => import('./village.js'),
  },
];
