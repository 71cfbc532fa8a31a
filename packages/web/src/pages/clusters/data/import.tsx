import type { DatasetCheck, DatasetKind, DatasetKindView, DatasetView, FilePreview } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, post, useGet } from '../../../api.js';
import { dataWords } from '../../../i18n/cluster-data.js';
import { useWords } from '../../../i18n/language.js';
import { Answer, Failure } from '../../../parts/states.js';
import { go } from '../../../router.js';
import { FileCard } from './file-card.js';
import { base64Of, firstDecision, inputOf, type ChosenFile, type Label } from './import-state.js';
import { Issues, Report } from './report.js';

/** The guided import: kind, files, decisions, check, store. */
export function Import() {
  const kinds = useGet<readonly DatasetKindView[]>('/clusters/dataset-kinds', { staleMs: 600_000 });
  const [kind, setKind] = useState<DatasetKind>('panel');
  return (
    <Answer of={kinds}>
      {(all) => {
        const row = all.find((k) => k.kind === kind);
        return (
          <>
            <KindChoice all={all} kind={kind} onChange={setKind} />
            {row && <Steps key={kind} kind={row} />}
          </>
        );
      }}
    </Answer>
  );
}

interface KindChoiceProps {
  readonly all: readonly DatasetKindView[];
  readonly kind: DatasetKind;
  readonly onChange: (kind: DatasetKind) => void;
}

function KindChoice({ all, kind, onChange }: KindChoiceProps) {
  const { t, pick } = useWords(dataWords);
  const row = all.find((k) => k.kind === kind);
  return (
    <div>
      <label className="stack">
        <span>{t('kind')}</span>
        <select value={kind} onChange={(e) => onChange(e.target.value as DatasetKind)}>
          {all.map((k) => (
            <option key={k.kind} value={k.kind}>
              {pick(k.title)}
            </option>
          ))}
        </select>
      </label>
      {row && <p className="dim">{pick(row.description)}</p>}
    </div>
  );
}

type Files = Readonly<Record<string, ChosenFile>>;
const emptyLabel: Label = {
  en: '',
  zh: '',
  attribution: '',
  dataLevel: 'official',
  measure: 'employment',
  maskBelow: '',
};

