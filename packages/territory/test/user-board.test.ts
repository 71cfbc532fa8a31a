import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QipanError } from '@qipan/base';
import { parseCsv, userBoard, type Board, type UserFiles } from '@qipan/territory';

const csv = (file: string, text: string) => ({ file, bytes: new TextEncoder().encode(text) });
/** A county of one degree by one, of two townships. */
const square = [107, 108, 108, 107, 107].map((lon, i) => [lon, [30, 30, 31, 31, 30][i]]);
const county = (geometry: unknown) =>
  csv(
    'county.geojson',
    JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { code: 'C' }, geometry }] }),
  );
const outline = county({ type: 'Polygon', coordinates: [square] });
const regions = 'id,name,level,parent,population,control,controlYear\nC,垫江,county,,,1000,2020\n';
const towns = 'T1,North,township,C,600,,\nT2,South,township,C,400,,\n';
const head = '编号,名称,乡镇,经度,纬度,人口（人）\n';
const rows = ['v1,一村,T1,107.3,30.3,350', 'v2,二村,T1,107.4,30.3,250', 'v3,三村,T2,107.3,30.2,400'];
const table = (lines: readonly string[], header = head) => csv('places.csv', `${header}${lines.join('\n')}\n`);
const options = {
  name: { en: 'Dianjiang', zh: '垫江' },
  years: [2026, 2027],
  populationYear: 2020,
  source: { name: 'county office', licence: 'user', attribution: 'made up' },
};
const made = (files: Partial<UserFiles> = {}): Board =>
  userBoard(
    { regions: csv('regions.csv', regions + towns), places: table(rows), outlines: [outline], ...files },
    options,
  );
const refusal = (files: Partial<UserFiles>): QipanError => {
  try {
    made(files);
  } catch (e) {
    if (e instanceof QipanError) return e;
    throw e;
  }
  throw new Error('the files were taken');
};
const replaced = (row: number, text: string) => table(rows.map((r, i) => (i === row ? text : r)));

