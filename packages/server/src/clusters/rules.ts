import { QipanError, type Bilingual } from '@qipan/base';
import type { RulePack } from '@qipan/clusters';
import type { RegionUpgradeView, RuleAnswer, RulePackView, RuleQuestion } from '../contract.js';
import type { Datasets } from './datasets.js';

/** The shipped packs and the rungs of the ladder. */
async function packs(): Promise<readonly RulePack[]> {
  const { echelon2022, shippedPacks } = await import('@qipan/clusters');
  return [...shippedPacks, ...echelon2022.rungs.map((r) => r.pack)];
}

export async function rulePacks(): Promise<readonly RulePackView[]> {
  return packs();
}

/** Evidence against a pack, with the cheapest change of each subject. Throws `NOT_FOUND` for a pack nobody knows, and what readers throw. */
export async function evaluateQuestion(q: RuleQuestion): Promise<RuleAnswer> {
  const { cheapestChange, evaluateRules, readRulePack } = await import('@qipan/clusters');
  const known = typeof q.pack === 'string' ? (await packs()).find((p) => p.id === q.pack) : readRulePack(q.pack);
  if (!known)
    throw new QipanError('NOT_FOUND', `there is no rule pack ${String(q.pack).slice(0, 100)}`, {
      got: q.pack,
      expected: (await packs()).map((p) => p.id).join(', '),
    });
  const verdicts = evaluateRules(known, q.rows, q.year);
  return {
    pack: known,
    subjects: verdicts.map((v) => {
      const { status, changes, blockedBy } = cheapestChange(known, v);
      return {
        subject: v.subject,
        year: v.year,
        outcome: v.outcome,
        criteria: v.criteria,
        vetoes: v.vetoes,
        change: { status, changes: changes.map(({ id, kind, gap, unit }) => ({ id, kind, gap, unit })), blockedBy },
      };
    }),
  };
}

const unstated = 'unstated';
/** What a file may say of a firm that stands on no rung. */
const offLadder: Readonly<Record<string, Bilingual>> = {
  [unstated]: { en: 'rung not stated', zh: '未注明梯队' },
  none: { en: 'on no rung', zh: '不在梯队中' },
};

/** Firms of a region by the rung that their file names; rungs of the ladder first, from the top. */
export async function regionEchelon(datasets: Datasets, region: string): Promise<RegionUpgradeView['echelon']> {
  const dataset = await datasets.newest('firms');
  if (dataset === null) return null;
  const { echelon2022 } = await import('@qipan/clusters');
  const { rows } = await datasets.load(dataset, 'firms');
  const own = rows.filter((r) => r['regionCode'] === region);
  const ladder = echelon2022.rungs.toReversed().map((r) => ({ rung: r.id, name: r.pack.name }));
  // A file names a rung by its id or as people call it.
  const called = new Map(ladder.flatMap(({ rung, name }) => [rung, name.en, name.zh].map((word) => [word, rung])));
  const rungOf = (r: (typeof own)[number]) => {
    const told = r['echelon'] as string | null;
    return told === null ? unstated : (called.get(told) ?? told);
  };
  const others = [...new Set(own.map(rungOf))]
    .filter((rung) => !ladder.some((l) => l.rung === rung))
    .map((rung) => ({
      rung,
      name: offLadder[rung] ?? { en: rung, zh: rung },
    }));
  return {
    dataset,
    firms: own.length,
    // Where no firm states its rung, nothing is known of the ladder: no row says 0.
    levels: [...(own.some((r) => rungOf(r) !== unstated) ? ladder : []), ...others].map((l) => ({
      ...l,
      firms: own.filter((r) => rungOf(r) === l.rung).length,
    })),
  };
}
