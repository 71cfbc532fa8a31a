/** One kind of connector at a station. */
export interface Connection {
  /** NaN = unknown. */
  readonly powerKw: number;
  readonly current: 'AC' | 'DC' | '';
  readonly count: number;
}

/** Reads `22kW AC x2; 50kW DC x1`; what does not look like that is left out. */
export function readConnections(text: string): Connection[] {
  return text.split(/[;；]/).flatMap((part): Connection[] => {
    const m = /^\s*(?:([\d.]+)\s*kW)?\s*(AC|DC)?\s*(?:[x×*]\s*(\d+))?\s*$/i.exec(part);
    if (!m || part.trim() === '') return [];
    const current = (m[2] ?? '').toUpperCase() as Connection['current'];
    return [{ powerKw: m[1] === undefined ? NaN : Number(m[1]), current, count: Number(m[3] ?? 1) }];
  });
}

/** Module type (`22kW AC`) → count of the connections in a text. */
export function modulesOf(text: string): Readonly<Record<string, number>> {
  return modulesOfConnections(readConnections(text));
}

export function modulesOfConnections(connections: readonly Connection[]): Readonly<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const c of connections) {
    const type = `${Number.isNaN(c.powerKw) ? '?' : c.powerKw}kW ${c.current === '' ? '?' : c.current}`;
    out[type] = (out[type] ?? 0) + c.count;
  }
  return out;
}
