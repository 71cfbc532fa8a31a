import { QipanError } from '@qipan/base';
import { checkBoard, type Board, type BoardParts } from './board.js';

/** Turns text into a content hash, for instance the hexadecimal SHA-256 of its UTF-8 bytes. */
export type Hash = (text: string) => string;

const arrays = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type ArrayTag = keyof typeof arrays;
const isTag = (k: string | undefined): k is ArrayTag => k !== undefined && k in arrays;

/** Plain JSON of any value of the board: a typed array becomes `{"f64": […]}`, its NaN null. */
function encode(_key: string, value: unknown): unknown {
  for (const [tag, type] of Object.entries(arrays))
    if (value instanceof type)
      return { [tag]: Array.from(value as ArrayLike<number>, (v) => (Number.isNaN(v) ? null : v)) };
  return value;
}

function decode(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  const tag = keys[0];
  if (keys.length !== 1 || !isTag(tag)) return value;
  const list = (value as Record<string, (number | null)[]>)[tag] ?? [];
  return new arrays[tag](list.map((v) => v ?? NaN));
}

/** The parts in one fixed order of keys, so that equal boards give equal text. */
function canonicalText(parts: BoardParts): string {
  const order: (keyof BoardParts)[] = [
    'name',
    'years',
    'populationYear',
    'regions',
    'places',
    'sites',
    'stations',
    'industries',
    'outline',
    'roads',
    'sources',
    'warnings',
  ];
  return JSON.stringify(Object.fromEntries(order.map((k) => [k, parts[k]])), (key, value: unknown) => {
    const plain = encode(key, value);
    if (plain === null || typeof plain !== 'object' || Array.isArray(plain)) return plain;
    return Object.fromEntries(Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}

/** Checks the parts and gives them their identity, the hash of their content. Throws as `checkBoard` does. */
export function makeBoard(parts: BoardParts, hash: Hash): Board {
  checkBoard(parts);
  return { ...parts, id: hash(canonicalText(parts)) };
}

/** The board as JSON text; numbers come back exactly, unknown (NaN) stands as null. */
export function boardToJson(board: Board): string {
  return JSON.stringify(board, encode);
}

/**
 * Reads what `boardToJson` wrote and proves it by its content hash.
 * @throws `BAD_FILE` when the text is no board, `VERIFY_FAILED` when the content is not what the id names
 */
export function boardFromJson(text: string, hash: Hash): Board {
  let board: Board;
  try {
    board = JSON.parse(text, decode) as Board;
    checkBoard(board);
  } catch (e) {
    if (e instanceof QipanError) throw e;
    throw new QipanError('BAD_FILE', 'the text is not a board', { expected: 'JSON written by boardToJson' }, e);
  }
  const { id, ...parts } = board;
  const found = hash(canonicalText(parts));
  if (found !== id)
    throw new QipanError('VERIFY_FAILED', `the board's content has the hash ${found}; its id is ${id}`, {
      got: found,
      expected: id,
    });
  return board;
}
