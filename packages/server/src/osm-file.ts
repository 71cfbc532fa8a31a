import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isQipanError, QipanError } from '@qipan/base';
import { OsmCollector, osmKeys, type OsmExtract, type OsmItem } from '@qipan/territory';
import { OSMTransform } from 'osm-pbf-parser-node';

/**
 * Reads an OpenStreetMap PBF file into typed arrays, keeping the tags that the planner reads.
 * @throws `NOT_FOUND` when there is no such file, `BAD_FILE` when it is not OSM PBF
 */
export async function readOsmPbf(path: string): Promise<OsmExtract> {
  const collector = new OsmCollector();
  const tags = { node: [...osmKeys.node], way: [...osmKeys.way], relation: [...osmKeys.relation] };
  let header = false;
  try {
    await pipeline(createReadStream(path), new OSMTransform({ withTags: tags }), async (chunks) => {
      for await (const items of chunks as AsyncIterable<(OsmItem | { type?: undefined })[]>)
        for (const item of items) {
          if (item.type === undefined) header = true;
          else collector.add(item);
        }
    });
  } catch (e) {
    if (isQipanError(e)) throw e;
    if ((e as { code?: string }).code === 'ENOENT')
      throw new QipanError('NOT_FOUND', `there is no file ${path}`, { file: path }, e);
    throw notPbf(path, e);
  }
  if (!header) throw notPbf(path);
  return collector.finish();
}

function notPbf(path: string, cause?: unknown): QipanError {
  return new QipanError('BAD_FILE', `${path} is not an OSM PBF file`, { file: path, expected: 'OSM PBF' }, cause);
}
