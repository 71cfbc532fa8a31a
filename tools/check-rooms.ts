import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Who may import whom: the rule of ARCHITECTURE.md, read downwards. `/contract` is the one door of `server` that `web` may use. */
const ground = ['base', 'numeric', 'optim', 'territory', 'ocpp', 'grid'];
const middle = ['clusters', 'plan', 'operate', 'service', 'policy', 'supervise'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  numeric: ['base'],
  optim: ['base', 'numeric'],
  territory: ['base', 'numeric'],
  ocpp: ['base'],
  grid: ['base', 'numeric'],
  ...Object.fromEntries(middle.map((room) => [room, ground])),
  store: ['base'],
  server: [...ground, ...middle, 'store'],
  cli: [...ground, ...middle, 'store', 'server'],
  web: ['base', 'server/contract'],
};
const isPure = (room: string) => ground.includes(room) || middle.includes(room);
/** What a pure room may not reach for: time, chance, the process, the network and the disk are arguments. */
const impure =
  /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|setTimeout|setInterval|fetch\(|require\()/;

const quoted = /\/\*[\s\S]*?\*\/|\/\/.*|(['"`])(?:\\.|(?!\1)[^\\\n])*\1/g;
const imports =
  /(?:^|[\n;])\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function sources(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(ts|tsx|js)$/.test(f) && !/(^|\/)generated\//.test(f))
    .map((f) => path.join(folder, f));
}

const read = (file: string) => readFileSync(file, 'utf8');
const importsOf = (file: string) => [...read(file).matchAll(imports)].map((m) => (m[1] ?? m[2] ?? m[3]) as string);

/** Every breach of the rules below `root`, a sentence each; empty when the house stands. */
export function checkRooms(root: string): string[] {
  const breaches: string[] = [];
  const json = (file: string) => JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>;
  const rootDev = Object.keys(json(path.join(root, 'package.json'))['devDependencies'] ?? {});
  for (const room of readdirSync(path.join(root, 'packages'))) {
    const home = path.join(root, 'packages', room);
    const allowed = mayImport[room];
    if (!allowed) breaches.push(`${room}: no such room in the rules of tools/check-rooms.ts`);
    if (!allowed) continue;
    const manifest = json(path.join(home, 'package.json'));
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const declared = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    const edges = new Map<string, string[]>();
    for (const file of [...sources(path.join(home, 'src')), ...sources(path.join(home, 'test'))]) {
      const where = path.relative(root, file);
      const inSrc = path.relative(home, file).startsWith('src');
      if (inSrc && isPure(room)) {
        const bad = impure.exec(read(file).replace(quoted, ''));
        if (bad) breaches.push(`${where}: a pure room uses ${bad[1]}`);
      }
      for (const name of importsOf(file)) {
        if (name.startsWith('.')) {
          const target = path.resolve(path.dirname(file), name);
          if (!target.startsWith(home + path.sep)) breaches.push(`${where}: reaches out of its room by ${name}`);
          if (inSrc) edges.set(file, [...(edges.get(file) ?? []), target.replace(/\.js$/, '')]);
        } else if (name.startsWith('node:')) {
          if (inSrc && isPure(room)) breaches.push(`${where}: a pure room imports ${name}`);
        } else if (!name.startsWith('#')) {
          const parts = name.split('/');
          const pkg = name.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
          if (pkg === '@qipan/testing' && !inSrc) continue;
          const own = pkg === `@qipan/${room}`;
          if (!own && !declared.includes(pkg) && (inSrc || !rootDev.includes(pkg)))
            breaches.push(`${where}: ${pkg} is not declared in packages/${room}/package.json`);
          if (pkg.startsWith('@qipan/') && !own) {
            const target = name.slice('@qipan/'.length);
            if (!allowed.includes(target) && !allowed.includes(target.split('/')[0] as string))
              breaches.push(`${where}: ${room} may not import ${target}`);
          }
        }
      }
    }
    breaches.push(...cycles(edges).map((c) => `import cycle: ${c.map((f) => path.relative(root, f)).join(' → ')}`));
  }
  return breaches;
}

/** Cycles found by depth-first search; each once, as the list of files on it. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const files = new Map([...edges.keys()].map((f) => [f.replace(/\.(ts|tsx|js)$/, ''), f]));
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, trail: string[]) => {
    if (trail.includes(file)) found.push([...trail.slice(trail.indexOf(file)), file]);
    if (done.has(file) || trail.includes(file)) return;
    for (const next of edges.get(file) ?? []) if (files.has(next)) visit(files.get(next) as string, [...trail, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
