import type { BacktestView, ForecasterView } from '@qipan/server/contract';
import { useGet } from '../../../api.js';
import { figure, percent } from '../../../format.js';
import { forecastWords } from '../../../i18n/cluster-forecast.js';
import { useWords } from '../../../i18n/language.js';
import { DataTable, type Column } from '../../../parts/data-table.js';
import { Facts } from '../../../parts/facts.js';
import { address } from '../../../router.js';
import type { PageProps } from '../../page-props.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { ForecastFailure } from './failure.js';
import { AucPlot, CalibrationPlot } from './plots.js';
import '../../../style/clusters.css';
import '../../../style/cluster-rules.css';

type Coefficient = BacktestView['coefficients'][number];

/** Whether the model of entry or exit is worth anything in a panel, said first; the figures behind it below. */
export function Page({ query }: PageProps) {
  const { t } = useWords(forecastWords);
  const { id, all } = useDataset('panel', 'dataset');
  const kind = query.get('kind') === 'exit' ? 'exit' : 'entry';
  const absentBelow = query.get('absentBelow') === '1' ? '1' : '0.5';
  const path =
    id === null ? null : `/clusters/backtest?${new URLSearchParams({ dataset: id, kind, absentBelow }).toString()}`;
  const answer = useGet<BacktestView>(path, { staleMs: 3_600_000 });
  const choose = (name: string, value: string) => {
    globalThis.location.hash = address('/clusters/backtest', { ...Object.fromEntries(query), [name]: value });
  };
  return (
    <section className="page">
      <h1>{t('backtestTitle')}</h1>
      <p className="lead">{t('backtestLead')}</p>
      <DatasetChoice kind="panel" name="dataset" />
      <div className="table-tools">
        <label className="inline">
          <span>{t('kind')}</span>
          <select value={kind} onChange={(e) => choose('kind', e.target.value)}>
            <option value="entry">{t('entry')}</option>
            <option value="exit">{t('exit')}</option>
          </select>
        </label>
        <label className="inline">
          <span>{t('absentBelow')}</span>
          <select value={absentBelow} onChange={(e) => choose('absentBelow', e.target.value)}>
            <option value="0.5">{t('hysteresis')}</option>
            <option value="1">{t('noHysteresis')}</option>
          </select>
        </label>
      </div>
      {answer.data ? (
        <Result view={answer.data} isSynthetic={all?.find((d) => d.id === id)?.dataLevel === 'synthetic'} />
      ) : answer.error ? (
        <ForecastFailure error={answer.error} retry={() => void answer.refetch()} />
      ) : (
        id !== null && (
          <p className="waiting" role="status">
            {t('computing')}
          </p>
        )
      )}
    </section>
  );
}

const tone = { adds: 'good', addsLittle: 'warn', beaten: 'bad', addsNothing: 'bad', unknown: 'warn' } as const;

/** The verdict in a sentence, with how it was tested. */
export function VerdictCard({
  view,
}: {
  readonly view: Pick<BacktestView, 'verdict' | 'status'> & Partial<Pick<BacktestView, 'tested'>>;
}) {
  const { t, pick } = useWords(forecastWords);
  const { code, sentence } = view.verdict;
  return (
    <div className={`verdict ${tone[code]}`} role="status" data-testid="verdict">
      <strong>{t(code === 'unknown' ? 'unknownVerdict' : code)}</strong>
      <p>{pick(sentence)}</p>
      {view.tested && (
        <p className="small">
          {view.status === 'OUT_OF_TIME'
            ? t('outOfTime', {
                fittedTo: view.tested.fittedTo ?? '?',
                from: view.tested.from ?? '?',
                to: view.tested.to ?? '?',
              })
            : t('noOutOfTime', { folds: view.tested.folds ?? '?' })}
        </p>
      )}
    </div>
  );
}

function Result({ view, isSynthetic }: { readonly view: BacktestView; readonly isSynthetic: boolean }) {
  const { t, lang, pick } = useWords(forecastWords);
  const { tested } = view;
  const model = view.forecasters[0] as ForecasterView;
  return (
    <>
      <VerdictCard view={view} />
      {isSynthetic && <p className="notice">{t('syntheticHint')}</p>}
      <Facts
        className="facts big"
        facts={[
          { term: t('testedCells'), value: figure(tested.rows, lang) },
          { term: t('events'), value: figure(tested.events, lang) },
          { term: t('unrelated'), value: percent(view.unrelatedShare, lang) },
        ]}
      />
      <h2>{t('ranks')}</h2>
      <p className="dim small">{t('ranksHint')}</p>
      <AucPlot forecasters={view.forecasters} />
      <Forecasters rows={view.forecasters} />
      <h2>{t('calibration')}</h2>
      <CalibrationPlot bins={model.calibration} />
      <Calibration bins={model.calibration} />
      <h2>{t('coefficients')}</h2>
      <Coefficients rows={view.coefficients} />
      <h2>{t('changes')}</h2>
      <Changes rows={view.counts} />
      {view.leftOutFeatures.length > 0 && (
        <>
          <h3>{t('leftOutFeatures')}</h3>
          <ul className="plain lines">
            {view.leftOutFeatures.map((l) => (
              <li key={l.feature}>
                {t(l.feature as 'neighbours')}: {pick(l.reason)}
              </li>
            ))}
          </ul>
        </>
      )}
      {view.leftOut.some((l) => l.regions.length > 0) && (
        <details>
          <summary>{t('leftOut')}</summary>
          {view.leftOut.map((l) => (
            <p key={l.year} className="small">
              {l.year}: {l.regions.length} — {l.regions.join(lang === 'zh' ? '、' : ', ')}
            </p>
          ))}
        </details>
      )}
    </>
  );
}

