import type { CommandInput, CommandView, StationDetail, TransactionView } from '@qipan/server/contract';
import { useState } from 'react';
import { part, post } from '../../api.js';
import { dateTime, duration, unknownText } from '../../format.js';
import { useWords } from '../../i18n/language.js';
import { states } from '../../i18n/states.js';
import { stationWords } from '../../i18n/stations.js';
import { mayAct, useInfo } from '../../info.js';
import { WireWord } from '../../parts/badges.js';
import { useClock } from '../../clock.js';
import { Failure } from '../../parts/states.js';
import { answeredVariables, answerStatus, isGoodAnswer } from './command-answer.js';
import { commandForms, jsonForm, readObject, type CommandForm } from './command-forms.js';
import { CommandField } from './command-field.js';

export interface CommandsProps {
  readonly station: StationDetail;
  readonly sessions: readonly TransactionView[];
  readonly sent: readonly CommandView[];
  readonly onSent: () => void;
}

/** Sends a command and shows what the station itself answered, not that something was sent. */
export function Commands({ station, sessions, sent, onSent }: CommandsProps) {
  const { t } = useWords(stationWords);
  const info = useInfo();
  const [action, setAction] = useState(station.commands[0] ?? '');
  const name = (a: string) => t(commandForms[a]?.word ?? jsonForm.word, { action: a });
  return (
    <div className="card commands">
      <h2>{t('commands')}</h2>
      {mayAct(info.data) ? (
        <>
          <label>
            {t('command')}
            <select value={action} onChange={(e) => setAction(e.target.value)}>
              {station.commands.map((a) => (
                <option key={a} value={a}>
                  {name(a)}
                </option>
              ))}
            </select>
          </label>
          <Form key={action} action={action} station={station} sessions={sessions} onSent={onSent} />
        </>
      ) : (
        <p className="dim">{t('roleTooLow', { role: info.data?.auth.role ?? '?' })}</p>
      )}
      <h3>{t('commandHistory')}</h3>
      <History sent={sent} name={name} />
    </div>
  );
}

interface FormProps {
  readonly action: string;
  readonly station: StationDetail;
  readonly sessions: readonly TransactionView[];
  readonly onSent: () => void;
}

function firstValues(form: CommandForm, station: StationDetail): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const f of form.fields) {
    if (f.first !== undefined) filled[f.name] = f.first;
    else if (f.type === 'evse') filled[f.name] = String(station.evses[0]?.evseId ?? 1);
  }
  return filled;
}

