import type { DataLevel } from '@qipan/base';
import type { BoardView, PlanView, VillageWhy } from '@qipan/server/contract';
import { part, useGet } from '../../api.js';
import { figure, money, percent, quantity, unknownText } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { constraintText } from '../../i18n/constraints.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { unitText } from '../../i18n/units.js';
import type { Language } from '../../i18n/words.js';
import { villageByPlace } from '../../map/features.js';
import { Level } from '../../parts/badges.js';
import { Facts } from '../../parts/facts.js';
import { SmallTable, YearRow, numeric } from '../../parts/small-table.js';
import { Answer } from '../../parts/states.js';
import { Link } from '../../router.js';
import { PanelHead } from './panel-head.js';

export interface VillagePanelProps {
  readonly board: BoardView;
  readonly plan: PlanView | null;
  readonly placeId: string;
  readonly onClose: () => void;
}

/** One village: when it is covered, and which constraint with which numbers decided so. */
export function VillagePanel({ board, plan, placeId, onClose }: VillagePanelProps) {
  const { t } = useWords({ ...boardWords, ...states });
  const i = board.place.id.indexOf(placeId);
  const why = useGet<VillageWhy>(plan === null ? null : `/runs/${part(plan.runId)}/villages/${part(placeId)}/why`, {
    staleMs: 3_600_000,
  });
  const row = villageByPlace(plan).get(i);
  const quality = board.place.positionQuality[i];
  return (
    <section className="panel" aria-labelledby="panel-title">
      <PanelHead
        title={board.place.name[i] ?? placeId}
        below={board.region.name[board.place.region[i] as number] ?? ''}
        onClose={onClose}
      />
      {quality === 'synthetic' && (
        <p className="small dim">
          {t('positionIndicative')} <Level level="synthetic" />
        </p>
      )}
      {quality === 'seat' && <p className="small dim">{t('positionSeat')}</p>}
      {row !== undefined && (
        <p className={row.coveredYear === null ? 'verdict none' : 'verdict'}>
          {row.coveredYear === null ? t('notCovered') : t('coveredIn', { year: row.coveredYear })}
        </p>
      )}
      {plan === null ? (
        <p>{t('noPlan')}</p>
      ) : (
        <Answer of={why}>
          {(data) => <Why why={data} plan={plan} populationLevel={board.place.dataLevel[i] ?? data.dataLevel} />}
        </Answer>
      )}
    </section>
  );
}

interface WhyProps {
  readonly why: VillageWhy;
  readonly plan: PlanView;
  readonly populationLevel: DataLevel;
}

function Why({ why, plan, populationLevel }: WhyProps) {
  const { t, pick, lang } = useWords({ ...boardWords, ...states });
  const row = plan.villages.find((v) => v.place === why.place);
  const nearest = row?.nearestSite === null || row === undefined ? undefined : plan.sites[row.nearestSite];
  return (
    <>
      <h3>{t('why')}</h3>
      <p className="sentence" data-testid="why">
        {pick(why.sentence)}
      </p>
      <Facts
        facts={[
          { term: t('reason'), value: t(why.reason) },
          {
            term: t('population'),
            value: (
              <>
                {figure(why.population, lang)} <Level level={populationLevel} />
              </>
            ),
          },
          {
            term: t('nearest'),
            value:
              nearest === undefined ? (
                unknownText
              ) : (
                <Link to="/" query={{ run: plan.runId, site: nearest.id }}>
                  {nearest.name}
                </Link>
              ),
          },
          {
            term: t('travel'),
            value:
              row === undefined || row.travelMin === null
                ? unknownText
                : `${figure(row.travelMin, lang, 1)} ${t('minutes')}`,
          },
          ...(why.costToCover === null
            ? []
            : [
                {
                  term: t('costToCover'),
                  value: t('atLeast', { amount: money(why.costToCover.atLeast, why.costToCover.unit, lang) }),
                },
              ]),
        ]}
      />
      {why.binding.length > 0 && <Binding why={why} />}
      {why.servingSites.length > 0 && <Serving why={why} />}
      <Demand why={why} plan={plan} />
    </>
  );
}

/** Money as money, anything else with its unit in the reader's language. */
const amountOf = (x: number, unit: string, lang: Language) =>
  /^[A-Z]{3}(\/\d{4})?$/.test(unit) ? money(x, unit, lang) : quantity(x, unitText(unit, lang), lang);

function Binding({ why }: { readonly why: VillageWhy }) {
  const { t, lang } = useWords(boardWords);
  return (
    <SmallTable
      label={t('binding')}
      head={[t('constraint'), numeric(t('needed')), numeric(t('available')), numeric(t('price'))]}
    >
      <tbody>
        {why.binding.map((b) => (
          <tr key={`${b.constraint}/${b.where}/${b.year}`}>
            <td>
              {constraintText(b.constraint, lang)}
              <br />
              <small className="dim">
                {b.where} · {b.year}
              </small>
            </td>
            <td className="numeric">{amountOf(b.needed, b.unit, lang)}</td>
            <td className="numeric">{amountOf(b.available, b.unit, lang)}</td>
            <td className="numeric">{b.price === null ? unknownText : quantity(b.price, '', lang).trim()}</td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Serving({ why }: { readonly why: VillageWhy }) {
  const { t, lang } = useWords(boardWords);
  return (
    <SmallTable
      label={t('servingSites')}
      head={[t('site'), numeric(t('year')), numeric(t('travel')), numeric(t('share'))]}
    >
      <tbody>
        {why.servingSites.map((s) => (
          <tr key={`${s.siteId}/${s.year}`}>
            <td>{s.name}</td>
            <td className="numeric">{s.year}</td>
            <td className="numeric">
              {figure(s.travelMin, lang, 1)} {t('minutes')}
            </td>
            <td className="numeric">{percent(s.share, lang)}</td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Demand({ why, plan }: { readonly why: VillageWhy; readonly plan: PlanView }) {
  const { t, lang } = useWords(boardWords);
  return (
    <SmallTable
      label={t('demand')}
      caption={
        <>
          {t('demand')} <Level level={why.dataLevel} />
        </>
      }
      head={[t('year'), ...plan.years.map(numeric)]}
    >
      <tbody>
        <YearRow name={t('evs')} values={why.evCountByYear.map((n) => figure(n, lang, n < 10 ? 1 : 0))} />
        <YearRow
          name={t('energyPerDay')}
          values={why.energyKwhPerDayByYear.map((n) => figure(n, lang, n < 100 ? 1 : 0))}
        />
      </tbody>
    </SmallTable>
  );
}
