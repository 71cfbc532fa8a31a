import type { FailureView, PairLabel, RegionStressView, SupplyNetworkView } from '@qipan/server/contract';
import { figure, percent } from '../../../format.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { amount } from './amount.js';

interface Props {
  readonly network: SupplyNetworkView;
  readonly unit: string;
}

/** What everything hangs on, and the same regions by what they are good at. */
export function SupplyGraph(props: Props) {
  const { t, pick, lang } = useWords(stressWords);
  const { network } = props;
  return (
    <>
      {network.chosen !== null && <Chosen {...props} chosen={network.chosen} />}
      <Points {...props} />
      <Beside {...props} />
      <Pairs {...props} />
      <div className="card">
        <h2>{t('assumptions')}</h2>
        <p>{t('articulation', { n: figure(network.articulationCount, lang) })}</p>
        <ul className="notes">
          {network.assumptions.map((a) => (
            <li key={a.en}>{pick(a)}</li>
          ))}
        </ul>
      </div>
    </>
  );
}

function usePairText(): (p: PairLabel) => string {
  const { pick, lang } = useWords(stressWords);
  return (p) => (lang === 'zh' ? `${pick(p.region)}·${pick(p.industry)}` : `${pick(p.region)}, ${pick(p.industry)}`);
}

function Chosen({ chosen, unit }: Props & { readonly chosen: FailureView }) {
  const { t, pick, lang } = useWords(stressWords);
  const pair = usePairText();
  return (
    <div className="card">
      <h2>{t('chosenTitle', { region: pick(chosen.region) })}</h2>
      <p>
        {t('lossAll')}: {amount(chosen.loss, unit, lang)} · {t('knockOn')}: {amount(chosen.knockOn, unit, lang)}
      </p>
      {chosen.hit.length === 0 ? (
        <p className="dim">{t('chosenNone')}</p>
      ) : (
        <ul className="notes">
          {chosen.hit.map((h) => (
            <li key={h.regionCode + h.industryCode}>
              {pair(h)}: {amount(h.loss, unit, lang)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Points({ network, unit }: Props) {
  const { t, pick, lang } = useWords(stressWords);
  const pair = usePairText();
  const what = (p: FailureView) =>
    `${pick(p.region)}${lang === 'zh' ? '·' : ', '}${p.industry === null ? t('wholeRegion') : pick(p.industry)}`;
  const some = (list: readonly PairLabel[]) =>
    list
      .slice(0, 3)
      .map(pair)
      .join(lang === 'zh' ? '；' : '; ');
  const columns: Column<FailureView>[] = [
    { key: 'what', title: t('fails'), value: what },
    {
      key: 'knockOn',
      title: t('knockOn'),
      numeric: true,
      value: (p) => p.knockOn,
      show: (p) => amount(p.knockOn, unit, lang),
    },
    { key: 'hit', title: t('whoIsHit'), value: (p) => some(p.hit) },
    {
      key: 'cover',
      title: t('cover'),
      numeric: true,
      value: (p) => p.daysOfCover,
      show: (p) => figure(p.daysOfCover, lang, 1),
    },
    {
      key: 'others',
      title: t('otherMakers'),
      value: (p) => some(p.alternatives),
      show: (p) => (p.alternatives.length === 0 ? <strong>{t('nobody')}</strong> : some(p.alternatives)),
    },
    {
      key: 'replaceable',
      title: t('replaceable'),
      numeric: true,
      value: (p) => p.replaceable,
      show: (p) => percent(p.replaceable, lang, 0),
    },
  ];
  return (
    <div className="card">
      <h2>{t('points')}</h2>
      <p className="dim">{t('pointsHint')}</p>
      <DataTable
        caption={t('points')}
        rows={network.points}
        columns={columns}
        rowKey={(p) => `${p.kind}/${p.regionCode}/${p.industryCode}`}
        pageSize={15}
        searchable
        isTitled
      />
    </div>
  );
}

function Beside({ network, unit }: Props) {
  const { t, pick, lang } = useWords(stressWords);
  const pair = usePairText();
  const columns: Column<RegionStressView>[] = [
    { key: 'region', title: t('regionCol'), value: (r) => pick(r.region) },
    {
      key: 'knockOn',
      title: t('knockOn'),
      numeric: true,
      value: (r) => r.knockOn,
      show: (r) => amount(r.knockOn, unit, lang),
    },
    {
      key: 'worst',
      title: t('worst'),
      value: (r) => (r.worst === null || r.worstKnockOn === 0 ? null : pair(r.worst)),
    },
    {
      key: 'single',
      title: t('singleSourced'),
      numeric: true,
      value: (r) => r.singleSourced,
      show: (r) => percent(r.singleSourced, lang, 0),
    },
    {
      key: 'importShare',
      title: t('importShare'),
      numeric: true,
      value: (r) => r.importShare,
      show: (r) => percent(r.importShare, lang),
    },
    {
      key: 'good',
      title: t('specialised'),
      value: (r) =>
        r.specialisation.map((s) => `${pick(s.name)} ${figure(s.quotient, lang, 1)}`).join(lang === 'zh' ? '；' : '; '),
    },
  ];
  return (
    <div className="card">
      <h2>{t('beside')}</h2>
      <p className="dim">{t('besideHint')}</p>
      <DataTable
        caption={t('beside')}
        rows={network.beside}
        columns={columns}
        rowKey={(r) => r.regionCode}
        pageSize={15}
        searchable
        isTitled
      />
    </div>
  );
}

function Pairs({ network, unit }: Props) {
  const { t, lang } = useWords(stressWords);
  const pair = usePairText();
  type Row = SupplyNetworkView['pairs'][number];
  const columns: Column<Row>[] = [
    { key: 'pair', title: t('pair'), value: (p) => `${pair(p.a)} + ${pair(p.b)}` },
    {
      key: 'together',
      title: t('together'),
      numeric: true,
      value: (p) => p.loss,
      show: (p) => amount(p.loss, unit, lang),
    },
    { key: 'extra', title: t('extra'), numeric: true, value: (p) => p.extra, show: (p) => amount(p.extra, unit, lang) },
  ];
  if (network.pairs.length === 0) return null;
  return (
    <div className="card">
      <h2>{t('pairs')}</h2>
      <DataTable
        caption={t('pairs')}
        rows={network.pairs}
        columns={columns}
        rowKey={(p) => pair(p.a) + pair(p.b)}
        isTitled
      />
    </div>
  );
}
