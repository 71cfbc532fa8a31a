import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repoRoot, sharedData } from '@qipan/testing';
import type { Table } from './brute-force.js';

/** Rows of a CSV file as records; quoted fields may hold commas. */
export function readRows(file: string): Record<string, string>[] {
  const [head, ...lines] = readFileSync(file, 'utf8')
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => {
      const cells: string[] = [''];
      let quoted = false;
      for (const c of line) {
        if (c === '"') quoted = !quoted;
        else if (c === ',' && !quoted) cells.push('');
        else cells[cells.length - 1] += c;
      }
      return cells;
    });
  return lines.map((cells) => Object.fromEntries(head.map((name, k) => [name, cells[k] ?? ''])));
}

/** Great-circle distance in km on the sphere of radius 6,371.0088 km, written apart from the product's. */
export function greatCircleKm(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const [a, b, c, d] = [lat1, lat2, lon1, lon2].map((v) => (v * Math.PI) / 180);
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin((d - c) / 2) ** 2;
  return 2 * 6371.0088 * Math.asin(Math.sqrt(h));
}

export interface Territory {
  readonly name: readonly string[];
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  readonly population: Float64Array;
  /** Between every two places. */
  readonly distanceKm: Table;
}

/** The 25 township seats of Dianjiang that stand in the repository, great-circle distances. */
export function dianjiang(): Territory {
  const rows = readRows(path.join(repoRoot, 'data/dianjiang/townships.csv'));
  const lon = Float64Array.from(rows, (r) => Number(r['lon']));
  const lat = Float64Array.from(rows, (r) => Number(r['lat']));
  return {
    name: rows.map((r) => r['name'] ?? ''),
    lon,
    lat,
    population: Float64Array.from(rows, (r) => Number(r['population_2020_scaled'])),
    distanceKm: rows.map((_, i) => rows.map((_r, j) => greatCircleKm(lon[i], lat[i], lon[j], lat[j]))),
  };
}

/** The settlements of Andorra, each at its nearest node of the main road net; shortest ways along the roads. */
export function andorra(): Territory {
  const folder = sharedData('andorra') ?? '';
  const places = readRows(path.join(folder, 'settlements.csv'));
  const nodes = readRows(path.join(folder, 'road_nodes.csv'));
  const edges = readRows(path.join(folder, 'road_edges.csv'));
  const number = new Map(nodes.map((r, k) => [r['id'], k]));
  const near: { to: number; km: number }[][] = nodes.map(() => []);
  for (const e of edges) {
    const [a, b] = [number.get(e['source']) ?? -1, number.get(e['target']) ?? -1];
    const km = Number(e['length_m']) / 1000;
    near[a].push({ to: b, km });
    near[b].push({ to: a, km });
  }
  const main = nodes.flatMap((r, k) => (r['main'] === '1' ? [k] : []));
  const lon = Float64Array.from(places, (r) => Number(r['lon']));
  const lat = Float64Array.from(places, (r) => Number(r['lat']));
  const home = places.map((_, i) => {
    const away = (k: number) => greatCircleKm(lon[i], lat[i], Number(nodes[k]['lon']), Number(nodes[k]['lat']));
    return main.reduce((best, k) => (away(k) < away(best) ? k : best));
  });
  return {
    name: places.map((r) => r['name'] ?? ''),
    lon,
    lat,
    population: Float64Array.from(places, (r) => Number(r['population'])),
    distanceKm: home.map((from) => {
      const km = shortestWays(near, from);
      return home.map((to) => km[to]);
    }),
  };
}

/** Dijkstra (1959) with a list of waiting nodes that is scanned: enough for a few thousand nodes. */
function shortestWays(near: readonly { to: number; km: number }[][], from: number): Float64Array {
  const km = new Float64Array(near.length).fill(Infinity);
  const waiting = new Set([from]);
  km[from] = 0;
  while (waiting.size > 0) {
    let next = -1;
    for (const k of waiting) if (next < 0 || km[k] < km[next]) next = k;
    waiting.delete(next);
    for (const { to, km: step } of near[next])
      if (km[next] + step < km[to]) {
        km[to] = km[next] + step;
        waiting.add(to);
      }
  }
  return km;
}

/** A pmed instance: undirected graph, a repeated edge overrides the earlier one, all shortest ways (Floyd 1962). */
export function pmed(name: string): { p: number; table: number[][] } {
  const [head, ...edges] = readFileSync(sharedData(`siting/pmed/${name}.txt`) ?? '', 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/).map(Number));
  const [n, , p] = head;
  const d = new Float64Array(n * n).fill(Infinity);
  for (let k = 0; k < n; k++) d[k * n + k] = 0;
  for (const [u, v, length] of edges) d[(u - 1) * n + v - 1] = d[(v - 1) * n + u - 1] = length;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      const first = d[i * n + k];
      if (first === Infinity) continue;
      for (let j = 0; j < n; j++) if (first + d[k * n + j] < d[i * n + j]) d[i * n + j] = first + d[k * n + j];
    }
  return { p, table: Array.from({ length: n }, (_, i) => [...d.subarray(i * n, i * n + n)]) };
}

/** The published optimum of an instance. */
export function knownOptimum(instance: string, problem: string): number {
  const rows = readRows(sharedData('siting/known_optima.csv') ?? '');
  const row = rows.find((r) => r['instance'] === instance && r['problem'] === problem);
  return Number(row?.['value']);
}
