import type { Bilingual } from '@qipan/base';
import type { ComponentType } from 'react';
import type { PageProps } from './page-props.js';

/** One page: where it stands, what it is called, and how its code is fetched when first needed. */
export interface PageRow {
  readonly path: string;
  readonly title: Bilingual;
  /** True when the page stands in the menu. */
  readonly inMenu: boolean;
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}

/** Every page, in the order of the menu; the first row whose path fits is shown. */
export const pages: readonly PageRow[] = [
  { path: '/', title: { en: 'Board', zh: '棋盘' }, inMenu: true, load: () => import('./board/page.js') },
  { path: '/plan', title: { en: 'Plans', zh: '规划' }, inMenu: true, load: () => import('./plan/list.js') },
  { path: '/plan/new', title: { en: 'New plan', zh: '新建方案' }, inMenu: false, load: () => import('./plan/edit.js') },
  {
    path: '/plan/compare',
    title: { en: 'Compare plans', zh: '方案对比' },
    inMenu: false,
    load: () => import('./plan/compare.js'),
  },
  {
    path: '/plan/runs/:id',
    title: { en: 'Plan run', zh: '规划结果' },
    inMenu: false,
    load: () => import('./plan/run.js'),
  },
  {
    path: '/stations',
    title: { en: 'Stations', zh: '充电站' },
    inMenu: true,
    load: () => import('./stations/list.js'),
  },
  {
    path: '/stations/:id',
    title: { en: 'Station', zh: '充电站详情' },
    inMenu: false,
    load: () => import('./stations/station.js'),
  },
  {
    path: '/waiting',
    title: { en: 'Unknown stations', zh: '待接入设备' },
    inMenu: true,
    load: () => import('./waiting/page.js'),
  },
  { path: '/about', title: { en: 'About', zh: '关于' }, inMenu: true, load: () => import('./about/page.js') },
];
