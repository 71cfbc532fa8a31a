import type { Bilingual } from '@qipan/base';
import type { MilpEngine } from '@qipan/optim';
import type { ChessData } from './data.js';
import { familyWords, type FamilyName, type RowPlace } from './families.js';
import type { ModelSpec } from './formulation.js';

export interface ConflictPart {
  readonly family: FamilyName;
  readonly rows: readonly RowPlace[];
  readonly words: Bilingual;
}

/** Rules that cannot hold together. */
export interface ChessConflict {
  readonly parts: readonly ConflictPart[];
  /** False when the rows hold together in shares of a focus and only whole foci conflict: then whole families are named. */
  readonly isByRow: boolean;
  readonly sentence: Bilingual;
}

const list = (names: readonly string[], comma: string, more: (n: number) => string) =>
  names.slice(0, 5).join(comma) + (names.length > 5 ? more(names.length - 5) : '');

/** Whose rule it is: regions, industries, links or provinces by code. */
function owners(data: ChessData, rows: readonly RowPlace[]): { en: string; zh: string; count: number } | null {
  const kinds = [
    ['region', 'regions', '个地区', data.regions.code],
    ['industry', 'industries', '个产业', data.industries.code],
    ['link', 'critical links', '个关键链环', data.links.code],
    ['province', 'provinces', '个省份', data.provinces.code],
  ] as const;
  for (const [key, en, zh, codes] of kinds) {
    const found = [...new Set(rows.flatMap((r) => (r[key] === undefined ? [] : [r[key]])))].map((k) => codes[k]);
    if (found.length === 0) continue;
    return {
      en: `${found.length} ${found.length === 1 ? en.replace(/ies$/, 'y').replace(/s$/, '') : en} (${list(found, ', ', (n) => ` and ${n} more`)})`,
      zh: `${found.length}${zh}（${list(found, '、', (n) => `等另${n}个`)}）`,
      count: found.length,
    };
  }
  return null;
}

function partWords(data: ChessData, family: FamilyName, rows: readonly RowPlace[]): Bilingual {
  const who = owners(data, rows);
  const name =
    family === 'slots' && rows.every((r) => r.region !== undefined && data.regions.minSlots[r.region] > 0)
      ? { en: 'the least number of focus industries', zh: '聚焦产业数下限' }
      : familyWords[family];
  return who ? { en: `${name.en} of ${who.en}`, zh: `${who.zh}的${name.zh}` } : name;
}

function conflictOf(data: ChessData, groups: ReadonlyMap<FamilyName, RowPlace[]>, isByRow: boolean): ChessConflict {
  const parts = [...groups].map(([family, rows]) => ({ family, rows, words: partWords(data, family, rows) }));
  const whole = isByRow ? { en: '', zh: '' } : { en: ' in whole numbers', zh: '（取整数时）' };
  return {
    parts,
    isByRow,
    sentence: {
      en: `No plan keeps all rules: ${parts.map((p) => p.words.en).join('; ')} cannot hold together${whole.en}.`,
      zh: `不存在满足全部规则的方案：${parts.map((p) => p.words.zh).join('；')}不能同时成立${whole.zh}。`,
    },
  };
}

/**
 * Names an irreducible set of rules of a board without any plan. Rows by the engine when the linear relaxation has none;
 * otherwise whole families, left out one by one as long as the rest still conflicts.
 */
export function findConflict(spec: ModelSpec, engine: MilpEngine): ChessConflict {
  const groups = new Map<FamilyName, RowPlace[]>();
  const set = engine.irreducibleSet(spec.problem);
  if (set && set.rows.length > 0) {
    for (const r of set.rows) {
      const { family, row } = spec.rowFamily(r);
      groups.set(family, [...(groups.get(family) ?? []), row.at]);
    }
    return conflictOf(spec.data, groups, true);
  }
  const lower = spec.problem.rowLower.slice();
  const upper = spec.problem.rowUpper.slice();
  spec.families.forEach((family, f) => {
    if (family.rows.length === 0) return;
    const [from, to] = [spec.firstRow[f], spec.firstRow[f + 1]];
    const [l, u] = [lower.slice(from, to), upper.slice(from, to)];
    lower.fill(-Infinity, from, to);
    upper.fill(Infinity, from, to);
    const without = engine.solve({
      ...spec.problem,
      rowLower: lower,
      rowUpper: upper,
      cost: new Float64Array(spec.problem.numCols),
    });
    if (without.status === 'infeasible') return;
    lower.set(l, from);
    upper.set(u, from);
    groups.set(
      family.name,
      family.rows.map((row) => row.at),
    );
  });
  return conflictOf(spec.data, groups, false);
}
