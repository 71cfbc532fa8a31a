/** Parameters as they travel: nested objects whose leaves are numbers, words, lists or null. */
export type Tree = { readonly [key: string]: unknown };

const isTree = (x: unknown): x is Tree => typeof x === 'object' && x !== null && !Array.isArray(x);

/** The value at a dotted path, or undefined where the path leads nowhere. */
export function valueAt(tree: unknown, path: string): unknown {
  let at: unknown = tree;
  for (const key of path.split('.')) {
    if (!isTree(at)) return undefined;
    at = at[key];
  }
  return at;
}

/** A copy with `value` at the dotted path; `undefined` takes the leaf away, and branches left empty with it. */
export function withValue(tree: unknown, path: string, value: unknown): Tree {
  const [key, ...rest] = path.split('.') as [string, ...string[]];
  const base = isTree(tree) ? tree : {};
  const next = rest.length === 0 ? value : withValue(base[key], rest.join('.'), value);
  const isGone = next === undefined || (rest.length > 0 && isTree(next) && Object.keys(next).length === 0);
  const kept = Object.entries(base).filter(([k]) => k !== key);
  return Object.fromEntries(isGone ? kept : [...kept, [key, next]]);
}

/** Dotted paths of every leaf that a scenario sets, sorted: what differs from the defaults. */
export function changedValues(tree: unknown, before = ''): string[] {
  if (!isTree(tree)) return [];
  return Object.entries(tree)
    .flatMap(([key, value]) => {
      const path = before === '' ? key : `${before}.${key}`;
      return isTree(value) ? changedValues(value, path) : [path];
    })
    .sort();
}

/** Reads what a person typed into a number field: empty is undefined, nonsense is NaN; thousands separators are let through. */
export function typedNumber(text: string): number | undefined {
  const plain = text.replaceAll(/[\s,，]/g, '');
  return plain === '' ? undefined : Number(plain);
}
