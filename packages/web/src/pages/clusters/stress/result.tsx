import type { StressView } from '@qipan/server/contract';
import { figure, percent } from '../../../format.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';
import { LinePlot, type Line } from '../../../parts/line-plot.js';
import { amount } from './amount.js';

interface Props {
  readonly view: StressView;
}

/** The bracket as two figures and a bar, and what binds at its upper end. */
export function Bracket({ view }: Props) {
  const { t, lang } = useWords(stressWords);
  const share = (x: number | null) => (x === null ? null : x / view.valueAdded);
  const of = (x: number | null) => t('ofAll', { share: percent(share(x), lang, 3) });
  const names = useSectorNames(view);
  const columns: Column<StressView['binding'][number]>[] = [
    { key: 'kind', title: t('kind'), value: (b) => t(b.kind) },
    { key: 'sector', title: t('sector'), value: (b) => names(b.code) },
    { key: 'price', title: t('price'), numeric: true, value: (b) => b.price, show: (b) => figure(b.price, lang, 3) },
  ];
  return (
    <div className="card">
      <h2>{t('bracket')}</h2>
      <Facts
        className="facts big"
        facts={[
          { term: t('lower'), value: amount(view.lower, view.unit, lang), hint: t('lowerHint') },
          { term: t('upper'), value: amount(view.upper, view.unit, lang), hint: t('upperHint') },
          { term: t('missing'), value: amount(view.missingImports, view.unit, lang) },
        ]}
      />
      <RangeBar view={view} />
      <p className="small dim">
        {t('lower')}: {of(view.lower)}. {t('lowerHint')}
        <br />
        {t('upper')}: {of(view.upper)}. {t('upperHint')}
        <br />
        <strong>{view.isOrdered ? t('between') : t('crossed')}</strong> {t('engine', { engine: view.engine })}
      </p>
      <DataTable
        caption={t('binding')}
        rows={view.binding}
        columns={columns}
        rowKey={(b) => `${b.kind}/${b.code}`}
        pageSize={8}
      />
      <p className="small dim">{t('bindingHint')}</p>
    </div>
  );
}

/** From nothing to twice the upper bound or a hundredth of all, with the bracket marked. */
function RangeBar({ view }: Props) {
  const { t, lang } = useWords(stressWords);
  if (view.upper === null || !view.isOrdered) return null;
  const whole = Math.max(view.upper * 1.25, 1e-9);
  const at = (x: number) => (100 * x) / whole;
  const label = `${t('bracket')}: ${amount(view.lower, view.unit, lang)} – ${amount(view.upper, view.unit, lang)}`;
  return (
    <svg className="range-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect className="whole" x={0} y={2} width={100} height={2} />
      <rect
        className="between"
        x={at(view.lower)}
        y={1}
        width={Math.max(0.5, at(view.upper) - at(view.lower))}
        height={4}
      />
    </svg>
  );
}

function useSectorNames(view: StressView): (code: string) => string {
  const { pick } = useWords(stressWords);
  return (code) => {
    const found = view.sectors.find((s) => s.code === code);
    return found === undefined ? code : `${code} ${pick(found.name)}`;
  };
}

const colours = ['--accent', '--bad', '--warn', '--good', '--ink-2'];

/** Output day by day: the economy and the sectors that fall furthest. */
export function Days({ view }: Props) {
  const { t, lang } = useWords(stressWords);
  const names = useSectorNames(view);
  const x = view.days.valueAdded.map((_, d) => d);
  const lines: Line[] = [
    { label: t('allSectors'), x, y: view.days.valueAdded, colour: colours[0] as string },
    ...view.days.worst.map((w, k) => ({
      label: names(w.code),
      x,
      y: w.output,
      colour: colours[(k + 1) % colours.length] as string,
    })),
  ];
  const rows = x.filter((d) => d % 15 === 0 || d === x.length - 1);
  const columns: Column<number>[] = [
    { key: 'day', title: t('day'), numeric: true, value: (d) => d },
    ...lines.map((l, k) => ({
      key: String(k),
      title: l.label,
      numeric: true,
      value: (d: number) => l.y[d] ?? null,
      show: (d: number) => percent(l.y[d], lang),
    })),
  ];
  return (
    <div className="card">
      <h2>{t('path')}</h2>
      <p className="dim">
        {t('pathHint', { days: view.days.stockDays, loss: amount(view.days.loss, view.unit, lang) })}{' '}
        {view.days.isOscillating && <strong>{t('oscillates')}</strong>}
      </p>
      <LinePlot
        label={t('path')}
        lines={lines}
        isTime={false}
        xName={t('day')}
        xText={(d) => figure(d, lang)}
        yText={(y) => percent(y, lang, 0)}
        height={260}
        fromZero
      />
      <details>
        <summary>{t('pathTable')}</summary>
        <DataTable caption={t('path')} rows={rows} columns={columns} rowKey={String} isTitled />
      </details>
    </div>
  );
}

type Sector = StressView['sectors'][number];

export function Sectors({ view }: Props) {
  const { t, pick, lang } = useWords(stressWords);
  const names = useSectorNames(view);
  const money = (x: number | null) => amount(x, view.unit, lang);
  const columns: Column<Sector>[] = [
    { key: 'sector', title: t('sector'), value: (s) => `${s.code} ${pick(s.name)}` },
    {
      key: 'importShare',
      title: t('importShare'),
      numeric: true,
      value: (s) => s.importShare,
      show: (s) => percent(s.importShare, lang),
    },
    { key: 'lower', title: t('lower'), numeric: true, value: (s) => s.lower, show: (s) => money(s.lower) },
    { key: 'upper', title: t('upper'), numeric: true, value: (s) => s.upper, show: (s) => money(s.upper) },
    {
      key: 'firstDay',
      title: t('firstDay'),
      numeric: true,
      value: (s) => s.firstDay,
      show: (s) => (s.firstDay === null ? <span className="dim">{t('never')}</span> : t('dayN', { n: s.firstDay })),
    },
    {
      key: 'heldBy',
      title: t('heldBy'),
      value: (s) => (s.heldBy === null ? null : names(s.heldBy)),
    },
  ];
  return (
    <div className="card">
      <h2>{t('bySector')}</h2>
      <DataTable
        caption={t('bySector')}
        rows={view.sectors}
        columns={columns}
        rowKey={(s) => s.code}
        sort={{ key: 'upper', descending: true }}
        pageSize={12}
        searchable
        isTitled
      />
    </div>
  );
}
