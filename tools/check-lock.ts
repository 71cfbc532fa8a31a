import { readFileSync } from 'node:fs';

// This file holds no type annotation on purpose: it must run before anything is installed, as `node --input-type=module < tools/check-lock.ts`.

/**
 * What is wrong with a lock file (version 3), a sentence each: a platform package without an entry of its own makes `npm ci`
 * fail elsewhere, a download address ties the clone to one registry, an entry without a checksum is not pinned.
 */
export function checkLock(text = '') {
  const lock = JSON.parse(text);
  if (lock.lockfileVersion !== 3 || !lock.packages) return [`lockfileVersion is ${lock.lockfileVersion}; expected 3`];
  const names = Object.keys(lock.packages);
  const stands = (name = '') => names.some((n) => n.endsWith(`node_modules/${name}`));
  return names.flatMap((place) => {
    const entry = lock.packages[place];
    return [
      ...(/^[a-z+]+:/i.test(entry.resolved ?? '') ? [`${place}: holds a download address`] : []),
      ...(place.includes('node_modules/') && !entry.link && !entry.inBundle && !entry.integrity
        ? [`${place}: no checksum`]
        : []),
      ...Object.keys(entry.optionalDependencies ?? {})
        .filter((wanted) => !stands(wanted))
        .map((wanted) => `${place || 'root'}: optional ${wanted} has no entry`),
    ];
  });
}

if (process.argv[1] === undefined || process.argv[1].endsWith('check-lock.js')) {
  const faults = checkLock(readFileSync('package-lock.json', 'utf8'));
  for (const fault of faults) console.error(`package-lock.json: ${fault}`);
  console.log(faults.length === 0 ? 'lock file: whole' : `lock file: ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 65;
}
