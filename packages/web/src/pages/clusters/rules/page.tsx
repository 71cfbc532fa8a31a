import type { EvidenceRowView, RuleAnswer, RulePackView } from '@qipan/server/contract';
import { useState } from 'react';
import { get, part, post, useGet } from '../../../api.js';
import { ruleWords } from '../../../i18n/cluster-rules.js';
import { useWords } from '../../../i18n/language.js';
import { Answer, Failure } from '../../../parts/states.js';
import { Tabs } from '../../../parts/tabs.js';
import { useDataset } from '../chosen-dataset.js';
import { linesOf, metricsOf, typedRows } from './evidence.js';
import { unitWord } from './unit-word.js';
import { Verdicts } from './verdicts.js';
import '../../../style/clusters.css';
import '../../../style/cluster-rules.css';

const own = 'own';

/** Figures against a pack of rules: pass, fail or unknown, gaps, and the cheapest change. */
export function Page() {
  const { t } = useWords(ruleWords);
  const packs = useGet<readonly RulePackView[]>('/clusters/rule-packs', { staleMs: 3_600_000 });
  return (
    <section className="page">
      <h1>{t('rulesTitle')}</h1>
      <p className="lead">{t('rulesLead')}</p>
      <Answer of={packs}>{(list) => <Evaluation packs={list} />}</Answer>
    </section>
  );
}

function Evaluation({ packs }: { readonly packs: readonly RulePackView[] }) {
  const { t, pick } = useWords(ruleWords);
  const [chosen, setChosen] = useState(packs[0]?.id ?? own);
  const [json, setJson] = useState('');
  const [year, setYear] = useState(new Date().getFullYear() - 1);
  const [answer, setAnswer] = useState<RuleAnswer | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const pack = packs.find((p) => p.id === chosen);
  const evaluate = (rows: readonly EvidenceRowView[]) => {
    setProblem(null);
    const ask = async () => {
      if (rows.length === 0) throw new Error(t('nothingGiven'));
      const asked = pack ? pack.id : packFrom(json, t('badJson'));
      setAnswer(await post<RuleAnswer>('/clusters/rules/evaluate', { pack: asked, year, rows }));
    };
    ask().catch((e: unknown) => {
      setAnswer(null);
      setProblem(e);
    });
  };
  return (
    <>
      <div className="table-tools">
        <label className="inline">
          <span>{t('pack')}</span>
          <select
            value={chosen}
            onChange={(e) => {
              setChosen(e.target.value);
              setAnswer(null);
            }}
          >
            {packs.map((p) => (
              <option key={p.id} value={p.id}>
                {pick(p.name)}
              </option>
            ))}
            <option value={own}>{t('ownPack')}</option>
          </select>
        </label>
        <label className="inline">
          <span>{t('asOf')}</span>
          <input type="number" min={1900} max={2100} value={year} onChange={(e) => setYear(Number(e.target.value))} />
        </label>
      </div>
      {pack ? (
        <About pack={pack} />
      ) : (
        <label className="evidence-form">
          <span>{t('packJson')}</span>
          <textarea value={json} spellCheck={false} onChange={(e) => setJson(e.target.value)} />
        </label>
      )}
      <EvidenceForm pack={pack ?? null} year={year} onEvaluate={evaluate} />
      {problem !== null && <Failure error={problem} />}
      {answer && <Verdicts answer={answer} />}
    </>
  );
}

function packFrom(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(complaint);
  }
}

function About({ pack }: { readonly pack: RulePackView }) {
  const { t, pick } = useWords(ruleWords);
  const open = pack.criteria.filter((c) => !c.confirmed).length;
  return (
    <div className="notice">
      <p>{t('unconfirmedHint', { n: open, all: pack.criteria.length })}</p>
      {pack.note && <p>{pick(pack.note)}</p>}
      <p className="small dim">
        {t('source')}: {pack.source}
      </p>
    </div>
  );
}

interface EvidenceFormProps {
  readonly pack: RulePackView | null;
  readonly year: number;
  readonly onEvaluate: (rows: readonly EvidenceRowView[]) => void;
}

