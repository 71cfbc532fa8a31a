import { conformance } from './conformance.js';
import { embeddedEngine, outsideEngine, systemPostgres } from './engines.js';

conformance('the embedded server', embeddedEngine, false);

const system = systemPostgres();
conformance(
  'an outside server (Debian’s PostgreSQL)',
  () => ('bin' in system ? outsideEngine(system.bin) : Promise.reject(new Error(system.missing))),
  'missing' in system ? system.missing : false,
);
