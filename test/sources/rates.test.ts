import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Root } from '../../src/host/root.ts'
import { countersOf, rateFields, rateMeter } from '../../src/sources/rates.ts'
import { treeOf } from './observed.ts'

const hosts = { a: new Root(treeOf(bootedAs('a'))), b: new Root(treeOf(bootedAs('b'))) }

function bootedAs(id: string) {
  return { 'proc/sys/kernel/random/boot_id': `${id}\n` }
}

type Reading = [seconds: number, counters: Record<string, number>, boot?: 'a' | 'b']

/** The rates of the last of some passes. */
function lastRates(...readings: Reading[]): Record<string, number> {
  const ratesSince = rateMeter()
  const all = readings.map(([at, counters, boot = 'a']) =>
    ratesSince({ root: hosts[boot], seconds: () => at }, new Map(Object.entries(counters))),
  )
  return Object.fromEntries(all.at(-1) ?? [])
}

const table: [title: string, readings: Reading[], rates: Record<string, number>][] = [
  ['the first pass has none', [[5, { a: 100 }]], {}],
  [
    'they are of the time between two passes',
    [
      [5, { a: 100, b: 2 }],
      [9, { a: 110, b: 2 }],
    ],
    { a: 2.5, b: 0 },
  ],
  [
    'a counter that was reset has none',
    [
      [5, { a: 100, b: 0 }],
      [6, { a: 1, b: 1 }],
    ],
    { b: 1 },
  ],
  [
    'after a reset they begin anew',
    [
      [5, { a: 100 }],
      [6, { a: 1 }],
      [8, { a: 5 }],
    ],
    { a: 2 },
  ],
  [
    'a counter that has just come has none',
    [
      [5, { a: 1 }],
      [6, { a: 2, b: 50 }],
    ],
    { a: 1 },
  ],
  [
    'a counter that was away has none',
    [
      [5, { a: 1 }],
      [6, {}],
      [7, { a: 9 }],
    ],
    {},
  ],
  [
    'a reboot leaves none, even where the counters have overtaken',
    [
      [5, { a: 1 }],
      [600, { a: 900 }, 'b'],
    ],
    {},
  ],
  [
    'after a reboot they begin anew',
    [
      [5, { a: 1 }],
      [600, { a: 9 }, 'b'],
      [610, { a: 19 }, 'b'],
    ],
    { a: 1 },
  ],
  [
    'two passes at once have none',
    [
      [5, { a: 1 }],
      [5, { a: 9 }],
    ],
    {},
  ],
  [
    'a clock that went back leaves none',
    [
      [5, { a: 1 }],
      [4, { a: 9 }],
    ],
    {},
  ],
]

for (const [title, readings, rates] of table)
  test(`rates: ${title}`, () => assert.deepEqual(lastRates(...readings), rates))

test('the process’s own clock is taken where no other is given', async () => {
  const ratesSince = rateMeter()
  ratesSince({ root: hosts.a }, new Map([['a', 0]]))
  await new Promise((resolve) => setTimeout(resolve, 30))
  const rate = ratesSince({ root: hosts.a }, new Map([['a', 1]])).get('a') ?? 0
  assert.ok(rate > 0 && rate < 34, String(rate))
})

test('fields of rates have six figures, and not so many decimals', () => {
  const rates = new Map([
    ['a', 1 / 86_400],
    ['b', 12_345_678],
  ])
  assert.deepEqual(rateFields('x_rate.', rates), { 'x_rate.a': 0.0000115741, 'x_rate.b': 12_345_700 })
})

test('counters are the numbers of one family', () => {
  const fields = { 'x.a': 1, 'x.b': 'text', 'x.level': 7, 'other.a': 3 }
  assert.deepEqual([...countersOf('x.', fields, (name) => name !== 'level')], [['a', 1]])
  assert.equal(countersOf('x.', fields).size, 2)
})
