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
export { BoundedSearch, compactGraph, reverseGraph, type ArcList, type CompactGraph } from './dijkstra.js';
export { PointIndex, type Neighbours } from './point-index.js';
