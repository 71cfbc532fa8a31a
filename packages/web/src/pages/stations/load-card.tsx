import type { StationLoadView } from '@qipan/server/contract';
import { part, useGet } from '../../api.js';
import { quantity, timeOfDay, unknownText } from '../../format.js';
import { gridWords } from '../../i18n/grid.js';
import { useWords } from '../../i18n/language.js';
import { Facts } from '../../parts/facts.js';
import { Link } from '../../router.js';
import { reasonWord } from '../grid/live-limit.js';

/** The transformer that holds this station, with what it may draw and why; nothing where none does. */
export function LoadCard({ stationId }: { readonly stationId: string }) {
  const { t, pick, lang } = useWords(gridWords);
  const load = useGet<StationLoadView>(`/stations/${part(stationId)}/load`, { refetchMs: 3_000 });
  const { transformer, station: s } = load.data ?? { transformer: null, station: null };
  if (transformer === null || s === null) return null;
  const kw = (value: number | null) => quantity(value, 'kW', lang);
  return (
    <div className="card">
      <h2>{t('heldBy')}</h2>
      <Facts
        facts={[
          {
            term: t('issueTransformer'),
            value: <Link to={`/grid/${part(transformer.id)}`}>{pick(transformer.name)}</Link>,
          },
          { term: t('held'), value: kw(s.heldKw) },
          { term: t('until'), value: s.untilMs === null ? unknownText : timeOfDay(s.untilMs) },
          { term: t('failSafe'), value: kw(s.failSafeKw) },
          { term: t('mayDraw'), value: kw(s.mayDrawKw) },
          { term: t('liveMeasured'), value: kw(s.measuredKw) },
          { term: t('reason'), value: t(reasonWord[s.reason]) },
        ]}
      />
    </div>
  );
}
