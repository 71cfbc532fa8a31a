import { budget } from './budget.js';
import { countyStation } from './county-station.js';
import type { Family } from './family.js';
import { hostingCapacity } from './hosting-capacity.js';
import { townshipPile } from './township-pile.js';

/** Families whose rows link sites, in the order in which certificates list their multipliers. */
export const linkFamilies: readonly Family[] = [townshipPile, countyStation, budget, hostingCapacity];
