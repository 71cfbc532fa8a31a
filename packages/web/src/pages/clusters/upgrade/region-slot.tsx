import { RegionUpgrade } from './region-upgrade.js';

/** Stars, firms by rung, indices and ways up on the page of a region. */
export function UpgradeSlot({ dataset, code }: { readonly dataset: string; readonly code: string }) {
  return <RegionUpgrade dataset={dataset} region={code} />;
}
