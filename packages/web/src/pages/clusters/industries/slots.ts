import type { ComponentType } from 'react';

/** What a further part of the industry page is given. */
export interface IndustrySlotProps {
  readonly dataset: string;
  readonly code: string;
  readonly year: number | null;
}

/** Further parts of the industry page (resilience), each a component that fetches its own figures. */
export const industrySlots: readonly { readonly key: string; readonly Slot: ComponentType<IndustrySlotProps> }[] = [];
