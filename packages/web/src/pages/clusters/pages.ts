import type { PageRow } from '../page-row.js';

/** Pages of the cluster studies, in the order of their menu. */
export const clusterPages: readonly PageRow[] = [
  {
    path: '/clusters/board',
    group: 'clusters',
    title: { en: 'Chessboard', zh: '一盘棋' },
    inMenu: true,
    load: () => import('./board/page.js'),
  },
  {
    path: '/clusters/compare',
    group: 'clusters',
    title: { en: 'Compare', zh: '方案对比' },
    inMenu: true,
    load: () => import('./compare/page.js'),
  },
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
  {
    path: '/clusters/stress',
    group: 'clusters',
    title: { en: 'Stress test', zh: '压力测试' },
    inMenu: true,
    load: () => import('./stress/page.js'),
  },
  {
    path: '/clusters/demand',
    group: 'clusters',
    title: { en: 'Demand', zh: '经济拉动' },
    inMenu: true,
    load: () => import('./demand/page.js'),
  },
  {
    path: '/clusters/backtest',
    group: 'clusters',
    title: { en: 'Back-test', zh: '回测' },
    inMenu: true,
    load: () => import('./backtest/page.js'),
  },
  {
    path: '/clusters/upgrade',
    group: 'clusters',
    title: { en: 'Ways up', zh: '升级路径' },
    inMenu: true,
    load: () => import('./upgrade/page.js'),
  },
  {
    path: '/clusters/rules',
    group: 'clusters',
    title: { en: 'Rules', zh: '规则评估' },
    inMenu: true,
    load: () => import('./rules/page.js'),
  },
  {
    path: '/clusters/register',
    group: 'clusters',
    title: { en: 'Register', zh: '集群名录' },
    inMenu: true,
    load: () => import('./register/page.js'),
  },
];
