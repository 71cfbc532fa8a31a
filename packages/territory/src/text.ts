import { QipanError } from '@qipan/base';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'gb18030';

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
  /** Whether the encoding was told by a byte order mark, found by trial, or named by the caller. */
  readonly how: 'byteOrderMark' | 'detected' | 'named';
}

const startsWith = (bytes: Uint8Array, head: readonly number[]) => head.every((b, i) => bytes[i] === b);

/**
 * Turns the bytes of a text file into text. A byte order mark decides; without one, bytes that are valid UTF-8 are
 * UTF-8, else GB18030 (which holds GBK and GB 2312, as Chinese spreadsheets write them). Never replaces a byte silently.
 *
 * @throws `UNSUPPORTED_FORMAT` for the old `.xls`, `BAD_FILE` for a zip (XLSX) or bytes valid in no encoding
 */
export function decodeText(bytes: Uint8Array, file: string, encoding?: TextEncoding): DecodedText {
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]))
    throw new QipanError('UNSUPPORTED_FORMAT', `${file} is an .xls workbook; save it as .xlsx or .csv and try again`, {
      file,
      got: '.xls',
      expected: '.xlsx or .csv',
    });
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]))
    throw new QipanError('BAD_FILE', `${file} is a zip archive (an .xlsx perhaps), not text`, {
      file,
      got: 'zip',
      expected: 'text: CSV or GeoJSON',
    });
  if (encoding !== undefined) return { text: decodeAs(bytes, encoding, file), encoding, how: 'named' };
  if (startsWith(bytes, [0xef, 0xbb, 0xbf]))
    return { text: decodeAs(bytes, 'utf-8', file), encoding: 'utf-8', how: 'byteOrderMark' };
  if (startsWith(bytes, [0xff, 0xfe]))
    return { text: decodeAs(bytes, 'utf-16le', file), encoding: 'utf-16le', how: 'byteOrderMark' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8', how: 'detected' };
  } catch {
    return { text: decodeAs(bytes, 'gb18030', file), encoding: 'gb18030', how: 'detected' };
  }
}

function decodeAs(bytes: Uint8Array, encoding: TextEncoding, file: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (e) {
    throw new QipanError(
      'BAD_FILE',
      `${file} is not valid ${encoding}`,
      { file, got: 'bytes outside the encoding', expected: 'UTF-8, UTF-16 with a byte order mark, or GB18030' },
      e,
    );
  }
}
