import type { Words } from './words.js';

export const aboutWords = {
  title: { en: 'About Qipan', zh: '关于棋盘' },
  what: {
    en: 'Qipan helps a county decide what to build where, run what it built, and keep it running. It plans rural charging ahead of demand with a proven distance from the best possible plan, and runs the chargers through OCPP.',
    zh: '棋盘帮助县域决定在哪里建、建多少，运行已建设施并保持其可用。它为农村充电设施制定适度超前的规划，给出与最优方案差距的证明，并通过 OCPP 管理充电设备。',
  },
  program: { en: 'This program', zh: '本程序' },
  version: { en: 'Version', zh: '版本' },
  database: { en: 'Database', zh: '数据库' },
  engineEmbedded: { en: 'PostgreSQL {version}, run by the program', zh: 'PostgreSQL {version}（内置）' },
  engineOutside: { en: 'PostgreSQL {version}, outside server', zh: 'PostgreSQL {version}（外部）' },
  healthy: { en: 'answers', zh: '正常' },
  unwell: { en: 'does not answer', zh: '无应答' },
  clock: { en: 'Clock', zh: '时钟' },
  clockReal: { en: 'real time', zh: '真实时间' },
  stationsSimulated: { en: 'A simulated fleet is running.', zh: '正在运行模拟车队与充电站。' },
  ocpp: { en: 'Chargers connect to', zh: '设备连接地址' },
  api: { en: 'HTTP API', zh: 'HTTP 接口' },
  apiText: { en: 'OpenAPI description', zh: 'OpenAPI 描述' },
  boards: { en: 'Boards', zh: '棋盘数据' },
  places: { en: 'places', zh: '个地点' },
  levels: { en: 'Data levels', zh: '数据级别' },
  levelsHint: { en: 'Every figure says how it came about.', zh: '每个数值均标明来源方式。' },
  measured: { en: 'read from a meter or an instrument', zh: '来自电表或仪器' },
  official: { en: 'published by an authority', zh: '由主管部门发布' },
  estimated: { en: 'computed from other figures', zh: '由其他数据推算' },
  synthetic: { en: 'made up by a seeded rule, for illustration', zh: '由随机种子规则生成，仅作示意' },
  default: { en: 'a default that local figures should replace', zh: '默认值，应以本地数据替换' },
  licences: { en: 'Sources and licences', zh: '来源与许可' },
  licenceOwn: { en: 'Qipan is open source under the Apache License 2.0.', zh: '棋盘以 Apache License 2.0 开源。' },
  licenceParts: {
    en: 'The pages are built with React, MapLibre GL JS, uPlot and TanStack Query (MIT and BSD licences). No map tile, font or script is fetched from anywhere.',
    zh: '页面使用 React、MapLibre GL JS、uPlot、TanStack Query（MIT 与 BSD 许可）。不从任何外部地址获取地图瓦片、字体或脚本。',
  },
  noBorder: {
    en: 'Maps here show the outline that the data bring with them. They assert no border, national or other.',
    zh: '此处地图仅显示数据自带的轮廓，不代表任何国界或行政界线主张。',
  },
  glossary: { en: 'Words', zh: '术语' },
  glossaryHint: {
    en: 'The words of these pages are those of OCPP 2.x, OCPI and location science; the whole list stands in docs/glossary.md of the source.',
    zh: '页面用语遵循 OCPP 2.x、OCPI 与选址科学；完整术语表见源码 docs/glossary.md。',
  },
  wordStation: {
    en: 'Charging station: a physical system with one controller that speaks OCPP.',
    zh: '充电站（桩）：由一个控制器通过 OCPP 通信的物理设备。',
  },
  wordEvse: {
    en: 'EVSE: the part of a station that serves one car at a time.',
    zh: 'EVSE（枪）：同一时间服务一辆车的部分。',
  },
  wordSite: { en: 'Site: a place where the plan puts stations.', zh: '站点：规划布设充电站的地点。' },
  wordGap: {
    en: 'Gap: how far the plan can at most be from the best possible one; proved by a bound.',
    zh: '间隙：方案与最优方案差距的上限，由下界证明。',
  },
  wordCoverage: {
    en: 'Covered: an open site within the stated travel time.',
    zh: '覆盖：在规定行程时间内有开放站点。',
  },
  wordSession: {
    en: 'Session (transaction): from the moment a car is let charge until it ends.',
    zh: '会话（交易）：从允许充电到结束。',
  },
} as const satisfies Words;