function Forecasters({ rows }: { readonly rows: readonly ForecasterView[] }) {
  const { t, lang, pick } = useWords(forecastWords);
  const number = (
    key: string,
    title: string,
    of: (f: ForecasterView) => number | null,
    digits = 3,
  ): Column<ForecasterView> => ({
    key,
    title,
    value: of,
    show: (f) => figure(of(f), lang, digits),
    numeric: true,
  });
  const span = (x: ForecasterView['auc']) => (x ? `${figure(x.lower, lang, 3)} – ${figure(x.upper, lang, 3)}` : '—');
  return (
    <DataTable
      caption={t('ranks')}
      isTitled
      rows={rows}
      rowKey={(f) => f.name}
      columns={[
        { key: 'name', title: t('forecaster'), value: (f) => pick(f.words) },
        number('auc', t('auc'), (f) => f.auc?.value ?? null),
        {
          key: 'interval',
          title: t('interval'),
          value: (f) => f.auc?.lower ?? null,
          show: (f) => span(f.auc),
          numeric: true,
        },
        {
          key: 'lead',
          title: t('lead'),
          value: (f) => f.aucGain?.value ?? null,
          show: (f) => span(f.aucGain),
          numeric: true,
        },
        number('prAuc', t('prAuc'), (f) => f.prAuc),
        number('brier', t('brier'), (f) => f.brier?.score ?? null, 4),
        number('slope', t('slope'), (f) => f.slope, 2),
        number('top', t('top', { k: 3 }), (f) => f.top.find((x) => x.k === 3)?.precision ?? null),
      ]}
    />
  );
}

type Bin = ForecasterView['calibration'][number];

function Calibration({ bins }: { readonly bins: readonly Bin[] }) {
  const { t, lang } = useWords(forecastWords);
  return (
    <DataTable
      caption={t('calibration')}
      isTitled
      rows={bins}
      rowKey={(b) => String(b.forecast)}
      columns={[
        {
          key: 'forecast',
          title: t('forecast'),
          value: (b) => b.forecast,
          show: (b) => percent(b.forecast, lang),
          numeric: true,
        },
        {
          key: 'observed',
          title: t('observed'),
          value: (b) => b.observed,
          show: (b) => percent(b.observed, lang),
          numeric: true,
        },
        {
          key: 'interval',
          title: t('interval'),
          value: (b) => b.lower,
          show: (b) => `${percent(b.lower, lang)} – ${percent(b.upper, lang)}`,
          numeric: true,
        },
        { key: 'n', title: t('cells'), value: (b) => b.n, show: (b) => figure(b.n, lang), numeric: true },
      ]}
    />
  );
}

function Coefficients({ rows }: { readonly rows: readonly Coefficient[] }) {
  const { t, lang } = useWords(forecastWords);
  return (
    <DataTable
      caption={t('coefficients')}
      isTitled
      rows={rows}
      rowKey={(c) => c.name}
      columns={[
        { key: 'name', title: t('feature'), value: (c) => t(c.name as 'intercept') },
        {
          key: 'value',
          title: t('perDeviation'),
          value: (c) => c.perDeviation,
          show: (c) => figure(c.perDeviation, lang, 3),
          numeric: true,
        },
        {
          key: 'error',
          title: t('standardError'),
          value: (c) => c.standardError,
          show: (c) => figure(c.standardError, lang, 3),
          numeric: true,
        },
      ]}
    />
  );
}

type Change = BacktestView['counts'][number];

function Changes({ rows }: { readonly rows: readonly Change[] }) {
  const { t, lang } = useWords(forecastWords);
  const count = (key: 'regions' | 'industries' | 'present' | 'atRisk' | 'entries' | 'exits'): Column<Change> => ({
    key,
    title: t(key),
    value: (c) => c[key],
    show: (c) => figure(c[key], lang),
    numeric: true,
  });
  return (
    <DataTable
      caption={t('changes')}
      isTitled
      rows={rows}
      rowKey={(c) => `${c.from} ${c.to}`}
      columns={[
        { key: 'step', title: t('step'), value: (c) => `${c.from} → ${c.to}` },
        count('regions'),
        count('industries'),
        count('present'),
        count('atRisk'),
        count('entries'),
        count('exits'),
        {
          key: 'rate',
          title: t('entryRate'),
          value: (c) => c.entryRate,
          show: (c) => percent(c.entryRate, lang, 2),
          numeric: true,
        },
        {
          key: 'unknown',
          title: t('unknownCells'),
          value: (c) => c.unknown,
          show: (c) => figure(c.unknown, lang),
          numeric: true,
        },
      ]}
    />
  );
}