describe('files of a user', () => {
  it('become a board with shapes, outline and every person', () => {
    const board = made();
    assert.deepEqual(board.regions.id, ['C', 'T1', 'T2']);
    assert.deepEqual([...board.places.region], [1, 1, 2]);
    assert.deepEqual(board.places.name, ['一村', '二村', '三村']);
    assert.equal(board.regions.shape[0]?.length, 1);
    assert.equal(board.regions.shapeLevel[0], 'official');
    assert.equal(board.outline?.features.length, 1);
    assert.deepEqual(
      board.warnings.map((w) => w.en),
      ['No list of candidate sites: every place is taken for one'],
    );
  });

  it('with one point swapped, or all of them, are refused and say so', () => {
    const one = refusal({ places: replaced(1, 'v2,二村,T1,30.3,107.4,250') });
    assert.deepEqual([one.code, one.details['row'], one.details['column']], ['BAD_CELL', 3, 'lat']);
    const swapped = refusal({ places: table(rows, head.replace('经度,纬度', '纬度,经度')) });
    assert.deepEqual([swapped.code, swapped.details['file']], ['BAD_CELL', 'places.csv']);
    // In Europe both numbers fit into either column, so only the outline tells.
    const andorra = [1.4, 1.8, 1.8, 1.4, 1.4].map((lon, i) => [lon, [42.4, 42.4, 42.7, 42.7, 42.4][i]]);
    const { message } = refusal({
      places: table(['v1,A,T1,42.5,1.5,1000']),
      outlines: [county({ type: 'Polygon', coordinates: [andorra] })],
    });
    assert.match(message, /places\.csv row 2, column lon, lat: \(42\.5, 1\.5\).*seem swapped/);
  });

  it('with a point outside the county are refused, a point in the river on its border is not', () => {
    // 0.009 degrees of latitude are 1.0 km, 0.02 are 2.2 km (111.2 km a degree).
    assert.equal(made({ places: replaced(2, 'v3,三村,T2,107.3,29.992,400') }).places.lat[2], 29.992);
    const far = refusal({ places: replaced(2, 'v3,三村,T2,107.3,29.98,400') });
    assert.match(far.message, /row 4, column lon, lat: \(107\.3, 29\.98\); expected a point within the outline/);
    const site = csv('sites.csv', 'id,region,lon,lat,slots\ns1,T1,107,32,8\n');
    assert.match(refusal({ sites: site }).message, /sites\.csv row 2/);
    const station = csv('stations.csv', 'id,region,lon,lat,guns\ns1,T1,107,32,8\n');
    assert.match(refusal({ stations: station }).message, /stations\.csv row 2/);
    assert.equal(made({ outlines: [], sites: site }).sites.lat[0], 32);
  });

  it('whose people are half missing are refused: too few, or too many blanks', () => {
    const tenth = refusal({ places: table(rows.map((r) => r.replace(/(\d+)0$/, '$1'))) });
    assert.equal(tenth.code, 'INCOMPLETE_TABLE');
    assert.match(tenth.message, /places\.csv: 垫江 \(C\): the table holds 100 persons, 10\.0 % of the 1000 of 2020/);
    const blank = refusal({ places: replaced(0, 'v1,一村,T1,107.3,30.3,') });
    assert.deepEqual([blank.code, blank.details['column']], ['INCOMPLETE_TABLE', 'population']);
    // A township has no control total: its population is what its villages are held against.
    const moved = ['v1,一村,T1,107.3,30.3,350', 'v2,二村,T2,107.4,30.3,250', 'v3,三村,T2,107.3,30.2,400'];
    assert.match(
      refusal({ places: table(moved) }).message,
      /North \(T1\): the table holds 350 persons, 58\.3 % of the 600;/,
    );
  });

  it('without any total take nine of ten figures and say that the sum could not be checked', () => {
    const bare = csv('regions.csv', 'id,name,level,parent\nC,垫江,county,\nT1,North,township,C\n');
    const village = (i: number, n: number) => `v${i},村${i},T1,107.${10 + i},30.3,${i < n ? 100 : ''}`;
    const lines = (n: number) => table(Array.from({ length: 10 }, (_, i) => village(i, n)));
    const notes = made({ regions: bare, places: lines(9) }).warnings.map((w) => w.en);
    assert.deepEqual(notes.slice(0, 2), [
      '垫江 (C): no control total, so the sum could not be checked',
      '垫江 (C): no figure of their own: v9',
    ]);
    assert.equal(refusal({ regions: bare, places: lines(8) }).code, 'INCOMPLETE_TABLE');
    const flow = 'id,kind,region,lon,lat,population\nf,flow,T1,107.3,30.3,\nv,village,T1,107.4,30.3,90\n';
    assert.equal(made({ regions: bare, places: csv('places.csv', flow) }).places.id.length, 2);
  });

  it('without anybody say that a plan needs people, and name the columns that were not read', () => {
    const wrongHead = head.replace('人口（人）', '人ロ数');
    const notes = made({ places: table(rows, wrongHead) }).warnings;
    assert.equal(notes[0]?.zh, 'places.csv：未读取的列：人ロ数');
    assert.match(notes[1]?.en ?? '', /no place has a population or households/);
    const sheet = {
      file: 'county.xlsx [村]',
      rows: [
        ['id', 'region', 'lon', 'lat'],
        ['v1', 'T1', 107.3, 30.3],
      ],
    };
    const other = made({ places: { ...sheet, otherSheets: ['旧', '说明'] } }).warnings[0];
    assert.equal(other?.zh, 'county.xlsx [村]：只读取第一个工作表，略去：旧、说明');
    const cars = table(
      rows.map((r) => `${r},12`),
      head.replace('\n', ',evCount2027\n'),
    );
    assert.match(made({ places: cars }).warnings[0]?.en ?? '', /evCount2027 are not kept on the board/);
  });

  it('that are empty, hold no row, no boundary or one column twice are refused by name', () => {
    for (const text of ['', '\ufeff', '\r\n \r\n']) {
      const empty = refusal({ places: csv('places.csv', text) });
      assert.deepEqual([empty.code, empty.message], ['BAD_FILE', 'places.csv is empty']);
    }
    assert.equal(refusal({ places: table([]) }).message, 'places.csv holds no place');
    const line = refusal({ outlines: [county({ type: 'LineString', coordinates: square })] });
    assert.deepEqual([line.code, line.details['got']], ['BAD_FILE', 'LineString']);
    const twice = refusal({
      places: table(
        rows.map((r) => `${r},1`),
        head.replace('\n', ',人口（人）\n'),
      ),
    });
    assert.match(twice.message, /row 1, column population: the header "人口" stands more than once/);
  });
});

describe('a quote that does not close', () => {
  it('is told by the row in which it opens, as a spreadsheet counts', () => {
    const at = (text: string) => {
      try {
        parseCsv(new TextEncoder().encode(text), 'f.csv');
      } catch (e) {
        return (e as QipanError).details['row'];
      }
      return null;
    };
    assert.equal(at('a,b\r\n1,"x\r\n2,y\r\n3,z\r\n'), 2);
    assert.equal(at('a,b\n"one\ncell","x ""quoted"""\n3,"z\n4,5\n'), 3);
    assert.equal(at('a,b\n1,"x"\n'), null);
  });
});
