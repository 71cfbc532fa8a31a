import { run } from '../src/program.js';

/** Runs command lines one after the other in one process, `[args…][]` as JSON in the first argument; prints what each gave. */
const results: { code: number; out: string; err: string }[] = [];
const real = { out: process.stdout.write.bind(process.stdout), err: process.stderr.write.bind(process.stderr) };
for (const args of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  const said = { out: '', err: '' };
  process.stdout.write = ((text: string) => ((said.out += text), true)) as typeof process.stdout.write;
  process.stderr.write = ((text: string) => ((said.err += text), true)) as typeof process.stderr.write;
  const code = await run(args);
  results.push({ code, ...said });
}
process.stdout.write = real.out;
process.stderr.write = real.err;
process.exitCode = 0;
real.out(JSON.stringify(results));
