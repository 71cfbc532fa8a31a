import type { Bilingual } from '@qipan/base';
import type { ComponentType } from 'react';
import type { PageProps } from './page-props.js';

/** Groups of the menu, in its order. */
export const pageGroups = {
  charging: { en: 'Charging', zh: '充电' },
  clusters: { en: 'Clusters', zh: '集群' },
  grid: { en: 'Grid', zh: '台区' },
  program: { en: 'About', zh: '关于' },
} as const satisfies Readonly<Record<string, Bilingual>>;

export type PageGroup = keyof typeof pageGroups;

/** One page: where it stands, what it is called, and how its code is fetched when first needed. */
export interface PageRow {
  readonly path: string;
  readonly group: PageGroup;
  readonly title: Bilingual;
  /** True when the page stands in the menu of its group; pages about one thing do not. */
  readonly inMenu: boolean;
  readonly load: () => Promise<{ readonly Page: ComponentType<PageProps> }>;
}
