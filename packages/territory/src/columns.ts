import type { Column, DataLevel } from '@qipan/base';

type More = Partial<Omit<Column, 'name' | 'description'>>;

const column = (name: string, [en, zh]: readonly [en: string, zh: string], more: More): Column => ({
  name,
  type: 'string',
  unit: '',
  required: false,
  ...more,
  description: { en, zh },
});

/** A column of text; the two descriptions are English and Chinese. */
export const textColumn = (name: string, description: readonly [string, string], more: More = {}): Column =>
  column(name, description, more);

/** A column of numbers in a unit. */
export const numberColumn = (name: string, description: readonly [string, string], more: More): Column =>
  column(name, description, { type: 'number', ...more });

/** A column of whole numbers, 0 to 10⁸ unless said otherwise. An empty cell is unknown, never 0. */
export const countColumn = (name: string, description: readonly [string, string], more: More = {}): Column =>
  column(name, description, { type: 'integer', min: 0, max: 1e8, ...more });

/** A column of calendar years. */
export const yearColumn = (name: string, description: readonly [string, string], more: More = {}): Column =>
  column(name, description, { type: 'year', min: 1900, max: 2200, ...more });

/** Longitude and latitude in degrees. */
export const lonLatColumns = (required: boolean): readonly Column[] => [
  numberColumn('lon', ['longitude, degrees east', '经度（度，东经为正）'], {
    unit: 'deg',
    required,
    min: -180,
    max: 180,
    aliases: ['lng', 'longitude', '经度'],
  }),
  numberColumn('lat', ['latitude, degrees north', '纬度（度，北纬为正）'], {
    unit: 'deg',
    required,
    min: -90,
    max: 90,
    aliases: ['latitude', '纬度'],
  }),
];

const dataLevels: readonly DataLevel[] = ['measured', 'official', 'estimated', 'synthetic', 'default'];

/** How the figures of a row came about. */
export const dataLevelColumn: Column = textColumn('dataLevel', ['how the figures came about', '数据来源级别'], {
  values: dataLevels,
  aliases: ['data_level', '数据级别'],
});
