import type { PageRow } from './page-row.js';

const row = (path: string, en: string, zh: string, load: PageRow['load'], inMenu = false): PageRow => ({
  path,
  group: 'charging',
  title: { en, zh },
  inMenu,
  load,
});

/** Pages about charging, in the order of their menu. */
export const chargingPages: readonly PageRow[] = [
  row('/', 'Board', '棋盘', () => import('./board/page.js'), true),
  row('/plan', 'Plans', '规划', () => import('./plan/list.js'), true),
  row('/plan/new', 'New plan', '新建方案', () => import('./plan/edit.js')),
  row('/plan/compare', 'Compare plans', '方案对比', () => import('./plan/compare.js')),
  row('/plan/runs/:id', 'Plan run', '规划结果', () => import('./plan/run.js')),
  row('/stations', 'Stations', '充电站', () => import('./stations/list.js'), true),
  row('/stations/:id', 'Station', '充电站详情', () => import('./stations/station.js')),
  row('/sessions', 'Sessions', '充电会话', () => import('./sessions/page.js'), true),
  row('/waiting', 'Unknown stations', '待接入设备', () => import('./waiting/page.js'), true),
];
