export { haversineM, sphericalCosinesM } from './geodesy.js';
export { compensatedSum, compensatedDot, RunningSum } from './sums.js';
export {
  csrFromTriplets,
  csrFromLists,
  csrTranspose,
  csrSortedByValue,
  csrAt,
  csrTimesVector,
  type Csr,
  type CsrShape,
  type Triplets,
} from './csr.js';
export { IndexedHeap } from './heap.js';
export { selectSmallest, kthSmallest } from './quickselect.js';