function EvidenceForm({ pack, year, onEvaluate }: EvidenceFormProps) {
  const { t } = useWords(ruleWords);
  const [way, setWay] = useState<'type' | 'import'>('type');
  const shown = pack === null ? 'import' : way;
  const tabs = [
    ...(pack === null ? [] : [{ key: 'type' as const, title: t('typeIn') }]),
    { key: 'import' as const, title: t('importRows') },
  ];
  return (
    <Tabs label={t('importRows')} tabs={tabs} current={shown} onChange={setWay}>
      {shown === 'type' && pack !== null ? (
        <TypeIn key={pack.id} pack={pack} year={year} onEvaluate={onEvaluate} />
      ) : (
        <Import onEvaluate={onEvaluate} />
      )}
    </Tabs>
  );
}

function TypeIn({ pack, year, onEvaluate }: EvidenceFormProps & { readonly pack: RulePackView }) {
  const { t, pick } = useWords(ruleWords);
  const [subject, setSubject] = useState('A');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const metrics = metricsOf(pack);
  const most = Math.max(...metrics.map((m) => m.years));
  // The year that every metric asks for first: on a phone the others are scrolled to.
  const years = Array.from({ length: most }, (_, k) => year - k);
  return (
    <form
      className="evidence-form"
      onSubmit={(e) => {
        e.preventDefault();
        onEvaluate(typedRows(metrics, { subject, values, year }));
      }}
    >
      <label className="inline">
        <span>{t('subject')}</span>
        <input value={subject} required onChange={(e) => setSubject(e.target.value)} />
      </label>
      <p className="dim small">{t('typeHint')}</p>
      <div className="table-scroll" role="region" tabIndex={0} aria-label={t('metric')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('metric')}</th>
              {years.map((y) => (
                <th key={y} scope="col">
                  {y}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((m) => (
              <tr key={m.metric}>
                <th scope="row">
                  {pick(m.name)} <span className="dim small">{pick(unitWord(m.unit))}</span>
                </th>
                {years.map((y) => (
                  <td key={y}>
                    {y > year - m.years && (
                      <input
                        type="number"
                        step="any"
                        aria-label={`${pick(m.name)} ${y}`}
                        value={values[`${m.metric} ${y}`] ?? ''}
                        onChange={(e) => setValues({ ...values, [`${m.metric} ${y}`]: e.target.value })}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="submit" className="primary">
        {t('evaluate')}
      </button>
    </form>
  );
}

function Import({ onEvaluate }: Pick<EvidenceFormProps, 'onEvaluate'>) {
  const { t, pick } = useWords(ruleWords);
  const { all } = useDataset('evidence');
  const [pasted, setPasted] = useState('');
  const [set, setSet] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (): Promise<readonly EvidenceRowView[]> => {
    if (set === '') return linesOf(pasted, (n) => t('badLine', { n }));
    const { rows } = await get<{ rows: readonly EvidenceRowView[] }>(`/clusters/datasets/${part(set)}/content`);
    return rows.map(({ subject, metric, year, value }) => ({
      subject,
      metric,
      year: year ?? null,
      value: value ?? null,
    }));
  };
  return (
    <form
      className="evidence-form"
      onSubmit={(e) => {
        e.preventDefault();
        setProblem(null);
        take().then(onEvaluate, setProblem);
      }}
    >
      <p className="dim small">{t('importHint')}</p>
      <label>
        <span>{t('pasted')}</span>
        <textarea
          value={pasted}
          spellCheck={false}
          placeholder={'Park,areaKm2,2024,80\nPark,outputYuan,2024,4.2e9'}
          onChange={(e) => setPasted(e.target.value)}
        />
      </label>
      {all !== null && all.length > 0 && (
        <label className="inline">
          <span>{t('evidenceSet')}</span>
          <select value={set} onChange={(e) => setSet(e.target.value)}>
            <option value="">{t('noSet')}</option>
            {all.map((d) => (
              <option key={d.id} value={d.id}>
                {pick(d.name)}
              </option>
            ))}
          </select>
        </label>
      )}{' '}
      <button type="submit" className="primary">
        {t('evaluate')}
      </button>
      {problem !== null && <Failure error={problem} />}
    </form>
  );
}
