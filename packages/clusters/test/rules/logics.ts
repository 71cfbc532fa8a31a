import fc from 'fast-check';
import type { RuleLogic } from '@qipan/clusters';

/** Random logics over few criteria, so that ids come more than once. */
export const logics = fc.letrec<{ logic: RuleLogic }>((tie) => ({
  logic: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.record({ allOf: fc.array(tie('logic'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ anyOf: fc.array(tie('logic'), { minLength: 1, maxLength: 3 }) }),
    fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.array(tie('logic'), { minLength: 3, maxLength: 4 }))
      .map(([atLeast, of]) => ({ atLeast, of })),
  ),
})).logic;
