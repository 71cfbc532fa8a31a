import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cheapestChange,
  echelon2022,
  echelonPlaces,
  evaluateRules,
  logicOutcome,
  shippedPacks,
  type EvidenceRow,
  type Outcome,
  type RuleCriterion,
  type RulePack,
} from '@qipan/clusters';

const packs: readonly RulePack[] = [...shippedPacks, ...echelon2022.rungs.map((r) => r.pack)];
const year = 2024;
const good: readonly Outcome[] = ['fail', 'unknown', 'pass'];

/** Evidence for a pack: every metric and year of its windows, near the marks, some of it missing. */
function evidenceFor(pack: RulePack): fc.Arbitrary<EvidenceRow[]> {
  const cells = new Map<string, { metric: string; year: number; mark: number }>();
  for (const c of [...pack.criteria, ...pack.vetoes])
    for (let k = 0; k < c.window.years; k++)
      cells.set(`${c.metric} ${k}`, { metric: c.metric, year: year - k, mark: Math.max(1, Math.abs(c.value)) });
  return fc
    .tuple(...[...cells.values()].map(() => fc.constantFrom(null, 0, 0.5, 0.999, 1, 1.001, 1.2, 3)))
    .map((factors) =>
      [...cells.values()].map(({ metric, year: y, mark }, k) => {
        const f = factors[k] as number | null;
        return { subject: 'S', metric, year: y, value: f === null ? null : f * mark };
      }),
    );
}

const anyPack = fc.constantFrom(...packs).chain((pack) => evidenceFor(pack).map((rows) => ({ pack, rows })));
const runs = { seed: 83, numRuns: 250 };
const judge = (pack: RulePack, rows: readonly EvidenceRow[]) => evaluateRules(pack, rows, year)[0];

test('gap and outcome agree: what passes lacks nothing, what fails lacks something or sits on a strict mark', () => {
  fc.assert(
    fc.property(anyPack, ({ pack, rows }) => {
      const v = judge(pack, rows);
      for (const [k, c] of v.criteria.entries()) {
        const own = pack.criteria[k] as RuleCriterion;
        if (c.outcome === 'pass') assert.ok(c.gap !== null && c.gap <= 0, c.id);
        if (c.outcome === 'fail')
          assert.ok(c.gap !== null && (c.gap > 0 || (c.gap === 0 && ['>', '<'].includes(own.op))), c.id);
        if (c.outcome === 'unknown') assert.ok(c.missingYears.length > 0 || own.window.of === 'annualGrowth', c.id);
      }
    }),
    runs,
  );
});

test('more of what a mark wants never worsens any criterion but those that want less', () => {
  fc.assert(
    fc.property(anyPack, fc.nat(), ({ pack, rows }, pick) => {
      const known = rows.filter((r) => r.value !== null);
      if (known.length === 0) return;
      const chosen = known[pick % known.length] as EvidenceRow;
      const raised = rows.map((r) => (r === chosen ? { ...r, value: (r.value as number) * 1.5 + 1 } : r));
      const [before, after] = [judge(pack, rows), judge(pack, raised)];
      pack.criteria.forEach((c, k) => {
        // A larger first year lowers growth, and equality wants neither more nor less.
        if (c.metric !== chosen.metric || c.window.of === 'annualGrowth' || c.op === '==') return;
        const [a, b] = [before.criteria[k]?.outcome, after.criteria[k]?.outcome].map((o) => good.indexOf(o as Outcome));
        if (c.op === '>=' || c.op === '>') assert.ok((b as number) >= (a as number), c.id);
        else assert.ok((b as number) <= (a as number), c.id);
      });
    }),
    runs,
  );
});

test('filling in what is missing never overturns a decided verdict of a shipped pack', () => {
  fc.assert(
    fc.property(anyPack, fc.integer({ min: 0, max: 3 }), ({ pack, rows }, fill) => {
      const before = judge(pack, rows).outcome;
      const factors = [0, 0.5, 1, 2];
      const marks = new Map([...pack.criteria, ...pack.vetoes].map((c) => [c.metric, Math.max(1, Math.abs(c.value))]));
      const full = rows.map((r) => ({
        ...r,
        value: r.value ?? (factors[fill] as number) * (marks.get(r.metric) as number),
      }));
      const after = judge(pack, full).outcome;
      if (before !== 'unknown') assert.equal(after, before);
    }),
    runs,
  );
});

test('the cheapest change of a shipped pack is the cheapest of all subsets', () => {
  const small = packs.filter((p) => p.criteria.length <= 13);
  fc.assert(
    fc.property(
      fc.constantFrom(...small).chain((pack) => evidenceFor(pack).map((rows) => ({ pack, rows }))),
      ({ pack, rows }) => {
        const verdict = judge(pack, rows);
        const got = cheapestChange(pack, verdict);
        if (got.status !== 'found') {
          const blocked = verdict.vetoes.some((v) => v.outcome === 'pass');
          assert.equal(got.status, blocked ? 'blocked' : 'already');
          return;
        }
        const open = verdict.criteria.filter((c) => c.outcome !== 'pass');
        const price = (id: string): number => {
          const c = open.find((o) => o.id === id);
          return c?.outcome === 'unknown' ? 0.05 : Math.max(c?.relativeGap ?? 1, 1e-9);
        };
        let best = Number.POSITIVE_INFINITY;
        for (let mask = 0; mask < 2 ** open.length; mask++) {
          const chosen = new Set(open.filter((_, k) => (mask >> k) & 1).map((c) => c.id));
          const cost = [...chosen].reduce((s, id) => s + price(id), 0);
          if (cost >= best) continue;
          const of = (id: string): Outcome =>
            chosen.has(id) ? 'pass' : (verdict.criteria.find((c) => c.id === id)?.outcome as Outcome);
          if (logicOutcome(pack.logic, of) === 'pass') best = cost;
        }
        const vetoes = verdict.vetoes.filter((v) => v.outcome === 'unknown').length;
        assert.ok(Math.abs(got.cost - (best + 0.05 * vetoes)) < 1e-9, `${pack.id}: ${got.cost} for ${best}`);
      },
    ),
    { seed: 89, numRuns: 40 },
  );
});

test('a firm is on one rung, and evidence that is missing only opens rungs above it', () => {
  const rungs = echelon2022.rungs.map((r) => r.id);
  const evidence = fc
    .tuple(...echelon2022.rungs.map((r) => evidenceFor(r.pack)))
    .map((parts) => [...new Map(parts.flat().map((r) => [`${r.metric} ${r.year}`, r])).values()]);
  fc.assert(
    fc.property(evidence, (rows) => {
      const [place] = echelonPlaces(echelon2022, rows, year);
      const at = rungs.indexOf(place?.rung ?? '');
      assert.equal(place?.next ?? null, rungs[at + 1] ?? null);
      for (const id of place?.mayBe ?? []) assert.ok(rungs.indexOf(id) > at);
      const [known] = echelonPlaces(
        echelon2022,
        rows.filter((r) => r.value !== null),
        year,
      );
      if (known) assert.equal(known.rung, place?.rung, 'a row without a value is as good as no row');
    }),
    runs,
  );
});
