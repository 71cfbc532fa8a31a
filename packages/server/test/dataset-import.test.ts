import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type {
  DatasetCheck,
  DatasetFile,
  DatasetInput,
  DatasetKindView,
  DatasetSummary,
  DatasetView,
  FilePreview,
} from '@qipan/server/contract';
import { sharedData, skipWithout } from '@qipan/testing';
import writeExcel from 'write-excel-file/node';
import { startTestServer, type TestServer } from './support.js';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.end());

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const file = (role: string, name: string, text: string | Uint8Array, more: Partial<DatasetFile> = {}): DatasetFile => ({
  role,
  name,
  content: base64(text),
  ...more,
});
const panelOf = (...files: readonly DatasetFile[]): DatasetInput => ({
  kind: 'panel',
  name: { en: 'Test', zh: '测试' },
  attribution: 'made up for a test',
  measure: 'employment',
  files,
});
const count = async () => (await server.get<DatasetSummary[]>('clusters/datasets')).length;

const csv = [
  'Employment by area',
  'area,industry,year,jobs,note',
  'A,Mining,2020,5,',
  'A,Retail,2020,*,',
  'B,Mining,2020,"1,200",',
  'B,Retail,2020,0,',
  'B,Not stated,2020,3,',
].join('\n');

test('a preview names columns, types, symbols and labels to leave out, and proposes a mapping', async () => {
  const preview = await server.post<FilePreview>('clusters/datasets/preview', {
    kind: 'panel',
    file: file('panel', 'jobs.csv', csv),
  });
  assert.equal(preview.rows, 5);
  assert.deepEqual(
    preview.columns.map((c) => [c.name, c.type]),
    [
      ['area', 'text'],
      ['industry', 'text'],
      ['year', 'whole'],
      ['jobs', 'whole'],
      ['note', 'empty'],
    ],
  );
  assert.deepEqual(preview.mapping, { regionCode: 'area', industryCode: 'industry', year: 'year', value: 'jobs' });
  assert.deepEqual(preview.symbols, [{ text: '*', count: 1, meaning: 'suppressed' }]);
  assert.deepEqual(preview.dropIndustries, ['Not stated']);
  assert.deepEqual(preview.sample[2], ['B', 'Mining', '2020', '1,200', '']);
  assert.equal(await count(), 0, 'a preview stores nothing');
});

test('a checked panel reports suppressed cells as unknown, then is stored with names and positions of its regions', async () => {
  const cells = csv.replace('"1,200"', '1200');
  const input = panelOf(
    file('panel', 'jobs.csv', cells, { columns: { value: 'jobs' }, dropIndustries: ['Not stated'] }),
    file(
      'regions',
      'regions.csv',
      'code,名称,中文名称,经度,纬度,parent\nA,Alpha,甲,107.5,30.5,P\nB,Beta,乙,108,31,P\nP,Province,省,,,\n',
    ),
  );
  const check = await server.post<DatasetCheck>('clusters/datasets/check', input);
  assert.deepEqual(check.issues, []);
  assert.deepEqual(check.counts, { regions: 2, industries: 2 });
  assert.deepEqual(
    check.report?.completeness.map((c) => [c.year, c.expected, c.observed, c.zeros, c.suppressed, c.missing, c.total]),
    [[2020, 4, 2, 1, 1, 0, 1205]],
  );
  assert.equal(await count(), 0, 'a check stores nothing');
  const view = await server.post<DatasetView>('clusters/datasets', input);
  assert.match(view.id, /^panel-/);
  assert.equal(view.dataLevel, 'official');
  assert.deepEqual(view.regions[1], {
    code: 'B',
    name: { en: 'Beta', zh: '乙' },
    parent: 'P',
    lon: 108,
    lat: 31,
  });
  assert.match(view.warnings.map((w) => w.zh).join(), /隐去 1/);
  assert.match(view.warnings.map((w) => w.en).join(), /Not stated/);
  const content = await server.get<{ panels: { value: (number | null)[] }[] }>(`clusters/datasets/${view.id}/content`);
  assert.deepEqual(content.panels[0]?.value, [5, null, 1200, 0], 'suppressed is null, never 0');
});

