import type { ChargingProductView } from '../contract.js';
import { route, type Route } from './route.js';

/** What the pages of supply chains need beside scenarios and runs. */
export function supplyChainRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/charging-products',
      role: 'viewer',
      tag: 'clusters',
      summary: 'Products of a charging programme with the sector that makes them and default margins, to be edited.',
      handle: async (): Promise<readonly ChargingProductView[]> => {
        const { chargingProducts } = await import('@qipan/clusters');
        const words: Readonly<Record<string, string>> = {
          electricCar: 'Electric cars',
          charger: 'Chargers',
          cable: 'Cables',
          transformer: 'Transformers',
          civilWorks: 'Civil works',
          engineering: 'Engineering',
          platform: 'Operating platform',
          repair: 'Repair',
          electricity: 'Electricity',
          combustionCar: 'Combustion cars',
          fuel: 'Fuel',
        };
        return chargingProducts.map(({ product, nameZh, ...rest }) => ({
          product,
          name: { en: words[product] ?? product, zh: nameZh },
          ...rest,
        }));
      },
    }),
  ];
}
