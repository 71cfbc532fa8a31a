import { Type } from 'typebox';
import type { Datasets } from '../clusters/datasets.js';
import type { ChargingProductView } from '../contract.js';
import { route, type Route } from './route.js';

/** What the pages of supply chains need beside scenarios and runs. */
export function supplyChainRoutes(datasets: Datasets): readonly Route[] {
  const id = Type.String({ minLength: 1, maxLength: 100 });
  return [
    route({
      method: 'GET',
      path: '/clusters/pairings',
      role: 'viewer',
      tag: 'clusters',
      summary: 'How far each panel belongs to an input-output table and to supply links, best first.',
      query: Type.Object({ ioTable: id, links: Type.Optional(id) }),
      handle: async ({ query }) => (await import('../clusters/pairing.js')).pairings(datasets, query),
    }),
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
