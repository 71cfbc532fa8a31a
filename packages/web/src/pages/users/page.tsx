import type { ServerInfo, UserView } from '@qipan/server/contract';
import { useState } from 'react';
import { answers, part, put, remove, useGet } from '../../api.js';
import { dateTime } from '../../format.js';
import { userWords } from '../../i18n/users.js';
import { useWords } from '../../i18n/language.js';
import { useInfo } from '../../info.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Answer, Failure } from '../../parts/states.js';

const roles = ['viewer', 'operator', 'admin'] as const satisfies readonly UserView['role'][];
const shortestPassword = 10;

/** Who may log in to a server that other machines reach, and with which role; for admins. */
export function Page() {
  const { t } = useWords(userWords);
  const info = useInfo();
  return (
    <section className="page">
      <header className="head">
        <h1>{t('title')}</h1>
      </header>
      <Answer of={info}>{(data) => <ForAdmins info={data} />}</Answer>
    </section>
  );
}

function ForAdmins({ info }: { readonly info: ServerInfo }) {
  const { t } = useWords(userWords);
  const isAdmin = !info.auth.required || info.auth.role === 'admin';
  const users = useGet<readonly UserView[]>(isAdmin ? '/users' : null);
  const [error, setError] = useState<unknown>(null);
  if (!isAdmin) return <p className="dim">{t('adminsOnly')}</p>;
  const act = async (request: () => Promise<unknown>): Promise<boolean> => {
    setError(null);
    try {
      await request();
      await answers.invalidateQueries({ queryKey: ['/users'] });
      return true;
    } catch (e) {
      setError(e);
      return false;
    }
  };
  return (
    <>
      <p className="dim">{t(info.auth.required ? 'hint' : 'hintLoopback')}</p>
      {error !== null && <Failure error={error} />}
      <div className="card">
        <Answer of={users}>{(list) => <Users list={list} own={info.auth.user} act={act} />}</Answer>
      </div>
      <div className="card">
        <SetUser act={act} />
      </div>
    </>
  );
}

type Act = (request: () => Promise<unknown>) => Promise<boolean>;

function Users({
  list,
  own,
  act,
}: {
  readonly list: readonly UserView[];
  readonly own: string | null;
  readonly act: Act;
}) {
  const { t, lang } = useWords(userWords);
  const leave = (user: string) => {
    if (globalThis.confirm(t('removeSure', { user }))) void act(() => remove(`/users/${part(user)}`));
  };
  const columns: Column<UserView>[] = [
    { key: 'user', title: t('user'), value: (u) => u.user },
    { key: 'role', title: t('role'), value: (u) => t(u.role) },
    { key: 'since', title: t('since'), value: (u) => u.createdAtMs, show: (u) => dateTime(u.createdAtMs, lang) },
    {
      key: 'actions',
      title: '',
      fixed: true,
      value: () => null,
      show: (u) =>
        u.user !== own && (
          <button type="button" className="danger" onClick={() => leave(u.user)}>
            {t('remove')}
          </button>
        ),
    },
  ];
  return <DataTable caption={t('title')} isTitled rows={list} columns={columns} rowKey={(u) => u.user} />;
}

const empty = { user: '', password: '', role: 'viewer' as UserView['role'] };

/** Makes a user, or gives one that is there another password and role. */
function SetUser({ act }: { readonly act: Act }) {
  const { t } = useWords(userWords);
  const [typed, setTyped] = useState(empty);
  const save = async () => {
    const { user, password, role } = typed;
    if (await act(() => put(`/users/${part(user)}`, { password, role }))) setTyped(empty);
  };
  return (
    <form
      className="stack"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <h2>{t('set')}</h2>
      <p className="dim">{t('setHint')}</p>
      <p className="dim">{t('roleHint')}</p>
      <label>
        {t('user')}
        <input
          value={typed.user}
          required
          maxLength={64}
          autoComplete="off"
          onChange={(e) => setTyped({ ...typed, user: e.target.value })}
        />
      </label>
      <label>
        {t('newPassword', { n: shortestPassword })}
        <input
          type="password"
          value={typed.password}
          required
          minLength={shortestPassword}
          maxLength={256}
          autoComplete="new-password"
          onChange={(e) => setTyped({ ...typed, password: e.target.value })}
        />
      </label>
      <label>
        {t('role')}
        <select
          value={typed.role}
          onChange={(e) => setTyped({ ...typed, role: roles.find((r) => r === e.target.value) ?? 'viewer' })}
        >
          {roles.map((r) => (
            <option key={r} value={r}>
              {t(r)}
            </option>
          ))}
        </select>
      </label>
      <button className="primary">{t('save')}</button>
    </form>
  );
}
