import { parentPort, workerData } from 'node:worker_threads';
import { flip, restoredChess } from '@qipan/clusters';
import { chessBoard, chessEngine, chessPair, flipView, type FlipOrder } from './chess.js';

/** The thread of one flip: board and kept result to the other move. */
const order = workerData as FlipOrder;
const data = await chessBoard(order.text, order.parameters);
const result = restoredChess(data, order.stored);
const pair = await chessPair(data, order.cell);
if (!result.plan) throw new Error('a run without a plan has no flips');
const flipped = flip(data, await chessEngine(), { result, plan: result.plan, pair });
parentPort?.postMessage(flipView(data, flipped));
