import type { PlanView, SummaryView } from '@qipan/server/contract';
import { figure, gapText, percent, unknownText } from '../../format.js';
import { boardWords } from '../../i18n/board.js';
import { useWords } from '../../i18n/language.js';
import { Facts, type Fact } from '../../parts/facts.js';

export interface FiguresProps {
  readonly summary: SummaryView | undefined;
  readonly plan: PlanView | null;
  readonly yearIndex: number;
}

/** The figures above the map: the fleet as it is now, and the plan in the year that is looked at. */
export function Figures({ summary, plan, yearIndex }: FiguresProps) {
  const { t, lang } = useWords(boardWords);
  const status = (name: string) => figure(summary === undefined ? null : (summary.connectorsByStatus[name] ?? 0), lang);
  const facts: Fact[] = [
    {
      term: t('figStations'),
      value:
        summary === undefined
          ? unknownText
          : `${figure(summary.byLiveness.connected, lang)} / ${figure(summary.stations, lang)}`,
    },
    { term: t('figFree'), value: status('Available') },
    { term: t('figOccupied'), value: status('Occupied') },
    { term: t('figFaulted'), value: status('Faulted') },
    { term: t('figPower'), value: summary === undefined ? unknownText : `${figure(summary.powerKw, lang)} kW` },
    {
      term: t('figEnergy'),
      value: summary === undefined ? unknownText : `${figure(summary.energyTodayKwh, lang)} kWh`,
    },
    { term: t('figSessions'), value: figure(summary?.sessionsToday, lang) },
  ];
  const year = plan?.costByYear[yearIndex];
  if (plan !== null && year !== undefined)
    facts.push(
      { term: t('figCovered', { year: year.year }), value: percent(year.coveredShare, lang) },
      { term: t('figSites', { year: year.year }), value: figure(year.sites, lang) },
      { term: t('figGap'), value: gapText(plan.gap, lang), hint: t('figGapHint') },
    );
  return <Facts facts={facts} label={t('figures')} className="figures" />;
}
