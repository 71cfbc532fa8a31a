import type { StationDetail } from '@qipan/server/contract';
import { figure } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { stationWords } from '../../i18n/stations.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Facts } from '../../parts/facts.js';

type Violation = StationDetail['counters']['violations'][number];

/** What went over the station's socket, and where it broke the protocol. */
export function Counters({ station }: { readonly station: StationDetail }) {
  const { t, lang } = useWords(stationWords);
  const { counters } = station;
  const columns: Column<Violation>[] = [
    { key: 'rule', title: t('rule'), value: (v) => v.rule, show: (v) => <code>{v.rule}</code> },
    { key: 'action', title: t('action'), value: (v) => v.action },
    { key: 'count', title: t('count'), numeric: true, value: (v) => v.count },
  ];
  return (
    <div className="card">
      <h2>{t('counters')}</h2>
      <Facts
        facts={[
          { term: t('framesIn'), value: figure(counters.framesIn, lang) },
          { term: t('framesOut'), value: figure(counters.framesOut, lang) },
          { term: t('bytesIn'), value: figure(counters.bytesIn, lang) },
          { term: t('bytesOut'), value: figure(counters.bytesOut, lang) },
          { term: t('reconnects'), value: figure(counters.reconnects, lang) },
        ]}
      />
      <DataTable
        caption={t('violations')}
        rows={counters.violations}
        columns={columns}
        rowKey={(v) => `${v.rule}/${v.action}`}
        pageSize={10}
        empty={t('noViolations')}
      />
    </div>
  );
}
