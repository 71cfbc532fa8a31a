import { kernelBytes } from './generated/sweep.js';
import type { RadialPlan } from './radial.js';

interface Exports {
  configure(...offsets: readonly number[]): void;
  state(...offsets: readonly number[]): void;
  iterate(): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly used here: neither ES2023 nor Node's types declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number; maximum: number }) => Memory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | null = null;

/** Arrays of one batch inside the kernel's memory, `[rows × width]`. */
export interface SimdTile {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly powerRe: Float64Array;
  readonly powerIm: Float64Array;
  /** 1 at the rows that draw power. */
  readonly drawn: Uint8Array;
  /** Largest squared movement of the last iteration, by scenario. */
  readonly moved: Float64Array;
  /** One draw, backward and forward pass. */
  readonly iterate: () => void;
}

/**
 * A WASM-SIMD kernel for one forest and one batch width (even). It does what `drawPower` and `solveRadial` do, two scenarios
 * an instruction, in the same order of operations per scenario up to the order of the voltage sum.
 */
export function simdTile(
  plan: RadialPlan,
  width: number,
  source: { readonly re: Float64Array; readonly im: Float64Array },
): SimdTile {
  const rows = plan.buses * plan.phases;
  const cells = plan.buses * plan.phases * plan.phases;
  let top = 65536;
  const place = (bytes: number) => {
    const at = top;
    top = (top + bytes + 63) & ~63;
    return at;
  };
  const parentAt = place(plan.buses * 4);
  const kindAt = place(plan.buses);
  const blocks = [plan.zRe, plan.zIm, plan.aRe, plan.aIm, plan.bRe, plan.bIm];
  const blocksAt = blocks.map(() => place(cells * 8));
  const [vRe, vIm, bRe, bIm, sRe, sIm] = [0, 0, 0, 0, 0, 0].map(() => place(rows * width * 8));
  const sourceAt = place(rows * 16);
  const drawnAt = place(rows);
  const movedAt = place(width * 8);
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(top / 65536), maximum: 32768 });
  const kernel = new WebAssembly.Instance(compiled, { env: { memory, abort: () => undefined } }).exports as Exports;
  new Int32Array(memory.buffer, parentAt, plan.buses).set(plan.parent);
  new Uint8Array(memory.buffer, kindAt, plan.buses).set(plan.kind);
  const floats = (at: number, n: number) => new Float64Array(memory.buffer, at, n);
  blocks.forEach((block, k) => floats(blocksAt[k], cells).set(block));
  const pushed = floats(sourceAt, rows * 2);
  for (let r = 0; r < rows; r++) {
    pushed[2 * r] = source.re[r];
    pushed[2 * r + 1] = source.im[r];
  }
  kernel.configure(plan.buses, plan.phases, width, parentAt, kindAt, ...blocksAt);
  kernel.state(vRe, vIm, bRe, bIm, sRe, sIm, sourceAt, drawnAt, movedAt);
  const tile = (at: number) => floats(at, rows * width);
  return {
    re: tile(vRe),
    im: tile(vIm),
    powerRe: tile(sRe),
    powerIm: tile(sIm),
    drawn: new Uint8Array(memory.buffer, drawnAt, rows),
    moved: floats(movedAt, width),
    iterate: () => kernel.iterate(),
  };
}