test('every wrong cell of every file is listed and nothing of any file is stored', async () => {
  const before = await count();
  const input = panelOf(
    file('panel', 'bad.csv', 'region,industry,value\nA,1,5\nA,1,6\nA,2,-3\nB,,4\nB,2,many\n'),
    file('regions', 'regions.csv', 'code,name,level\nA,Alpha,village\nA,Alpha again,county\n'),
  );
  const check = await server.post<DatasetCheck>('clusters/datasets/check', input);
  assert.equal(check.ok, false);
  assert.equal(check.report, null);
  assert.deepEqual(
    check.issues.map((i) => [i.code, i.file, i.row, i.column]),
    [
      ['DUPLICATE_CELL', 'bad.csv', 3, 'value'],
      ['VALUE_NEGATIVE', 'bad.csv', 4, 'value'],
      ['BAD_CELL', 'bad.csv', 5, 'industry'],
      ['BAD_CELL', 'bad.csv', 6, 'value'],
      ['BAD_CELL', 'regions.csv', 2, 'level'],
      ['DUPLICATE_ID', 'regions.csv', 3, 'code'],
    ],
  );
  assert.ok(check.issues.every((i) => i.expected !== undefined && i.got !== undefined));
  const refused = await server.ask('POST', 'clusters/datasets', input);
  assert.equal(refused.status, 400);
  assert.equal((refused.body as { details: { issues: unknown[] } }).details.issues.length, 6);
  assert.equal(await count(), before);
});

test('GB18030, a byte order mark, XLSX and a wide table give the same panel', async () => {
  const long = '地区,行业,数值\n甲县,采矿,5\n甲县,零售,7\n乙县,采矿,0\n乙县,零售,2\n';
  const wide = [
    ['地区', '采矿', '零售', '建筑'],
    ['甲县', 5, 7, 1],
    ['乙县', 0, 2, 1],
  ];
  // 甲县 and 乙县, 采矿 and 零售 in GB18030, written out because the platform only decodes it.
  const gb = Buffer.from(
    [
      'b5d8c7f8,d0d0d2b5,cafdd6b5',
      'bcd7cfd8,b2c9bff3,35',
      'bcd7cfd8,c1e3cadb,37',
      'd2d2cfd8,b2c9bff3,30',
      'd2d2cfd8,c1e3cadb,32',
    ]
      .map((line) => line.split(',').join('2c'))
      .join('0a'),
    'hex',
  );
  const read = async (name: string, bytes: string | Uint8Array) =>
    server.post<DatasetView>('clusters/datasets', panelOf(file('panel', name, bytes)));
  const plain = await read('a.csv', long);
  const marked = await read('b.csv', `\ufeff${long}`);
  const chinese = await read('c.csv', gb);
  assert.equal(plain.id, marked.id);
  assert.equal(plain.id, chinese.id, 'the same content has the same name');
  assert.equal(
    chinese.report.files[0]?.encoding,
    plain.report.files[0]?.encoding,
    'a dataset is kept as it came first',
  );
  const preview = await server.post<FilePreview>('clusters/datasets/preview', {
    kind: 'panel',
    file: file('panel', 'c.csv', gb),
  });
  assert.equal(preview.encoding, 'gb18030');
  const workbook = await writeExcel(wide.map((row) => row.map((value) => ({ value })))).toBuffer();
  const sheet = await read('d.xlsx', workbook);
  assert.deepEqual(sheet.industries.map((i) => i.code).sort(), ['建筑', '采矿', '零售']);
  const content = await server.get<{ panels: { industryCode: string[]; regionCode: string[]; value: number[] }[] }>(
    `clusters/datasets/${sheet.id}/content`,
  );
  const [p] = content.panels;
  assert.equal(p?.value[p.regionCode.indexOf('甲县') * 3 + p.industryCode.indexOf('零售')], 7);
});

