import type { DataLevel } from '@qipan/base';
import type { BoardSummary, ServerInfo } from '@qipan/server/contract';
import { apiRoot, useGet } from '../../api.js';
import { figure } from '../../format.js';
import { aboutWords } from '../../i18n/about.js';
import { useWords } from '../../i18n/language.js';
import { useInfo } from '../../info.js';
import { Level } from '../../parts/badges.js';
import { Facts } from '../../parts/facts.js';
import { Answer } from '../../parts/states.js';

const levels: readonly DataLevel[] = ['measured', 'official', 'estimated', 'synthetic', 'default'];
const glossary = ['wordStation', 'wordEvse', 'wordSite', 'wordCoverage', 'wordGap', 'wordSession'] as const;

export function Page() {
  const { t } = useWords(aboutWords);
  const info = useInfo();
  return (
    <section className="page about">
      <h1>{t('title')}</h1>
      <p className="lead">{t('what')}</p>
      <Answer of={info}>{(data) => <Program info={data} />}</Answer>
      <Boards />
      <div className="columns">
        <div className="card">
          <h2>{t('levels')}</h2>
          <p className="dim">{t('levelsHint')}</p>
          <ul className="plain lines">
            {levels.map((l) => (
              <li key={l}>
                <Level level={l} /> {t(l)}
              </li>
            ))}
          </ul>
        </div>
        <div className="card">
          <h2>{t('glossary')}</h2>
          <ul className="plain lines">
            {glossary.map((w) => (
              <li key={w}>{t(w)}</li>
            ))}
          </ul>
          <p className="dim small">{t('glossaryHint')}</p>
        </div>
      </div>
      <div className="card">
        <h2>{t('licences')}</h2>
        <p>{t('licenceOwn')}</p>
        <p>{t('licenceParts')}</p>
        <p>{t('noBorder')}</p>
      </div>
    </section>
  );
}

function Program({ info }: { readonly info: ServerInfo }) {
  const { t } = useWords(aboutWords);
  const engine = info.database.engine === 'embedded' ? 'engineEmbedded' : 'engineOutside';
  return (
    <div className="card">
      <h2>{t('program')}</h2>
      <Facts
        facts={[
          { term: t('version'), value: `${info.name} ${info.version}` },
          {
            term: t('database'),
            value: `${t(engine, { version: info.database.version })}, ${info.database.healthy ? t('healthy') : t('unwell')}`,
          },
          {
            term: t('clock'),
            value: info.clock.speed === 1 ? t('clockReal') : t('simulatedClock', { speed: info.clock.speed }),
          },
          { term: t('ocpp'), value: <code>{info.ocppUrl}</code> },
          { term: t('api'), value: <a href={`${apiRoot}/openapi.json`}>{t('apiText')}</a> },
        ]}
      />
      {info.simulated && <p>{t('stationsSimulated')}</p>}
    </div>
  );
}

function Boards() {
  const { t, pick, lang } = useWords(aboutWords);
  const boards = useGet<readonly BoardSummary[]>('/boards');
  return (
    <div className="card">
      <h2>{t('boards')}</h2>
      <Answer of={boards}>
        {(list) => (
          <ul className="plain lines">
            {list.map((b) => (
              <li key={b.id}>
                <b>{pick(b.name)}</b>: {figure(b.places, lang)} {t('places')}, {figure(b.population, lang)}{' '}
                {t('persons')}
                <br />
                <span className="dim small">{b.attribution.join(' · ')}</span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </div>
  );
}
