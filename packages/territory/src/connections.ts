/** One kind of connector at a station. */
export interface Connection {
  /** NaN = unknown. */
  readonly powerKw: number;
  readonly current: 'AC' | 'DC' | '';
  readonly count: number;
}

const dc = /dc|ccs|chademo|combo|supercharger|gb_dc|直流|快/i;
const ac = /ac|type|schuko|mennekes|j1772|gb_ac|交流|慢/i;

/** AC or DC of a connector's name in any of the sources; '' when it cannot be told. */
export function currentOf(name: string): Connection['current'] {
  return dc.test(name) ? 'DC' : ac.test(name) ? 'AC' : '';
}

/** Reads `22kW AC x2; 50kW CCS x1 (shared)`; remarks in brackets, and parts that do not look like that, are left out. */
export function readConnections(text: string): Connection[] {
  return text.split(/[;；]/).flatMap((part): Connection[] => {
    const m = /^(?:([\d.]+)\s*kW)?\s*([a-z][a-z0-9 ]*?)?\s*(?:[x×*]\s*(\d+))?$/i.exec(
      part.replace(/[(（].*$/, '').trim(),
    );
    if (!m || (m[1] === undefined && m[3] === undefined)) return [];
    const powerKw = m[1] === undefined ? NaN : Number(m[1]);
    return [{ powerKw, current: currentOf(m[2] ?? ''), count: Number(m[3] ?? 1) }];
  });
}

/** Module type (`22kW AC`, `?` for what is unknown) → count. */
export function modulesOf(connections: readonly Connection[]): Readonly<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const c of connections) {
    const type = `${Number.isNaN(c.powerKw) ? '?' : c.powerKw}kW ${c.current === '' ? '?' : c.current}`;
    out[type] = (out[type] ?? 0) + c.count;
  }
  return out;
}