test('files of a wrong kind, format or role are refused with what was expected', async () => {
  const refused = async (input: DatasetInput) => {
    const { status, body } = await server.ask('POST', 'clusters/datasets', input);
    return { status, body: body as { code: string; message: string } };
  };
  const bad = [
    [panelOf(file('panel', 'x.pdf', 'x')), 415, 'UNSUPPORTED_FORMAT'],
    [panelOf(file('panel', 'x.xlsx', 'no workbook')), 400, 'BAD_FILE'],
    [panelOf(file('panel', 'x.csv', 'region,industry,value\n')), 422, 'DEGENERATE_INPUT'],
    [panelOf(file('poem', 'x.csv', 'a,b\n1,2\n')), 400, 'BAD_INPUT'],
    [panelOf(file('regions', 'x.csv', 'code,name\nA,A\n')), 400, 'BAD_INPUT'],
    [{ ...panelOf(file('panel', 'x.csv', 'region,industry,value\nA,1,1\n')), measure: 'poems' }, 400, 'BAD_INPUT'],
    [panelOf(file('panel', 'x.csv', 'a,b\nA,1\n', { columns: { value: 'nowhere' } })), 400, 'MISSING_COLUMN'],
  ] as const;
  for (const [input, status, code] of bad) {
    const got = await refused(input);
    assert.deepEqual([got.status, got.body.code], [status, code], got.body.message);
  }
  const circle = 'code,name,parent\nA,A,B\nB,B,A\n';
  const { body } = await refused(
    panelOf(file('panel', 'p.csv', 'region,industry,value\nA,1,1\nB,1,1\n'), file('regions', 'r.csv', circle)),
  );
  assert.match(body.message, /circle/);
  const stranger = await refused(
    panelOf(
      file('panel', 'p.csv', 'region,industry,value\nA,1,1\nZ,1,1\n'),
      file('regions', 'r.csv', 'code,name\nA,A\n'),
    ),
  );
  assert.equal(stranger.body.code, 'UNKNOWN_CODE');
  assert.match(stranger.body.message, /Z/);
});

test('firms are taken without persons, wishes with their codes, and a table of names is refused', async () => {
  const input = (kind: DatasetInput['kind'], name: string, text: string): DatasetInput => ({
    kind,
    name: { en: name, zh: name },
    attribution: 'made up for a test',
    dataLevel: 'synthetic',
    files: [file(kind, name, text)],
  });
  const wishes = await server.post<DatasetView>(
    'clusters/datasets',
    input('wishes', 'wishes.csv', '地区代码,行业代码,规划产能,年份\nA,36,2,2027\nB,36,,2028\n'),
  );
  assert.deepEqual(wishes.counts, { rows: 2 });
  const content = await server.get<{ rows: unknown[] }>(`clusters/datasets/${wishes.id}/content`);
  assert.deepEqual(content.rows[1], {
    regionCode: 'B',
    industryCode: '36',
    sourcePlan: null,
    year: 2028,
    plannedCapacity: null,
  });
  const persons = await server.ask(
    'POST',
    'clusters/datasets',
    input('firms', 'firms.csv', 'id,region,industry,法人\n1,A,36,某人\n'),
  );
  assert.equal(persons.status, 400);
  assert.match(JSON.stringify(persons.body), /personal data/);
  const broken = await server.ask('POST', 'clusters/datasets', input('register', 'register.json', '{"clusters":'));
  assert.equal((broken.body as { code: string }).code, 'BAD_FILE');
});

test('the kinds of dataset are told in both languages with their files and columns', async () => {
  const kinds = await server.get<DatasetKindView[]>('clusters/dataset-kinds');
  assert.equal(kinds.length, 8);
  for (const k of kinds) {
    assert.ok(k.title.en && k.title.zh && k.description.en && k.description.zh && k.roles.length > 0);
    for (const role of k.roles) assert.ok(role.columns.every((c) => c.description.en && c.description.zh));
  }
  const [panel] = kinds;
  assert.deepEqual(
    panel?.roles.map((r) => [r.role, r.required]),
    [
      ['panel', true],
      ['regions', false],
      ['industries', false],
    ],
  );
});

