import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';

/**
 * Keys of charging stations (security profile 1): 20 random bytes each, kept as salted HMAC-SHA-256 under a key that stands in the
 * data folder and never in the database. A generated key needs no slow hash: it cannot be guessed.
 */
export class StationKeys {
  /** What a station without a key is checked against, so that the check costs the same time. */
  readonly decoy: string;
  readonly #serverKey: Buffer;

  constructor(serverKey: Buffer) {
    this.#serverKey = serverKey;
    this.decoy = this.generate().stored;
  }

  /** A new key as the 40 hexadecimal digits that people type, and what is stored in its place. */
  generate(): { password: string; stored: string } {
    const password = randomBytes(20).toString('hex').toUpperCase();
    return { password, stored: this.seal(password) };
  }

  /** What is stored for a key given as 40 hexadecimal digits. */
  seal(password: string): string {
    const salt = randomBytes(16);
    return `hmac-sha256$${salt.toString('hex')}$${this.#mac(salt, Buffer.from(password, 'hex')).toString('hex')}`;
  }

  /**
   * Constant-time check. A 1.6 station sends the 20 bytes of `AuthorizationKey` (OCPP-J 1.6 §6.2.2), a 2.x station the text of
   * `BasicAuthPassword`; some 1.6 stations send the hex text too.
   */
  verify(stored: string, password: Buffer): boolean {
    const [kind, salt, mac] = stored.split('$');
    if (kind !== 'hmac-sha256' || !salt || !mac) return false;
    const text = password.toString('latin1');
    const key = password.length === 40 && /^[0-9a-fA-F]{40}$/.test(text) ? Buffer.from(text, 'hex') : password;
    const expected = Buffer.from(mac, 'hex');
    const got = this.#mac(Buffer.from(salt, 'hex'), key);
    return expected.length === got.length && timingSafeEqual(expected, got);
  }

  /** The password by which a station may knock when unknown ones need a token. */
  commissioningToken(): string {
    return this.#derived('commissioning');
  }

  isCommissioningToken(password: Buffer): boolean {
    const expected = Buffer.from(this.commissioningToken());
    return password.length === expected.length && timingSafeEqual(password, expected);
  }

  /** The key of a station that we simulate ourselves: the same after every start, so that it need not be kept anywhere. */
  simulatedPassword(identity: string): string {
    return this.#derived(`simulated:${identity}`);
  }

  #derived(purpose: string): string {
    return createHmac('sha256', this.#serverKey).update(purpose).digest('hex').slice(0, 40).toUpperCase();
  }

  #mac(salt: Buffer, key: Buffer): Buffer {
    return createHmac('sha256', this.#serverKey).update(salt).update(key).digest();
  }
}

const keyFileOf = (folder: string): string => path.join(folder, 'server-key');

/**
 * Reads the server key of a data folder, or makes one and syncs it to disk. Throws `BAD_FILE` for a file that holds no key of 32
 * bytes: under a shorter one anybody could make the passwords of stations.
 */
export function serverKey(dataFolder: string): Buffer {
  const file = keyFileOf(dataFolder);
  if (!existsSync(file)) makeKey(file);
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new QipanError('BAD_FILE', `${file} does not hold the key of this server`, {
      file,
      got: `${text.length} characters`,
      expected:
        '64 hexadecimal digits; put the file back from a copy, or delete it and give every station a new password',
    });
  return Buffer.from(text, 'hex');
}

/** Written beside and linked when it is whole: a full disk or a kill in the middle leaves no half key. The first one stays. */
function makeKey(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const fd = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(fd, randomBytes(32).toString('hex'));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    linkSync(fresh, file);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
  } finally {
    rmSync(fresh, { force: true });
  }
}

/**
 * Copies the server key between a data folder and an archive: without it no station of the archive could log in again. Another
 * key that stands at the goal is kept beside as `server-key.replaced`. False when there is no key to copy.
 */
export function copyServerKey(from: string, to: string): boolean {
  const [source, goal] = [keyFileOf(from), keyFileOf(to)];
  if (!existsSync(source)) return false;
  if (existsSync(goal)) {
    if (readFileSync(goal).equals(readFileSync(source))) return true;
    renameSync(goal, `${goal}.replaced`);
  }
  // The copy has the mode of its source, 0600.
  copyFileSync(source, goal);
  return true;
}
