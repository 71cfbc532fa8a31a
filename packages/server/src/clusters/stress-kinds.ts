import type { StudyKind } from '../jobs/study-kind.js';
import type { DemandParameters, DemandView, StressParameters, StressView } from '../contract.js';

const named = (...ids: readonly (string | undefined)[]): readonly string[] =>
  ids.filter((id): id is string => id !== undefined);

/** Studies of supply chains. */
export const stressKinds: Readonly<Record<string, StudyKind>> = {
  'clusters.stress': {
    on: 'ioTable',
    check: async (parameters) => (await import('./compute-stress.js')).stressParameters(parameters),
    datasets: (p: StressParameters) => (p.panel === undefined || p.links === undefined ? [] : [p.panel, p.links]),
    compute: async (order, tell) => (await import('./compute-stress.js')).computeStress(order, tell),
    sheets: async ({ result }) => (await import('./stress-sheets.js')).stressSheets(result as StressView),
  },
  'clusters.demand': {
    on: 'ioTable',
    check: async (parameters) => (await import('./compute-demand.js')).demandParameters(parameters),
    datasets: (p: DemandParameters) => named(p.panel),
    compute: async (order) => (await import('./compute-demand.js')).computeDemand(order),
    sheets: async ({ result }) => (await import('./stress-sheets.js')).demandSheets(result as DemandView),
  },
};
