import type { GridBranch, GridNetwork } from './network.js';

/** Something about a network that is wrong or looks wrong, with the element and what was expected. */
export interface NetworkIssue {
  /** `error`: no answer can be trusted. `warning`: an answer can be given, and should be read with this in mind. */
  readonly severity: 'error' | 'warning';
  readonly kind:
    | 'duplicateId'
    | 'negative'
    | 'noImpedance'
    | 'ratingMissing'
    | 'ratingUnlikely'
    | 'voltageUnlikely'
    | 'dark'
    | 'backToBack'
    | 'customerAtHighSide'
    | 'severalSources'
    | 'loop'
    | 'noSource';
  readonly element: string;
  readonly message: string;
}

/** Village transformers end here; a larger rating at low voltage is VA written as kVA. */
const mostVillageVa = 5e6;
const lowVoltageV = 1_000;

/**
 * All that is wrong or unlikely in a network, listed together by element: a network with some bad parts is still looked at whole.
 * Loops and several sources are no errors, since the flow carries them; a radial method would refuse them.
 */
export function networkIssues(n: GridNetwork): NetworkIssue[] {
  return [...idIssues(n), ...branchIssues(n), ...loadIssues(n), ...topologyIssues(n)];
}

const issue = (severity: NetworkIssue['severity'], kind: NetworkIssue['kind'], element: string, message: string) =>
  ({ severity, kind, element, message }) satisfies NetworkIssue;

function idIssues(n: GridNetwork): NetworkIssue[] {
  const lists = [n.nodes, n.branches, n.sources, n.loads, n.shunts];
  return lists.flatMap((list) => {
    const seen = new Set<string>();
    return list.flatMap(({ id }) => {
      const isSecond = seen.has(id);
      seen.add(id);
      return isSecond ? [issue('error', 'duplicateId', id, `${id} stands twice; expected an id of its own`)] : [];
    });
  });
}

function branchIssues(n: GridNetwork): NetworkIssue[] {
  return n.branches.flatMap((b): NetworkIssue[] => {
    if (b.kind === 'line') return lineIssues(b);
    return b.kind === 'transformer' ? transformerIssues(n, b) : [];
  });
}

function lineIssues(b: Extract<GridBranch, { kind: 'line' }>): NetworkIssue[] {
  const out: NetworkIssue[] = [];
  if (b.r1 < 0 || b.c1 < 0)
    out.push(issue('error', 'negative', b.id, `${b.id}: r = ${b.r1} Ω, c = ${b.c1} F; expected ≥ 0`));
  if (b.r1 === 0 && b.x1 === 0)
    out.push(
      issue('warning', 'noImpedance', b.id, `${b.id} has no impedance; expected > 0, or a link: its ends are one node`),
    );
  if (!(b.ratedA > 0))
    out.push(
      issue('warning', 'ratingMissing', b.id, `${b.id}: the rated current is unknown or 0: its loading is not checked`),
    );
  return out;
}

function transformerIssues(n: GridNetwork, b: Extract<GridBranch, { kind: 'transformer' }>): NetworkIssue[] {
  const out: NetworkIssue[] = [];
  const low = Math.min(b.u1V, b.u2V);
  if (!(b.ratedVa > 0))
    out.push(issue('error', 'ratingMissing', b.id, `${b.id}: rating ${b.ratedVa} VA; expected > 0`));
  else if (low <= lowVoltageV && b.ratedVa > mostVillageVa)
    out.push(
      issue(
        'error',
        'ratingUnlikely',
        b.id,
        `${b.id}: ${b.ratedVa / 1000} kVA at ${low} V; expected ≤ ${mostVillageVa / 1000} kVA (VA written as kVA?)`,
      ),
    );
  else if (low <= lowVoltageV && b.ratedVa < 1_000)
    out.push(issue('error', 'ratingUnlikely', b.id, `${b.id}: ${b.ratedVa} VA; expected ≥ 1 kVA (kVA written as VA?)`));
  if (!(b.uk > 0 && b.uk < 0.2))
    out.push(
      issue('error', 'ratingUnlikely', b.id, `${b.id}: short-circuit voltage ${b.uk * 100} %; expected 0 < uk < 20 %`),
    );
  for (const [node, volts] of [
    [b.from, b.u1V],
    [b.to, b.u2V],
  ] as const) {
    const rated = n.nodes[node].ratedV;
    if (Math.abs(volts / rated - 1) > 0.2)
      out.push(
        issue('warning', 'voltageUnlikely', b.id, `${b.id}: ${volts} V at a node of ${rated} V; expected within 20 %`),
      );
  }
  return out;
}

/** Customers of a village stand at its low side. */
function loadIssues(n: GridNetwork): NetworkIssue[] {
  if (!n.branches.some((b) => b.kind === 'transformer' && Math.min(b.u1V, b.u2V) <= lowVoltageV)) return [];
  return n.loads.flatMap((l) => {
    const volts = n.nodes[l.node].ratedV;
    const draws = l.on && !l.isGenerator && l.pW.reduce((a, p) => a + p, 0) > 0;
    return draws && volts > lowVoltageV
      ? [
          issue(
            'warning',
            'customerAtHighSide',
            l.id,
            `${l.id} draws at ${volts} V; expected the low side of the transformer`,
          ),
        ]
      : [];
  });
}

function topologyIssues(n: GridNetwork): NetworkIssue[] {
  const group = n.nodes.map((_, i) => i);
  const find = (i: number): number => {
    let k = i;
    while (group[k] !== k) k = group[k] = group[group[k]];
    return k;
  };
  const out: NetworkIssue[] = [];
  for (const b of n.branches) {
    if (!b.fromOn || !b.toOn) continue;
    const [a, c] = [find(b.from), find(b.to)];
    if (a === c) out.push(issue('warning', 'loop', b.id, `${b.id} closes a loop`));
    else group[a] = c;
  }
  const sources = n.sources.filter((s) => s.on);
  if (sources.length === 0)
    out.push(issue('error', 'noSource', n.name, `${n.name}: nothing feeds it; expected a source that is on`));
  const fed = new Map<number, string>();
  for (const s of sources) {
    const before = fed.get(find(s.node));
    if (before !== undefined)
      out.push(issue('warning', 'severalSources', s.id, `${s.id} feeds what ${before} feeds already`));
    else fed.set(find(s.node), s.id);
  }
  n.loads.forEach((l) => {
    if (l.on && sources.length > 0 && !fed.has(find(l.node)))
      out.push(issue('warning', 'dark', l.id, `${l.id} stands at ${n.nodes[l.node].id}, which no source reaches`));
  });
  return [...out, ...backToBack(n)];
}

/** Two transformers that turn a voltage down and up again with nothing else at their common node. */
function backToBack(n: GridNetwork): NetworkIssue[] {
  const at = n.nodes.map((): GridBranch[] => []);
  for (const b of n.branches) {
    at[b.from].push(b);
    at[b.to].push(b);
  }
  const busy = new Set([...n.loads.map((l) => l.node), ...n.sources.map((s) => s.node)]);
  return n.nodes.flatMap((node, i) => {
    const [a, b, more] = at[i];
    if (more || busy.has(i) || a?.kind !== 'transformer' || b?.kind !== 'transformer') return [];
    return [issue('warning', 'backToBack', node.id, `${a.id} and ${b.id} stand back to back at ${node.id}`)];
  });
}