function Steps({ kind }: { readonly kind: DatasetKindView }) {
  const { t } = useWords(dataWords);
  const [files, setFiles] = useState<Files>({});
  const [label, setLabel] = useState<Label>(emptyLabel);
  const [check, setCheck] = useState<DatasetCheck | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const work = async (task: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await task();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const change = (file: ChosenFile) => {
    setCheck(null);
    setFiles({ ...files, [file.role]: file });
  };
  const choose = (role: string, chosen: File) =>
    work(async () => {
      const content = await base64Of(chosen);
      const file = { role, name: chosen.name, content };
      const isJson = kind.roles.some((r) => r.role === role && r.format === 'json');
      const preview = isJson ? noPreview : await post<FilePreview>('/clusters/datasets/preview', { kind: kind.kind, file });
      change(firstDecision(role, chosen.name, content, preview));
    });
  const input = () => inputOf(kind.kind, label, Object.values(files));
  const store = () =>
    work(async () => {
      const made = await post<DatasetView>('/clusters/datasets', input());
      await answers.invalidateQueries();
      go('/clusters/data', { show: made.id });
    });
  const isReady =
    kind.roles.every((r) => !r.required || files[r.role]) && label.attribution.trim() !== '' && `${label.en}${label.zh}`.trim() !== '';
  return (
    <>
      <Choosers kind={kind} onChoose={(role, file) => void choose(role, file)} />
      {kind.roles.map((role) => {
        const file = files[role.role];
        return file && <FileCard key={role.role} role={role} file={file} onChange={change} />;
      })}
      <Labels kind={kind.kind} label={label} onChange={setLabel} />
      <div className="actions">
        <button
          type="button"
          disabled={busy || !isReady}
          onClick={() => void work(async () => setCheck(await post<DatasetCheck>('/clusters/datasets/check', input())))}
        >
          {t('check')}
        </button>{' '}
        <button type="button" className="primary" disabled={busy || check?.ok !== true} onClick={() => void store()}>
          {t('store')}
        </button>{' '}
        {!isReady && <span className="dim">{t('notReady')}</span>}
        {busy && <span role="status">{t('loading')}</span>}
      </div>
      {error !== null && <Failure error={error} />}
      {check !== null && (check.report === null ? <Issues check={check} /> : <Checked check={check} />)}
    </>
  );
}

const noPreview: FilePreview = {
  encoding: 'JSON',
  rows: 0,
  columns: [],
  sample: [],
  mapping: {},
  symbols: [],
  dropIndustries: [],
};

function Checked({ check }: { readonly check: DatasetCheck }) {
  const { t } = useWords(dataWords);
  return (
    <div className="card" role="status">
      <h3>{t('checkedWell')}</h3>
      {check.report && <Report report={check.report} />}
    </div>
  );
}

interface ChoosersProps {
  readonly kind: DatasetKindView;
  readonly onChoose: (role: string, file: File) => void;
}

function Choosers({ kind, onChoose }: ChoosersProps) {
  const { t, pick } = useWords(dataWords);
  return (
    <div className="columns">
      {kind.roles.map((r) => (
        <label key={r.role} className="stack">
          <span>
            {pick(r.title)} {r.required ? '' : t('optional')}
          </span>
          <input
            type="file"
            accept={r.format === 'json' ? '.json' : '.csv,.tsv,.txt,.xlsx'}
            onChange={(e) => {
              const [file] = e.target.files ?? [];
              if (file) onChoose(r.role, file);
            }}
          />
        </label>
      ))}
    </div>
  );
}

interface LabelsProps {
  readonly kind: DatasetKind;
  readonly label: Label;
  readonly onChange: (label: Label) => void;
}

const levels = ['official', 'measured', 'estimated', 'synthetic'] as const;
const levelKey = {
  official: 'levelOfficial',
  measured: 'levelMeasured',
  estimated: 'levelEstimated',
  synthetic: 'levelSynthetic',
} as const;
const measures = ['employment', 'output', 'valueAdded', 'exports', 'firms'] as const;

function Labels({ kind, label, onChange }: LabelsProps) {
  const { t } = useWords(dataWords);
  const text = (key: 'en' | 'zh' | 'attribution', title: string) => (
    <label className="stack">
      <span>{title}</span>
      <input value={label[key]} maxLength={200} onChange={(e) => onChange({ ...label, [key]: e.target.value })} />
    </label>
  );
  return (
    <div className="columns">
      {text('en', t('nameEn'))}
      {text('zh', t('nameZh'))}
      {text('attribution', t('attribution'))}
      <label className="stack">
        <span>{t('level')}</span>
        <select
          value={label.dataLevel}
          onChange={(e) => onChange({ ...label, dataLevel: e.target.value as Label['dataLevel'] })}
        >
          {levels.map((l) => (
            <option key={l} value={l}>
              {t(levelKey[l])}
            </option>
          ))}
        </select>
      </label>
      {kind === 'panel' && (
        <label className="stack">
          <span>{t('measure')}</span>
          <select value={label.measure} onChange={(e) => onChange({ ...label, measure: e.target.value })}>
            {measures.map((m) => (
              <option key={m} value={m}>
                {t(m)}
              </option>
            ))}
          </select>
        </label>
      )}
      {kind === 'panel' && (
        <label className="stack">
          <span title={t('maskHint')}>{t('maskBelow')}</span>
          <input
            type="number"
            min={0}
            step="any"
            value={label.maskBelow}
            onChange={(e) => onChange({ ...label, maskBelow: e.target.value })}
          />
        </label>
      )}
    </div>
  );
}
