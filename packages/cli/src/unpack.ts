import type { Unpackers } from './board-files.js';

/** The libraries that open workbooks and OSM files stand in `server`; they are loaded when such a file comes. */
export const unpackers: Unpackers = {
  sheet: async (file, bytes) => (await import('@qipan/server')).sheetRows(file, bytes),
  roads: async (file) => {
    const [{ readOsmPbf }, { osmRoads }] = await Promise.all([import('@qipan/server'), import('@qipan/territory')]);
    return osmRoads(await readOsmPbf(file));
  },
};
