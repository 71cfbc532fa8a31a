import type { DatasetView, StressParameters, StressView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, useGet } from '../../../api.js';
import { stressWords } from '../../../i18n/stress.js';
import { useWords } from '../../../i18n/language.js';
import { mayAct, useInfo } from '../../../info.js';
import { Answer, Failure, Waiting } from '../../../parts/states.js';
import { DatasetChoice, useDataset } from '../chosen-dataset.js';
import { SupplyGraph } from './graph.js';
import { Bracket, Days, Sectors } from './result.js';
import { Downloads } from './downloads.js';
import { PairingNotice, usePairing } from './pairing.js';
import { useStudy, type Study } from './study.js';
import '../../../style/plan.css';
import '../../../style/stress.css';

export function Page() {
  const { t } = useWords(stressWords);
  const table = useDataset('ioTable');
  const study = useStudy<StressView>();
  const pairing = usePairing(true);
  return (
    <section className="page">
      <h1>{t('title')}</h1>
      <p className="lead">{t('lead')}</p>
      <DatasetChoice kind="ioTable" />
      <DatasetChoice kind="supplyLinks" />
      <DatasetChoice kind="panel" preferred={pairing.preferred} />
      <PairingNotice of={pairing} />
      {table.id !== null && <Shock key={table.id} tableId={table.id} study={study} />}
      {study.error !== null && <Failure error={study.error} />}
      {study.isBusy && <Waiting />}
      {study.run?.status === 'failed' && <RunFailure study={study} />}
      {study.result !== null && study.run !== null && (
        <>
          <Downloads runId={study.run.id} />
          <Result view={study.result} />
        </>
      )}
    </section>
  );
}

function RunFailure({ study }: { readonly study: Study<StressView> }) {
  const { t } = useWords();
  const error = study.run?.error as { message?: string } | null;
  return (
    <p className="failure" role="alert">
      {t('failed')} {error?.message}
    </p>
  );
}

function Shock({ tableId, study }: { readonly tableId: string; readonly study: Study<StressView> }) {
  const table = useGet<DatasetView>(`/clusters/datasets/${part(tableId)}`, { staleMs: 600_000 });
  return <Answer of={table}>{(view) => <ShockForm table={view} study={study} />}</Answer>;
}

/** The product that most users would ask about first: electronics, else the last sector but one. */
const firstCode = (table: DatasetView) =>
  (table.industries.find((s) => s.code === '20') ?? table.industries[0])?.code ?? '';

function ShockForm({ table, study }: { readonly table: DatasetView; readonly study: Study<StressView> }) {
  const { t, pick } = useWords(stressWords);
  const info = useInfo();
  const pairing = usePairing(true);
  const panel = useDataset('panel', 'panel', pairing.preferred);
  const links = useDataset('supplyLinks');
  const regions = useGet<DatasetView>(panel.id === null ? null : `/clusters/datasets/${part(panel.id)}`, {
    staleMs: 600_000,
  });
  const [code, setCode] = useState(firstCode(table));
  const [cut, setCut] = useState(30);
  const [stockDays, setStockDays] = useState(15);
  const [days, setDays] = useState(180);
  const [spare, setSpare] = useState(10);
  const [region, setRegion] = useState('');
  const hasGraph = panel.id !== null && links.id !== null && pairing.isUsable;
  const may = mayAct(info.data);
  const run = () => {
    const parameters: StressParameters = {
      cuts: [{ code, cut: cut / 100 }],
      days,
      stockDays,
      spare: spare / 100,
      ...(hasGraph ? { panel: panel.id as string, links: links.id as string } : {}),
      ...(hasGraph && region !== '' ? { region } : {}),
    };
    void study.start('clusters.stress', table.id, parameters);
  };
  const number = (label: string, value: number, set: (n: number) => void, range: readonly [number, number]) => (
    <label>
      {label}
      <input
        type="number"
        required
        min={range[0]}
        max={range[1]}
        value={value}
        onChange={(e) => set(Number(e.target.value))}
      />
    </label>
  );
  return (
    <form
      className="card fields"
      aria-label={t('shock')}
      onSubmit={(e) => {
        e.preventDefault();
        run();
      }}
    >
      <label className="wide">
        {t('product')}
        <select value={code} onChange={(e) => setCode(e.target.value)}>
          {table.industries.map((s) => (
            <option key={s.code} value={s.code}>
              {s.code} {pick(s.name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('cutShare')}: {cut} %
        <input type="range" min={0} max={100} step={5} value={cut} onChange={(e) => setCut(Number(e.target.value))} />
      </label>
      {number(t('stockDays'), stockDays, setStockDays, [1, 365])}
      {number(t('daysFollowed'), days, setDays, [10, 1000])}
      {hasGraph && number(`${t('spare')}, %`, spare, setSpare, [0, 500])}
      {hasGraph && (
        <label>
          {t('region')}
          <select value={region} onChange={(e) => setRegion(e.target.value)}>
            <option value="">{t('noRegion')}</option>
            {(regions.data?.regions ?? []).map((r) => (
              <option key={r.code} value={r.code}>
                {pick(r.name)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="actions">
        <button className="primary" disabled={study.isBusy || !may || (panel.id !== null && !pairing.isKnown)}>
          {study.isBusy ? t('running') : t('run')}
        </button>
        {!may && <span className="dim small">{t('mayNotRun')}</span>}
      </div>
    </form>
  );
}

function Result({ view }: { readonly view: StressView }) {
  const { t } = useWords(stressWords);
  return (
    <>
      {view.origin === 'synthetic' && <p className="notice">{t('synthetic')}</p>}
      <Bracket view={view} />
      <Days view={view} />
      <Sectors view={view} />
      {view.network === null ? (
        <p className="notice">{t('noGraph')}</p>
      ) : (
        <SupplyGraph network={view.network} unit={view.unit} />
      )}
    </>
  );
}
