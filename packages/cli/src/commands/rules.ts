import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import {
  cheapestChange,
  echelon2022,
  echelonPlaces,
  evaluateRules,
  readEvidence,
  readRulePack,
  shippedPacks,
  type CheapestChange,
  type EchelonPlace,
  type EvidenceRow,
  type RulePack,
  type RuleVerdict,
} from '@qipan/clusters';
import { both, printResult } from '../terminal.js';
import { longOf } from './clusters.js';

export interface RulesOptions {
  readonly year?: number;
  readonly json?: boolean;
}

function packOf(name: string): RulePack {
  const shipped = [...shippedPacks, ...echelon2022.rungs.map((r) => r.pack)].find((p) => p.id === name);
  if (shipped) return shipped;
  if (!existsSync(name))
    throw new QipanError('NOT_FOUND', `${name}: neither a shipped pack nor a file`, {
      got: name,
      expected: [...shippedPacks.map((p) => p.id), echelon2022.id].join(', '),
    });
  try {
    return readRulePack(JSON.parse(readFileSync(name, 'utf8')));
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e;
    throw new QipanError('BAD_FILE', `${path.basename(name)}: no JSON, ${e.message}`, { file: name }, e);
  }
}

const yearOf = (rows: readonly EvidenceRow[], asked: number | undefined): number => {
  const years = rows.flatMap((r) => (r.year === null ? [] : [r.year]));
  const year = asked ?? (years.length > 0 ? Math.max(...years) : undefined);
  if (year === undefined)
    throw new QipanError('BAD_USAGE', 'the evidence has no year: say which with --year', { field: '--year' });
  return year;
};

const short = (x: number): string => String(Number(x.toPrecision(6)));

function changeLines(change: CheapestChange): string[] {
  if (change.status === 'already') return [];
  if (change.status === 'blocked')
    return [
      `  nothing changes it now${change.blockedBy.length > 0 ? `: ${change.blockedBy.join(', ')}` : ''} · 目前无法改变结论`,
    ];
  const each = change.changes.map((c) =>
    c.kind === 'evidence' ? `evidence of ${c.id}` : `${c.id} by ${short(c.gap ?? 0)} ${c.unit}`,
  );
  return [`  cheapest change · 最小改动: ${each.join('; ')}`];
}

function verdictLines(pack: RulePack, v: RuleVerdict, change: CheapestChange): string[] {
  const name = (id: string) => [...pack.criteria, ...pack.vetoes].find((c) => c.id === id)?.name;
  return [
    `${v.subject} (${v.year}): ${v.outcome} · ${{ pass: '通过', fail: '不通过', unknown: '无法判断' }[v.outcome]}`,
    ...v.criteria.map((c) => {
      const known = name(c.id);
      const gap =
        c.gap === null
          ? `missing ${c.missingYears.join(', ')}`
          : c.gap > 0
            ? `gap ${short(c.gap)}`
            : `spare ${short(-c.gap)}`;
      return `  ${c.outcome.padEnd(7)} ${known ? both(known) : c.id}: ${c.got === null ? '–' : short(c.got)} ${c.op} ${short(c.threshold)} ${c.unit}, ${gap}${c.confirmed ? '' : ' (unconfirmed · 未核实)'}`;
    }),
    ...v.vetoes
      .filter((c) => c.outcome !== 'fail')
      .map((c) => `  veto ${c.id}: ${c.outcome === 'pass' ? 'happened · 已发生' : 'unknown · 无法判断'}`),
    ...changeLines(change),
  ];
}

function echelonLines(p: EchelonPlace): string[] {
  const named = (id: string | null) => {
    const pack = echelon2022.rungs.find((r) => r.id === id)?.pack;
    return pack ? both(pack.name) : 'none · 未入库';
  };
  return [
    `${p.firm}: ${named(p.rung)}${p.mayBe.length > 0 ? `; may be ${p.mayBe.join(', ')} (evidence missing · 缺少证据)` : ''}`,
    ...(p.next && p.nextVerdict && p.nextChange
      ? [`  next · 下一级: ${named(p.next)}`, ...changeLines(p.nextChange)]
      : []),
  ];
}

/** `qipan clusters rules`: evidence against a pack, or firms on the ladder. */
export function rules(packName: string, evidenceFile: string | undefined, o: RulesOptions): void {
  if (packName === 'list') {
    const all = [...shippedPacks, ...echelon2022.rungs.map((r) => r.pack)];
    printResult(
      o.json,
      all.map((p) => ({
        id: p.id,
        name: p.name,
        source: p.source,
        criteria: p.criteria.length,
        unconfirmed: p.criteria.filter((c) => !c.confirmed).length,
      })),
      () => [
        ...all.map((p) => `${p.id.padEnd(28)} ${both(p.name)}`),
        `${echelon2022.id.padEnd(28)} firms on the whole ladder · 企业梯队`,
      ],
    );
    return;
  }
  if (evidenceFile === undefined)
    throw new QipanError('BAD_USAGE', 'name a file of evidence', {
      field: 'evidence',
      expected: 'a CSV: subject, metric, year, value',
    });
  const rows = readEvidence(longOf(evidenceFile));
  const year = yearOf(rows, o.year);
  if (packName === echelon2022.id) {
    const places = echelonPlaces(echelon2022, rows, year);
    printResult(o.json, { pack: packName, year, places }, () => places.flatMap(echelonLines));
    return;
  }
  const pack = packOf(packName);
  const judged = evaluateRules(pack, rows, year).map((verdict) => ({ verdict, change: cheapestChange(pack, verdict) }));
  printResult(o.json, { pack: pack.id, source: pack.source, year, judged }, () => [
    `${both(pack.name)}; ${pack.source}`,
    ...judged.flatMap(({ verdict, change }) => verdictLines(pack, verdict, change)),
  ]);
}
