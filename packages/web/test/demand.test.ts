import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChargingProductView } from '@qipan/server/contract';
import { blankLines, defaultSplit, linesToSend, purchasesOf } from '../src/pages/clusters/demand/lines.js';
import { amount } from '../src/pages/clusters/stress/amount.js';

const product = (name: string, sectorCode: string): ChargingProductView => ({
  product: name,
  name: { en: name, zh: name },
  sectorCode,
  tradeMargin: 0.05,
  transportMargin: 0.02,
  taxShare: 0.11,
});
const products = [product('charger', '19'), product('fuel', '11')];

test('the default split spends all of the investment and of the operation', () => {
  for (const part of [defaultSplit.capex, defaultSplit.opex])
    assert.ok(Math.abs(Object.values(part).reduce((a, b) => a + b, 0) - 1) < 1e-12);
  const bought = purchasesOf(2e6, 5e5);
  assert.ok(Math.abs(Object.values(bought).reduce((a, b) => a + b, 0) - 250) < 0.05);
  assert.equal(bought['charger'], 90);
});

test('only lines with an amount are sent, purchases and displaced ones apart, a blank import share as unknown', () => {
  const lines = [
    { product: 'charger', bought: 100, displaced: 0, importPercent: '' },
    { product: 'fuel', bought: 0, displaced: 40, importPercent: '25' },
    { product: 'none such', bought: 5, displaced: 5, importPercent: '' },
  ];
  const sent = linesToSend(lines, products);
  assert.deepEqual(
    sent.map((l) => [l.label, l.sectorCode, l.amount, l.importShare, l.role]),
    [
      ['charger', '19', 100, null, 'purchase'],
      ['fuel', '11', 40, 0.25, 'displaced'],
    ],
  );
  assert.deepEqual(linesToSend(blankLines([product('fuel', '11')]), products), []);
  assert.ok(linesToSend(blankLines(products), products).length === 1);
});

test('amounts of a table in 10,000 yuan are money, others keep their unit, unknown stays unknown', () => {
  assert.equal(amount(23_142, '10,000 CNY', 'zh'), '2.31 亿元');
  assert.equal(amount(23_142, '10,000 yuan', 'en'), '231.42 M CNY');
  assert.equal(amount(1200, 'million AUD', 'en'), '1,200 million AUD');
  assert.equal(amount(null, '10,000 CNY', 'en'), '—');
});
