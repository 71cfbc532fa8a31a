/** Ranks from 1 for the smallest, equal values sharing their mean rank (as R's `rank`). NaN keeps NaN. */
export function ranks(x: Float64Array): Float64Array {
  const order = [...x.keys()].filter((i) => x[i] === x[i]).sort((a, b) => x[a] - x[b]);
  const out = new Float64Array(x.length).fill(Number.NaN);
  for (let a = 0; a < order.length;) {
    let b = a + 1;
    while (b < order.length && x[order[b]] === x[order[a]]) b++;
    for (let k = a; k < b; k++) out[order[k]] = (a + 1 + b) / 2;
    a = b;
  }
  return out;
}