function Form({ action, station, sessions, onSent }: FormProps) {
  const { t, lang } = useWords(stationWords);
  const form = commandForms[action] ?? jsonForm;
  const [filled, setFilled] = useState(() => firstValues(form, station));
  const [askedMs, setAskedMs] = useState<number | null>(null);
  const [answer, setAnswer] = useState<CommandView | null>(null);
  const [error, setError] = useState<unknown>(null);
  useClock();
  const open = sessions.filter((s) => s.state === 'open');
  const values: Record<string, string> = { ...filled };
  for (const f of form.fields)
    if (f.type === 'session' && !open.some((s) => s.transactionId === values[f.name]))
      values[f.name] = open[0]?.transactionId ?? '';
  const hasNothingToStop = form.fields.some((f) => f.type === 'session') && open.length === 0;
  const hasBadJson = form.fields.some((f) => f.type === 'json' && readObject(values[f.name] ?? '{}') === null);
  const send = async () => {
    if (action === 'Reset' && values['type'] === 'Immediate' && !globalThis.confirm(t('resetSure'))) return;
    const input: CommandInput = { action, payload: form.payload(values) };
    setAskedMs(Date.now());
    setAnswer(null);
    setError(null);
    try {
      setAnswer(await post<CommandView>(`/stations/${part(station.id)}/commands?waitS=30`, input));
    } catch (e) {
      setError(e);
    } finally {
      setAskedMs(null);
      onSent();
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      {form.fields.map((f) => (
        <CommandField
          key={f.name}
          field={f}
          value={values[f.name] ?? ''}
          station={station}
          sessions={open}
          onChange={(value) => setFilled({ ...filled, [f.name]: value })}
        />
      ))}
      {hasNothingToStop && <p className="dim">{t('nobodyCharges')}</p>}
      {hasBadJson && <p className="bad">{t('badJson')}</p>}
      <button className="primary" disabled={askedMs !== null || hasNothingToStop || hasBadJson}>
        {t('send')}
      </button>
      <div aria-live="polite" data-testid="command-answer">
        {askedMs !== null && <p className="dim">{t('waitingFor', { age: duration(Date.now() - askedMs, lang) })}</p>}
        {answer !== null && <OneAnswer command={answer} />}
        {error !== null && <Failure error={error} />}
      </div>
    </form>
  );
}

function OneAnswer({ command }: { readonly command: CommandView }) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  const status = answerStatus(command.answer);
  const took = command.answeredAtMs === null ? null : command.answeredAtMs - command.createdAtMs;
  return (
    <div className={isGoodAnswer(command) ? 'answer good-edge' : 'answer bad-edge'}>
      <p>
        <b>{t('answer')}:</b>{' '}
        {status !== null ? (
          <code>{status}</code>
        ) : command.outcome === null ? (
          t('waiting')
        ) : (
          <WireWord word={command.outcome} />
        )}
        {took !== null && (
          <span className="dim">
            {' '}
            · {t('answeredIn', { time: took < 1000 ? `${Math.max(0, took)} ms` : duration(took, lang) })}
          </span>
        )}
      </p>
      <AnswerBody command={command} />
      {command.transactionId !== null && <p>{t('ledTo', { id: command.transactionId })}</p>}
    </div>
  );
}

/** What the station said in full: variables as a table, its error, the rest as it came. */
function AnswerBody({ command }: { readonly command: CommandView }) {
  const { t } = useWords(stationWords);
  const { outcome, answer, error } = command;
  const variables = answeredVariables(answer);
  const isLate = answer !== null && outcome !== 'answered' && outcome !== 'error';
  return (
    <>
      {isLate && <p className="small">{t('cameLate')}</p>}
      {outcome === 'error' && error !== null && (
        <p className="small">
          <code>{error}</code>
        </p>
      )}
      {variables.length > 0 && (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('answer')}>
          <table className="small">
            <thead>
              <tr>
                <th scope="col">{t('answerKey')}</th>
                <th scope="col">{t('answerValue')}</th>
                <th scope="col">{t('answerNote')}</th>
              </tr>
            </thead>
            <tbody>
              {variables.map((v) => (
                <tr key={v.key}>
                  <td>{v.key}</td>
                  <td>{v.value ?? unknownText}</td>
                  <td>{v.isReadOnly ? t('readOnly') : v.status === 'Accepted' ? '' : v.status}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {answer !== null && (
        <details>
          <summary className="small">JSON</summary>
          <pre>{JSON.stringify(answer, null, 1)}</pre>
        </details>
      )}
    </>
  );
}

function History({ sent, name }: { readonly sent: readonly CommandView[]; readonly name: (action: string) => string }) {
  const { t, lang } = useWords({ ...states, ...stationWords });
  if (sent.length === 0) return <p className="dim">{t('noCommands')}</p>;
  return (
    <ul className="plain history">
      {sent.slice(0, 8).map((c) => (
        <li key={c.commandId}>
          <span>{name(c.action)}</span>
          <span>
            {answerStatus(c.answer) !== null ? (
              <code>{answerStatus(c.answer)}</code>
            ) : c.outcome === null ? (
              <span className="dim">{t('waiting')}</span>
            ) : (
              <WireWord word={c.outcome} />
            )}
          </span>
          <small className="dim">
            {dateTime(c.createdAtMs, lang)} · {c.requestedBy}
          </small>
          <details className="payload">
            <summary className="small">{t('details')}</summary>
            <pre>{JSON.stringify(c.payload)}</pre>
            <AnswerBody command={c} />
          </details>
        </li>
      ))}
    </ul>
  );
}
