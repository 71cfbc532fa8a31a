import { inflateRawSync } from 'node:zlib';

const headerBytes = 30;
const deflated = 8;

/**
 * Whether the files of a ZIP archive hold more than `most` bytes together. Every file is inflated up to the limit, one after the
 * other as they stand: what an archive says of its sizes is only the sender's word (APPNOTE 6.3.10 §4.3.7, §4.4.9). What is no
 * archive, or damaged, is left to the reader to refuse.
 */
export function holdsMoreThan(zip: Buffer, most: number): boolean {
  let left = most;
  let at = zip.indexOf('PK\u0003\u0004');
  while (at >= 0 && at + headerBytes <= zip.length) {
    const from = at + headerBytes + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const file = zip.readUInt16LE(at + 8) === deflated ? inflated(zip.subarray(from), left) : { size: 0, read: 0 };
    if (file === null) return true;
    left -= file.size;
    at = zip.indexOf('PK\u0003\u0004', from + file.read);
  }
  return false;
}

/** Size of a deflated file and of what was read for it; null when it is more than `most`. */
function inflated(data: Buffer, most: number): { readonly size: number; readonly read: number } | null {
  try {
    const options = { maxOutputLength: Math.max(1, most), info: true };
    const { buffer, engine } = inflateRawSync(data, options) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return { size: buffer.length, read: engine.bytesWritten };
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? null : { size: 0, read: 0 };
  }
}
