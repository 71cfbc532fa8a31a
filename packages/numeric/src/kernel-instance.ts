import { kernelBytes } from './generated/kernels.js';

/** start, index, rows, table, weight, width, out, outWeighted: byte offsets but for rows and width. */
type PairKernel = (...at: [number, number, number, number, number, number, number, number]) => void;

/** What the compiled module offers; offsets are bytes of its memory. */
export interface KernelExports {
  cooccurrence(bits: number, n: number, words: number, c: number): void;
  gatherAdd32(start: number, index: number, rows: number, table: number, width: number, out: number): void;
  gatherAdd64(start: number, index: number, rows: number, table: number, width: number, out: number): void;
  gatherAddPair32: PairKernel;
  gatherAddPair64: PairKernel;
  matVec(a: number, rows: number, ld: number, x: number, y: number): void;
  matVecT(a: number, rows: number, ld: number, x: number, y: number): void;
  invertInPlace(a: number, n: number, ld: number, packed: number, column: number, block: number, floor: number): number;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly used here: neither ES2023 nor Node's types declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number }) => KernelMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | null = null;

/** One instance with a memory of its own, as large as the call needs; it is let go with the result. */
export function kernelInstance(bytes: number): {
  kernels: KernelExports;
  memory: KernelMemory;
  allocate: (size: number) => number;
} {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) + 2, maximum: 32768 });
  const kernels = new WebAssembly.Instance(compiled, { env: { memory, abort: () => undefined } })
    .exports as KernelExports;
  let top = 65536;
  const allocate = (size: number) => {
    const at = top;
    top = (top + size + 63) & ~63;
    return at;
  };
  return { kernels, memory, allocate };
}
