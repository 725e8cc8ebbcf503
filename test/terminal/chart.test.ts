import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chart } from '../../src/terminal/chart.ts'

const form = { width: 20, rows: 4, label: (value: number) => `${value} B` }

test('the highest and lowest values are written beside the block', () => {
  const spans = [10, 20, 30, 40, 50].map((value, index) => ({ from: index, to: index + 1, value }))
  assert.deepEqual(chart(spans, { ...form, width: 15 }), [
    '50 B │      ▅█',
    '     │    ▂███',
    '     │   ▆████',
    '10 B │▁▃██████',
  ])
})

test('it is as wide as asked, and no wider than the terminal', () => {
  const spans = Array.from({ length: 1000 }, (_, index) => ({ from: index, to: index + 1, value: index % 7 }))
  for (const row of chart(spans, { ...form, width: 60 })) assert.ok(row.length <= 60)
})

test('a time without values is empty, and a value that does not move fills half', () => {
  const rows = chart(
    [
      { from: 0, to: 10, value: 5 },
      { from: 30, to: 40, value: 5 },
    ],
    { ...form, width: 15 },
  )
  assert.deepEqual(rows, ['5 B │', '    │', '    │███   ███', '5 B │███   ███'])
})
