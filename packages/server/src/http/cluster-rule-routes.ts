import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import type { Audit } from '../audit.js';
import { ForecastThread } from '../clusters/forecast-thread.js';
import { panelLabels, type Datasets } from '../clusters/datasets.js';
import type { BacktestView, CodeLabel, RegionUpgradeView, RuleQuestion } from '../contract.js';
import { noteOf } from './note.js';
import { route, type Route } from './route.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const tag = 'clusters';

/** Forecasts with their back-test, rules, the register, and ways up for a region. */
export function clusterRuleRoutes(datasets: Datasets, audit: Audit): readonly Route[] {
  const thread = new ForecastThread(datasets);
  return [
    ...forecastRoutes(datasets, thread),
    ...indexRoutes(datasets),
    ...ruleRoutes(),
    ...registerRoutes(datasets, audit),
  ];
}

function forecastRoutes(datasets: Datasets, thread: ForecastThread): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/backtest',
      role: 'viewer',
      tag,
      summary:
        'Does relatedness foretell entry or exit in this panel? The back-test beside plain rules, and its verdict.',
      query: Type.Object({
        dataset: text(100),
        kind: Type.Optional(Type.Unsafe<'entry' | 'exit'>(Type.Union([Type.Literal('entry'), Type.Literal('exit')]))),
        absentBelow: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
      }),
      handle: async ({ query }) => {
        await datasets.summary(query.dataset, 'panel');
        return thread.ask<BacktestView>({
          dataset: query.dataset,
          kind: query.kind ?? 'entry',
          absentBelow: query.absentBelow ?? 0.5,
        });
      },
    }),
    route({
      method: 'GET',
      path: '/clusters/upgrade',
      role: 'viewer',
      tag,
      summary: 'Stars, firms by rung and ways up of one region, with what the probabilities are worth.',
      query: Type.Object({ dataset: text(100), region: text(200) }),
      handle: async ({ query }): Promise<RegionUpgradeView> => {
        const body = await datasets.load(query.dataset, 'panel');
        const labels = panelLabels(body).regions;
        const region = labels.findIndex((r) => r.code === query.region);
        if (region < 0)
          throw new QipanError('UNKNOWN_CODE', `the panel has no region ${query.region}`, { got: query.region });
        const { regionEchelon } = await import('../clusters/rules.js');
        type Computed = Omit<RegionUpgradeView, 'dataset' | 'region' | 'year' | 'measure' | 'echelon'>;
        const question = { dataset: query.dataset, kind: 'entry', absentBelow: 0.5 } as const;
        const computed = await thread.ask<Computed>(question, region);
        return {
          ...computed,
          dataset: query.dataset,
          region: labels[region] as CodeLabel,
          year: body.panels.at(-1)?.year ?? null,
          measure: body.measure,
          echelon: await regionEchelon(datasets, query.region),
        };
      },
    }),
  ];
}

function indexRoutes(datasets: Datasets): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/indices',
      role: 'viewer',
      tag,
      summary: 'High-end, intelligent and green indices of every region among its peers, with coverage and rank range.',
      query: Type.Object({
        dataset: text(100),
        evidence: Type.Optional(text(100)),
        peers: Type.Optional(Type.Unsafe<'parent' | 'all'>(Type.Union([Type.Literal('parent'), Type.Literal('all')]))),
      }),
      handle: async ({ query }) =>
        (await import('../clusters/indices.js')).regionIndices(datasets, {
          dataset: query.dataset,
          evidence: query.evidence ?? (await datasets.newest('evidence')),
          peers: query.peers ?? 'parent',
        }),
    }),
  ];
}

const evidence = Type.Object({
  subject: text(300),
  metric: text(100),
  year: Type.Union([Type.Integer({ minimum: 1900, maximum: 2100 }), Type.Null()]),
  value: Type.Union([Type.Number(), Type.Null()]),
});

function ruleRoutes(): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/rule-packs',
      role: 'viewer',
      tag,
      summary: 'Shipped rule packs with their criteria and sources.',
      handle: async () => (await import('../clusters/rules.js')).rulePacks(),
    }),
    route({
      method: 'POST',
      path: '/clusters/rules/evaluate',
      role: 'viewer',
      tag,
      summary: 'Evidence against a pack: pass, fail or unknown, gaps, and the cheapest change. Nothing is stored.',
      body: Type.Object(
        {
          pack: Type.Union([text(100), Type.Record(Type.String(), Type.Unknown())]),
          year: Type.Integer({ minimum: 1900, maximum: 2100 }),
          rows: Type.Array(evidence, { maxItems: 100_000 }),
        },
        { additionalProperties: false },
      ),
      handle: async ({ body }) => (await import('../clusters/rules.js')).evaluateQuestion(body as RuleQuestion),
    }),
  ];
}

const today = (): string => new Date().toISOString().slice(0, 10);

function registerRoutes(datasets: Datasets, audit: Audit): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/register',
      role: 'viewer',
      tag,
      summary:
        'The register of clusters on a day, what is due and what lapsed; the shipped examples when no dataset is named.',
      query: Type.Object({
        dataset: Type.Optional(text(100)),
        day: Type.Optional(text(10)),
        horizonDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 5000 })),
      }),
      handle: async ({ query }) =>
        (await import('../clusters/register.js')).registerView(datasets, {
          dataset: query.dataset ?? null,
          day: query.day ?? today(),
          horizonDays: query.horizonDays ?? 90,
        }),
    }),
    route({
      method: 'POST',
      path: '/clusters/register/events',
      role: 'operator',
      tag,
      status: 201,
      summary: 'Adds one line to a register, as a new dataset; nothing is ever changed or deleted.',
      body: Type.Object(
        { dataset: Type.Union([text(100), Type.Null()]), event: Type.Record(Type.String(), Type.Unknown()) },
        { additionalProperties: false },
      ),
      handle: async (call) => {
        const { body } = call;
        const { appendToRegister } = await import('../clusters/register.js');
        const dataset = await appendToRegister(datasets, body.dataset, body.event);
        await noteOf(audit)(call, 'appendRegister', dataset, { before: body.dataset, after: body.event });
        return { dataset };
      },
    }),
  ];
}
