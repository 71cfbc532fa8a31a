import type { ComponentType } from 'react';
import { UpgradeSlot } from '../upgrade/region-slot.js';
import { MovesSlot, ReportSlot } from './board-slots.js';

/** What a further part of the region page is given. */
export interface RegionSlotProps {
  readonly dataset: string;
  readonly code: string;
  readonly year: number | null;
}

/** Further parts of the region page (stars, enterprise ladder, moves), each a component that fetches its own figures. */
export const regionSlots: readonly { readonly key: string; readonly Slot: ComponentType<RegionSlotProps> }[] = [
  { key: 'report', Slot: ReportSlot },
  { key: 'moves', Slot: MovesSlot },
  { key: 'upgrade', Slot: UpgradeSlot },
];
