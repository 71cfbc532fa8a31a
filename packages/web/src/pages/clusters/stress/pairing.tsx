import type { PanelPairing } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure } from '../../../format.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { useDataset } from '../chosen-dataset.js';

export interface ChosenPairing {
  /** The panel of the address, else the one that belongs best to table and links. */
  readonly preferred: string | null;
  readonly pairing: PanelPairing | null;
  /** Whether a study can use this panel at all. */
  readonly isUsable: boolean;
  readonly isKnown: boolean;
}

/** Which panel belongs to the chosen input-output table, and to the chosen supply links where a page has them. */
export function usePairing(withLinks: boolean): ChosenPairing {
  const table = useDataset('ioTable');
  const supply = useDataset('supplyLinks');
  const links = withLinks ? supply.id : null;
  const search = table.id === null ? null : new URLSearchParams({ ioTable: table.id, ...(links ? { links } : {}) });
  const where =
    search === null || (withLinks && supply.all === null) ? null : `/clusters/pairings?${search.toString()}`;
  const list = useGet<readonly PanelPairing[]>(where, { staleMs: 30_000 });
  const preferred = list.data?.[0]?.panel ?? null;
  const panel = useDataset('panel', 'panel', preferred);
  const pairing = list.data?.find((p) => p.panel === panel.id) ?? null;
  const isUsable =
    pairing !== null && pairing.measure === 'employment' && pairing.industriesInTable > 0 && pairing.linksInPanel !== 0;
  return { preferred, pairing, isUsable, isKnown: list.data !== undefined };
}

/** Says when panel, table and links do not name the same regions, industries and sectors. */
export function PairingNotice({ of }: { readonly of: ChosenPairing }) {
  const { t, lang } = useWords(stressWords);
  const p = of.pairing;
  if (p === null) return null;
  const n = (x: number) => figure(x, lang);
  const found = [t('pairedIndustries', { n: n(p.industriesInTable), of: n(p.industries) })];
  if (p.links !== null) found.push(t('pairedLinks', { n: n(p.linksInPanel ?? 0), of: n(p.links) }));
  if (p.measure !== 'employment') found.push(t('pairedNoJobs'));
  const isWhole = of.isUsable && p.industriesInTable === p.industries && (p.links ?? 0) === (p.linksInPanel ?? 0);
  if (isWhole) return <p className="dim small">{found.join(' ')}</p>;
  return (
    <p className={of.isUsable ? 'notice' : 'failure'} role="status">
      {t(of.isUsable ? 'pairedPartly' : 'pairedNot')} {found.join(' ')}{' '}
      {p.strangerCount > 0 && t('pairedStrangers', { n: n(p.strangerCount), codes: p.strangers.join(', ') })}
    </p>
  );
}
