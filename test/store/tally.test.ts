import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rankingOf, raritiesOf } from '../../src/history/rarity.ts'
import type { FieldValue } from '../../src/snapshot/document.ts'
import { Tally } from '../../src/store/tally.ts'

type Row = [host: string, item: string, value: FieldValue, group?: string]

function splitsOf(rows: readonly Row[], { names = Number.POSITIVE_INFINITY, absence = false } = {}) {
  const tally = new Tally({ names, absence })
  for (const [host, item, value, group] of rows) tally.put(host, group, item, value)
  return [...tally.splits()]
}

const held = (values: readonly FieldValue[]): Row[] => values.map((value, index) => [`h${index}`, 'x', value])

test('tells the majority, and who holds something else', () => {
  const [split] = splitsOf(held([60, 60, 10, 60]))
  assert.deepEqual(split, {
    item: 'x',
    group: undefined,
    hosts: 4,
    tied: 1,
    holdings: [
      { value: 60, hosts: 3, names: ['h0', 'h1', 'h3'] },
      { value: 10, hosts: 1, names: ['h2'] },
    ],
  })
})

test('tells a tie, whatever comes first, and no majority in it', () => {
  for (const values of [
    [1, 2, 2, 1, 3],
    [2, 1, 3, 1, 2],
  ]) {
    const [split] = splitsOf(held(values))
    assert.equal(split?.tied, 2)
    assert.deepEqual(
      split?.holdings.map(({ value }) => value),
      [1, 2, 3],
    )
    assert.ok(raritiesOf(split).every(({ majority }) => majority === undefined))
    assert.equal(raritiesOf(split).length, 3)
  }
})

test('takes the number 1 and the text 1 for two, and lists of numbers as they are', () => {
  const [split] = splitsOf(held([1, '1', [1, 2], [2, 1], [1, 2]]))
  assert.deepEqual(
    split?.holdings.map(({ value, hosts }) => [value, hosts]),
    [
      [[1, 2], 2],
      [1, 1],
      ['1', 1],
      [[2, 1], 1],
    ],
  )
})

test('compares hosts only with those of their group', () => {
  const splits = splitsOf([
    ['a', 'x', 1, 'web'],
    ['b', 'x', 2, 'db'],
    ['c', 'x', 1, 'web'],
  ])
  assert.deepEqual(
    splits.map(({ group, hosts, holdings }) => [group, hosts, holdings.length]),
    [
      ['web', 2, 1],
      ['db', 1, 1],
    ],
  )
})

test('counts what a host is told to hold twice once', () => {
  const [split] = splitsOf([
    ['a', 'x', 1],
    ['a', 'x', 2],
    ['b', 'x', 1],
  ])
  assert.deepEqual([split?.hosts, split?.holdings.length], [2, 1])
})

test('names those that lack it, before, between and after those that do not', () => {
  const hosts = Array.from({ length: 7 }, (_, index) => `h${index}`)
  const rows = hosts.flatMap((host, index): Row[] => [
    [host, 'everywhere', 1],
    ...([1, 2, 4].includes(index) ? [[host, 'some', 1] as Row] : []),
  ])
  const some = splitsOf(rows, { absence: true }).find(({ item }) => item === 'some')
  assert.deepEqual(some?.holdings, [
    { value: undefined, hosts: 4, names: ['h0', 'h3', 'h5', 'h6'] },
    { value: 1, hosts: 3, names: ['h1', 'h2', 'h4'] },
  ])
  const few = splitsOf(rows, { absence: true, names: 2 }).find(({ item }) => item === 'some')
  assert.deepEqual(few?.holdings[0], { value: undefined, hosts: 4, names: ['h0', 'h3'] })
})

test('accounts for every host once, whoever holds what', () => {
  const fleet = fc.array(fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(fleet, (values) => {
      const rows = values.flatMap((value, index): Row[] => [
        [`h${index}`, 'always', 0],
        ...(value === undefined ? [] : [[`h${index}`, 'x', value] as Row]),
      ])
      const split = splitsOf(rows, { absence: true }).find(({ item }) => item === 'x')
      if (!split) return values.every((value) => value === undefined)
      const names = split.holdings.flatMap((holding) => holding.names ?? [])
      assert.equal(new Set(names).size, values.length)
      for (const { value, names: who } of split.holdings)
        for (const host of who ?? []) assert.equal(values[Number(host.slice(1))], value)
      return true
    }),
  )
})

test('ranks one among many before a few, and halves last', () => {
  const rows = Array.from({ length: 100 }, (_, index): Row[] => [
    [`h${index}`, 'one', index === 7 ? 1 : 0],
    [`h${index}`, 'few', index < 10 ? 1 : 0],
    [`h${index}`, 'halves', index % 2],
    [`h${index}`, 'same', 0],
    [`h${index}`, 'own', index],
  ]).flat()
  const { rarities, ...counts } = rankingOf(splitsOf(rows))
  assert.deepEqual(counts, { compared: 5, agreed: 1, own: 1 })
  assert.deepEqual(
    rarities.map(({ item, value, score }) => [item, value, score]),
    [
      ['one', 1, 0.98],
      ['few', 1, 0.8],
      ['halves', 0, 0],
      ['halves', 1, 0],
    ],
  )
})

test('knows what is a host’s own from small groups together, and leaves three values on three hosts to be looked at', () => {
  const own = ['a', 'b', 'c', 'd'].map((host, index): Row => [host, 'name', host, index < 2 ? 'web' : 'db'])
  assert.deepEqual(rankingOf(splitsOf(own)), { rarities: [], compared: 1, agreed: 0, own: 1 })
  assert.equal(rankingOf(splitsOf(held([1, 2, 3]))).rarities.length, 3)
})
