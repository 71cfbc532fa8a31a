import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A `qipan start` of our own, with its data in a temporary folder. */
export interface RunningProgram {
  readonly url: string;
  /** Everything it has printed so far. */
  readonly printed: () => string;
  /** Asks it to stop, waits until it has, and takes the folder away. */
  readonly close: () => Promise<void>;
}

const qipan = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..', 'packages/cli/bin/qipan.js');

/** A port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts the whole program as its user would and waits until it says that it is ready; throws what it printed when it ends before. */
export async function startProgram(args: readonly string[] = [], limitMs = 180_000): Promise<RunningProgram> {
  const folder = mkdtempSync(path.join(tmpdir(), 'qipan-'));
  const port = await freePort();
  const line = [qipan, 'start', '--port', String(port), '--data-folder', path.join(folder, 'data'), ...args];
  const child = spawn(process.execPath, line, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`not ready after ${limitMs} ms:\n${printed}`)), limitMs);
      const read = (data: Buffer) => {
        printed += data.toString();
        if (!/ready · 就绪/.test(printed)) return;
        clearTimeout(late);
        ready();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => {
        clearTimeout(late);
        failed(new Error(`qipan start ended with ${code}:\n${printed}`));
      });
    });
  } catch (e) {
    await close();
    throw e;
  }
  return { url: `http://127.0.0.1:${port}`, printed: () => printed, close };
}
