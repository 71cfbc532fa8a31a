import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeSync, fsyncSync, closeSync, existsSync } from 'node:fs';
import path from 'node:path';

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

/** Reads the server key of a data folder, or makes one and syncs it to disk. */
export function serverKey(dataFolder: string): Buffer {
  const file = path.join(dataFolder, 'server-key');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true });
    const fd = openSync(file, 'wx', 0o600);
    writeSync(fd, randomBytes(32).toString('hex'));
    fsyncSync(fd);
    closeSync(fd);
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}