const china = 'input-output/china_2020_42.csv';
test('the national input-output table is read, balanced and stored', { skip: skipWithout(china) }, async () => {
  const view = await server.post<DatasetView>('clusters/datasets', {
    kind: 'ioTable',
    name: { en: 'China 2020', zh: '中国 2020' },
    attribution: 'National Bureau of Statistics',
    files: [file('ioTable', 'china_2020_42.csv', readFileSync(sharedData(china) as string))],
  } satisfies DatasetInput);
  assert.deepEqual(view.counts, { sectors: 42 });
  assert.deepEqual(view.years, [2020]);
  assert.equal(view.industries[17]?.name.zh, '交通运输设备');
  const broken = readFileSync(sharedData(china) as string, 'utf8').replace(/145853072\.\d+|\d{9}\.\d+/, '1');
  const refused = await server.ask('POST', 'clusters/datasets', {
    kind: 'ioTable',
    name: { en: 'x', zh: 'x' },
    attribution: 'x',
    files: [file('ioTable', 'china_2020_42.csv', broken)],
  });
  assert.equal((refused.body as { code: string }).code, 'IO_UNBALANCED');
});

const australia = 'clusters/australia/lga_industry_2011_2016.csv';
test(
  'the Australian pair is previewed, mapped and checked by the wizard’s own calls',
  { skip: skipWithout(australia) },
  async () => {
    const bytes = readFileSync(sharedData(australia) as string);
    const one = file('panel', 'lga_industry_2011_2016.csv', bytes);
    const preview = await server.post<FilePreview>('clusters/datasets/preview', { kind: 'panel', file: one });
    assert.deepEqual(preview.mapping, {
      regionCode: 'lga_pow',
      industryCode: 'industry',
      year: 'year',
      value: 'employment',
    });
    assert.deepEqual([...preview.dropIndustries].sort(), ['Inadequately described', 'Not applicable', 'Not stated']);
    const check = await server.post<DatasetCheck>('clusters/datasets/check', {
      ...panelOf({ ...one, columns: preview.mapping, dropIndustries: preview.dropIndustries }),
    });
    assert.ok(check.ok, check.issues[0]?.message);
    assert.equal(check.counts['industries'], 19);
    assert.deepEqual(
      check.report?.completeness.map((c) => [c.year, c.total]),
      [
        [2011, 9_341_478],
        [2016, 9_687_132],
      ],
    );
  },
);

test('small cells are masked before they are stored: neither content nor counts nor totals tell them', async () => {
  const small = 'area,industry,jobs\na,x,4\na,y,50\na,z,60\nb,x,70\nb,y,20\nb,z,90\nc,x,80\nc,y,30\nc,z,10\n';
  const columns = { regionCode: 'area', industryCode: 'industry', value: 'jobs' };
  const input = { ...panelOf(file('panel', 'small.csv', small, { columns })), maskBelow: 10 };
  const made = await server.post<DatasetView>('clusters/datasets', input);
  const [year] = made.report.completeness;
  // The four corners of the rectangle that hides least: 4, 50, 70, 20; what is left adds up to 270.
  assert.deepEqual([year?.suppressed, year?.total], [4, 270]);
  assert.match(made.warnings.at(-1)?.en ?? '', /^4 cells were masked and are not stored: figures below 10,/);
  const text = JSON.stringify(await server.get(`clusters/datasets/${made.id}/content`));
  interface Content {
    readonly panels: readonly { readonly value: readonly (number | null)[] }[];
  }
  const { panels } = JSON.parse(text) as Content;
  assert.deepEqual(panels[0]?.value, [null, null, 60, null, null, 90, 80, 30, 10]);
  for (const lang of ['en', 'zh']) {
    const report = await server.ask('GET', `clusters/report?dataset=${made.id}&region=c&lang=${lang}`);
    assert.match(String(report.body), lang === 'en' ? /4 cells are masked: below 10/ : /已遮蔽 4 个单元格：小于 10/);
  }
  assert.equal((await server.ask('POST', 'clusters/datasets', { ...input, maskBelow: 0 })).status, 400);
});
