import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { zoneinfo } from '../../src/sources/zoneinfo.ts'
import { type fixtureHosts, fixtureRoot, observe, observeOne } from './observed.ts'

const fieldsOf = async (host: (typeof fixtureHosts)[number]) =>
  (await observeOne(zoneinfo.create(), fixtureRoot(host))).fields

test('an old kernel has zones without managed pages', async () => {
  const fields = await fieldsOf('centos6-2.6.32')
  const dma = Object.fromEntries(Object.entries(fields).filter(([name]) => name.includes('.DMA.')))
  assert.deepEqual(dma, {
    'zoneinfo.node0.DMA.free': 3934,
    'zoneinfo.node0.DMA.min': 83,
    'zoneinfo.node0.DMA.low': 103,
    'zoneinfo.node0.DMA.high': 124,
    'zoneinfo.node0.DMA.spanned': 4095,
    'zoneinfo.node0.DMA.present': 3840,
    'zoneinfo.node0.DMA.below_low': false,
  })
})

test('each of eight nodes has its zones, and the one that reclaims is found', async () => {
  const fields = await fieldsOf('numa8-4.15')
  const free = Object.keys(fields).filter((name) => /^zoneinfo\.node\d\.Normal\.free$/.test(name))
  assert.deepEqual(
    free.sort(),
    Array.from({ length: 8 }, (_, node) => `zoneinfo.node${node}.Normal.free`),
  )
  assert.equal(fields['zoneinfo.below_low'], true)
  assert.ok(Number(fields['zoneinfo.node5.Normal.free']) < Number(fields['zoneinfo.node5.Normal.low']))
  const below = Object.keys(fields).filter((name) => /node.*below_low$/.test(name) && fields[name] === true)
  assert.deepEqual(below, ['zoneinfo.node5.Normal.below_low'])
})

test('the per-node block and the pagesets of a new kernel are no zone figures', async () => {
  const fields = await fieldsOf('debian12-6.1')
  assert.equal(fields['zoneinfo.below_low'], false)
  assert.ok(Number(fields['zoneinfo.node0.Normal.managed']) > 1_000_000)
  assert.equal(fields['zoneinfo.node0.Movable.below_low'], false)
  const kinds = new Set(Object.keys(fields).map((name) => name.split('.').at(-1)))
  assert.deepEqual([...kinds].sort(), ['below_low', 'free', 'high', 'low', 'managed', 'min', 'present', 'spanned'])
})

test('what is left of a damaged table is read', async () => {
  const fields = await fieldsOf('broken')
  assert.equal(fields['zoneinfo.node0.DMA.below_low'], true)
  assert.equal(fields['zoneinfo.node0.Normal.free'], undefined)
  assert.equal(fields['zoneinfo.node0.Normal.high'], undefined)
  assert.equal(fields['zoneinfo.below_low'], true)
})

test('a kernel without the table has nothing to read', async () => {
  await assert.rejects(observe(zoneinfo.create(), fixtureRoot('alpine316-5.15')), NoDataError)
})
