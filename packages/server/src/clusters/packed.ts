/** Typed arrays as they stand inside JSON: little-endian bytes in base64 under the name of the type. */
const kinds = { $f64: Float64Array, $f32: Float32Array, $i32: Int32Array, $u8: Uint8Array } as const;
type Tag = keyof typeof kinds;

const tagOf = (x: unknown): Tag | null =>
  ArrayBuffer.isView(x) ? ((Object.keys(kinds) as Tag[]).find((tag) => x instanceof kinds[tag]) ?? null) : null;

/** JSON text of plain data that may hold typed arrays, to the last bit; NaN inside them stays NaN. */
export function pack(value: unknown): string {
  return JSON.stringify(value, (_, x: unknown) => {
    const tag = tagOf(x);
    if (tag === null) return x;
    const { buffer, byteOffset, byteLength } = x as Float64Array;
    return { [tag]: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  });
}

/** The inverse of `pack`. */
export function unpack<T>(text: string): T {
  return JSON.parse(text, (_, x: unknown) => {
    if (typeof x !== 'object' || x === null) return x;
    for (const tag in x) {
      if (!Object.hasOwn(kinds, tag)) return x;
      const bytes = Buffer.from((x as Record<string, string>)[tag] as string, 'base64');
      return new kinds[tag as Tag](new Uint8Array(bytes).buffer);
    }
    return x;
  }) as T;
}

/** Plain JSON for pages: typed arrays become lists, what is not finite becomes null. */
export function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
}
