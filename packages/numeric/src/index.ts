export { haversineM, sphericalCosinesM } from './geodesy.js';
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
export { selectSmallest, kthSmallest } from './quickselect.js';
export { BoundedSearch, compactGraph, reverseGraph, type ArcList, type CompactGraph } from './dijkstra.js';
export { PointIndex, type Neighbours } from './point-index.js';
export { erlangB, erlangC, largestArrivalRate, serviceLadder, waitProbability, type WaitTarget } from './erlang.js';
export { bisectRoot, type RootSearch } from './root.js';
export { gammaQuantile, gammaShareBelow, logGamma } from './gamma.js';
export { sha256Hex } from './sha256.js';
export { SegmentIndex, type SegmentHit, type Segments } from './segment-index.js';
export {
  cooccurrence,
  cooccurrenceScalar,
  gatherAdd,
  gatherAddScalar,
  type Pattern,
  gatherAddPair,
  gatherAddPairScalar,
} from './simd.js';
export { choleskyFactor, choleskyInverse, choleskySolve } from './cholesky.js';
export { logistic, logitProbability, ridgeLogit, type LogitFit, type LogitProblem } from './logit.js';
export {
  ascending,
  averagePrecision,
  brierScore,
  calibrationCurve,
  calibrationLine,
  rocArea,
  topPrecision,
  wilsonInterval,
  type BrierScore,
  type CalibrationBin,
} from './forecast-score.js';
export {
  DenseMatrix,
  invertPositive,
  luFactor,
  luSolve,
  timesScalar,
  type LuFactors,
  type PositiveInverse,
} from './dense.js';
export {
  euclideanNorm,
  perronRoot,
  solveGmres,
  solveNeumann,
  type IterativeOptions,
  type IterativeResult,
  type LinearMap,
} from './krylov.js';
export { articulationPoints, coreNumbers, dominators, UnionFind } from './graph-parts.js';
export { falseDiscoveryAdjusted, normalShareBelow, proportionalFit, type ProportionalFit } from './inference.js';
export { convexHull, hdbscan, type HdbscanOptions, type HdbscanResult } from './hdbscan.js';
export { maximumSpanningForest, type WeightedEdge } from './spanning-tree.js';
export { bestAssignment } from './assignment.js';
export { transposePattern } from './pattern.js';
export { secondEigenvector, type SecondEigenvector } from './second-eigenvector.js';
export { drawBinomial, drawMultinomial, drawPoisson } from './draws.js';
export { poissonField } from './poisson-field.js';
