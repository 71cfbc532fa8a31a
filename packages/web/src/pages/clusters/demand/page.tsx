import type { ChargingProductView, DatasetView, DemandView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, useGet } from '../../../api.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { mayAct, useInfo } from '../../../info.js';
import { SmallTable, numeric } from '../../../parts/small-table.js';
import { Answer, Failure, Waiting } from '../../../parts/states.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { Downloads } from '../stress/downloads.js';
import { PairingNotice, usePairing } from '../stress/pairing.js';
import { useStudy, type Study } from '../stress/study.js';
import { FromPlan } from './from-plan.js';
import { blankLines, linesToSend, type EditLine } from './lines.js';
import { DemandResult } from './result.js';
import '../../../style/plan.css';
import '../../../style/stress.css';

export function Page() {
  const { t } = useWords(stressWords);
  const table = useDataset('ioTable');
  const products = useGet<readonly ChargingProductView[]>('/clusters/charging-products', { staleMs: 3_600_000 });
  const view = useGet<DatasetView>(table.id === null ? null : `/clusters/datasets/${part(table.id)}`, {
    staleMs: 600_000,
  });
  const study = useStudy<DemandView>();
  const pairing = usePairing(false);
  return (
    <section className="page">
      <h1>{t('demandTitle')}</h1>
      <p className="lead">{t('demandLead')}</p>
      <DatasetChoice kind="ioTable" />
      <DatasetChoice kind="panel" preferred={pairing.preferred} />
      <PairingNotice of={pairing} />
      <Answer of={products}>
        {(rows) =>
          view.data !== undefined && <Form key={view.data.id} table={view.data} products={rows} study={study} />
        }
      </Answer>
      {study.error !== null && <Failure error={study.error} />}
      {study.isBusy && <Waiting />}
      {study.run?.status === 'failed' && (
        <p className="failure" role="alert">
          {t('failed')} {(study.run.error as { message?: string } | null)?.message}
        </p>
      )}
      {study.result !== null && study.run !== null && (
        <>
          <Downloads runId={study.run.id} />
          <DemandResult view={study.result} />
        </>
      )}
    </section>
  );
}

interface FormProps {
  readonly table: DatasetView;
  readonly products: readonly ChargingProductView[];
  readonly study: Study<DemandView>;
}

function Form({ table, products, study }: FormProps) {
  const { t } = useWords(stressWords);
  const info = useInfo();
  const pairing = usePairing(false);
  const panel = useDataset('panel', 'panel', pairing.preferred);
  const [lines, setLines] = useState<readonly EditLine[]>(() => blankLines(products));
  const [year, setYear] = useState(2026);
  const may = mayAct(info.data);
  const known = new Set(table.industries.map((s) => s.code));
  const sent = linesToSend(lines, products);
  const run = () =>
    void study.start('clusters.demand', table.id, {
      year,
      lines: sent,
      ...(panel.id === null || !pairing.isUsable ? {} : { panel: panel.id }),
    });
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        run();
      }}
    >
      <FromPlan
        onFill={(bought, planYear) => {
          setYear(planYear);
          setLines(lines.map((l) => ({ ...l, bought: bought[l.product] ?? 0 })));
        }}
      />
      <div className="card">
        <SmallTable
          label={t('lines', { unit: t('tenThousandYuan') })}
          head={[t('productCol'), t('sector'), t('bought'), t('displaced'), t('imported'), numeric(t('marginsCol'))]}
          className="demand-lines"
        >
          <tbody>
            {lines.map((line, k) => (
              <LineRow
                key={line.product}
                line={line}
                product={products[k] as ChargingProductView}
                isKnown={known.has((products[k] as ChargingProductView).sectorCode)}
                onChange={(next) => setLines(lines.map((l, i) => (i === k ? next : l)))}
              />
            ))}
          </tbody>
        </SmallTable>
        <p className="small dim">{t('marginsHint')}</p>
        <div className="actions">
          <label className="inline">
            {t('planYear')}{' '}
            <input type="number" min={1900} max={2200} value={year} onChange={(e) => setYear(Number(e.target.value))} />
          </label>
          <button
            className="primary"
            disabled={study.isBusy || !may || sent.length === 0 || (panel.id !== null && !pairing.isKnown)}
          >
            {study.isBusy ? t('running') : t('compute')}
          </button>
          {!may && <span className="dim small">{t('mayNotRun')}</span>}
        </div>
      </div>
    </form>
  );
}

interface RowProps {
  readonly line: EditLine;
  readonly product: ChargingProductView;
  readonly isKnown: boolean;
  readonly onChange: (line: EditLine) => void;
}

function LineRow({ line, product, isKnown, onChange }: RowProps) {
  const { t, pick } = useWords(stressWords);
  const name = pick(product.name);
  const money = (key: 'bought' | 'displaced', label: string) => (
    <input
      type="number"
      min={0}
      step="any"
      disabled={!isKnown}
      aria-label={`${name}: ${label}`}
      value={line[key]}
      onChange={(e) => onChange({ ...line, [key]: Number(e.target.value) })}
    />
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {product.sectorCode}
        {!isKnown && <span className="bad"> {t('noSuchSector')}</span>}
      </td>
      <td>{money('bought', t('bought'))}</td>
      <td>{money('displaced', t('displaced'))}</td>
      <td>
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          aria-label={`${name}: ${t('imported')}`}
          value={line.importPercent}
          onChange={(e) => onChange({ ...line, importPercent: e.target.value })}
        />{' '}
        %
      </td>
      <td className="numeric">
        {Math.round(100 * (product.tradeMargin + product.transportMargin))} % · {Math.round(100 * product.taxShare)} %
      </td>
    </tr>
  );
}
