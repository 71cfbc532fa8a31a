import { createHash, randomBytes } from 'node:crypto';
import { QipanError } from '@qipan/base';
import type { Records } from '@qipan/store';
import type { Role } from '../contract.js';
import type { Caller } from '../http/route.js';
import { BackOff } from './back-off.js';

interface UserRow {
  readonly name: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly createdAtMs: number;
}

interface SessionRow {
  readonly tokenHash: string;
  readonly userName: string;
  readonly expiresAtMs: number;
}

export const sessionCookie = 'qipan_session';
const sessionMs = 12 * 3_600_000;
const cachedMs = 30_000;
const shortestPassword = 10;
/** Failures of one address under whatever names: each costs a slow hash, and many people may share an address. */
const freeOfAddress = 50;

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Users and their sessions. Passwords are argon2id hashes; of a session only the hash of its token is stored. */
export class Accounts {
  readonly #records: Records;
  readonly #backOff = new BackOff();
  readonly #addresses = new BackOff(freeOfAddress);
  /** Sessions seen lately, so that every request does not ask the database. */
  readonly #seen = new Map<string, { caller: Caller; untilMs: number }>();
  #decoyHash: string | null = null;

  constructor(records: Records) {
    this.#records = records;
  }

  /**
   * Makes the first user `admin` when there is none; gives the password when it was generated here. A given one holds from now on,
   * also for an `admin` that is there: whoever starts the program can get back in.
   */
  async ensureAdmin(given: string | undefined): Promise<string | null> {
    const admins = await this.#records.select<UserRow>('appUser', { where: { role: 'admin' } });
    if (admins.length > 0 && given === undefined) return null;
    const before = admins.find((u) => u.name === 'admin');
    if (before && given !== undefined && (await argonVerify(before.passwordHash, given))) return null;
    const password = given ?? randomBytes(12).toString('base64url');
    await this.setUser('admin', password, 'admin');
    return given === undefined ? password : null;
  }

  async setUser(name: string, password: string, role: Role): Promise<void> {
    if (password.length < shortestPassword)
      throw new QipanError('BAD_INPUT', `the password has ${password.length} characters`, {
        field: 'password',
        expected: `at least ${shortestPassword} characters`,
      });
    const passwordHash = await argonHash(password);
    const before = await this.#records.get<UserRow>('appUser', { name });
    const row: UserRow = { name, passwordHash, role, createdAtMs: before?.createdAtMs ?? Date.now() };
    await this.#records.write([{ table: 'appUser', row: { ...row } }]);
    if (before) await this.#forget(name);
  }

  async users(): Promise<readonly { user: string; role: Role; createdAtMs: number }[]> {
    const rows = await this.#records.select<UserRow>('appUser');
    return rows.map((u) => ({ user: u.name, role: u.role, createdAtMs: u.createdAtMs }));
  }

  async removeUser(name: string): Promise<void> {
    await this.#records.write([{ table: 'appUser', row: { name }, remove: true }]);
    await this.#forget(name);
  }

  /**
   * A token for the cookie. Throws `UNAUTHENTICATED` for a wrong name or password alike and `TOO_MANY_REQUESTS` after several
   * failures of the same user from the same address, or many of an address under any names.
   */
  async logIn(user: string, password: string, address: string): Promise<{ token: string; caller: Caller }> {
    const key = `${user}\u0000${address}`;
    const nowMs = Date.now();
    const waitMs = Math.max(this.#backOff.waitMs(key, nowMs), this.#addresses.waitMs(address, nowMs));
    if (waitMs > 0)
      throw new QipanError('TOO_MANY_REQUESTS', 'too many failed logins', { retryAfterS: Math.ceil(waitMs / 1000) });
    const row = await this.#records.get<UserRow>('appUser', { name: user });
    // An unknown user costs as much time as a known one.
    this.#decoyHash ??= await argonHash(randomBytes(16).toString('hex'));
    const isRight = await argonVerify(row?.passwordHash ?? this.#decoyHash, password);
    if (!row || !isRight) {
      this.#backOff.failed(key, Date.now());
      this.#addresses.failed(address, Date.now());
      throw new QipanError('UNAUTHENTICATED', 'user or password is wrong');
    }
    this.#backOff.succeeded(key);
    this.#addresses.succeeded(address);
    const token = randomBytes(32).toString('base64url');
    const session: SessionRow = { tokenHash: hashOf(token), userName: row.name, expiresAtMs: Date.now() + sessionMs };
    await this.#records.write([{ table: 'session', row: { ...session } }]);
    await this.#records.sql('delete from "session" where "expiresAtMs" < $1', [Date.now()]);
    return { token, caller: { user: row.name, role: row.role } };
  }

  async logOut(token: string): Promise<void> {
    this.#seen.delete(hashOf(token));
    await this.#records.write([{ table: 'session', row: { tokenHash: hashOf(token) }, remove: true }]);
  }

  /** Whose session a token is; null for none. */
  async callerOf(token: string | undefined): Promise<Caller | null> {
    if (token === undefined || token.length > 100) return null;
    const tokenHash = hashOf(token);
    const nowMs = Date.now();
    const seen = this.#seen.get(tokenHash);
    if (seen && seen.untilMs > nowMs) return seen.caller;
    const session = await this.#records.get<SessionRow>('session', { tokenHash });
    if (!session || session.expiresAtMs < nowMs) return null;
    const user = await this.#records.get<UserRow>('appUser', { name: session.userName });
    if (!user) return null;
    if (session.expiresAtMs - nowMs < sessionMs / 2)
      await this.#records.write([{ table: 'session', row: { ...session, expiresAtMs: nowMs + sessionMs } }]);
    const caller: Caller = { user: user.name, role: user.role };
    if (this.#seen.size > 1000) this.#seen.clear();
    this.#seen.set(tokenHash, { caller, untilMs: nowMs + cachedMs });
    return caller;
  }

  async #forget(name: string): Promise<void> {
    this.#seen.clear();
    await this.#records.sql('delete from "session" where "userName" = $1', [name]);
  }
}

/** The library is loaded by the first login: a server on a loopback address never needs it. */
async function argonHash(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(password);
}

async function argonVerify(stored: string, password: string): Promise<boolean> {
  const { verify } = await import('@node-rs/argon2');
  try {
    return await verify(stored, password);
  } catch {
    return false;
  }
}
