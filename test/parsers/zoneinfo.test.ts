import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseZoneinfo } from '../../src/parsers/zoneinfo.ts'
import { areFieldsOf, survives, withCarriageReturns } from './malformed.ts'

/** Linux 2.6.32: `scanned` in the block, no `managed`, no statistics per node. */
const old = `Node 0, zone      DMA
  pages free     3934
        min      33
        low      41
        high     49
        scanned  0
        spanned  4080
        present  3778
    nr_free_pages 3934
    nr_inactive_anon 0
        protection: (0, 986, 986, 986)
  pagesets
    cpu: 0
              count: 0
              high:  0
              batch: 1
  vm stats threshold: 4
  all_unreclaimable: 0
  start_pfn:         1
`
/** Linux 6.x: statistics per node first, `boost`, `managed` and `cma` in the block. */
const recent = `Node 0, zone   Normal
  per-node stats
      nr_inactive_anon 2928
      nr_active_anon 394
  pages free     1200
        boost    0
        min      1351
        low      1688
        high     2025
        promo    2362
        spanned  262144
        present  262144
        managed  251216
        cma      0
        protection: (0, 0, 0, 0)
      nr_free_pages 1200
  pagesets
    cpu: 0
              count:    63
              high:     2048
  node_unreclaimable:  0
Node 1, zone  Movable
  pages free     0
        min      32
        low      32
        high     32
        spanned  0
        present  0
        managed  0
`

test('reads an old kernel', () => {
  assert.deepEqual(parseZoneinfo(old), {
    'zoneinfo.node0.DMA.free': 3934,
    'zoneinfo.node0.DMA.min': 33,
    'zoneinfo.node0.DMA.low': 41,
    'zoneinfo.node0.DMA.high': 49,
    'zoneinfo.node0.DMA.spanned': 4080,
    'zoneinfo.node0.DMA.present': 3778,
    'zoneinfo.node0.DMA.below_low': false,
    'zoneinfo.below_low': false,
  })
})

test('reads a new kernel, and tells the zone that is below its low watermark', () => {
  const fields = parseZoneinfo(recent)
  assert.equal(fields['zoneinfo.node0.Normal.free'], 1200)
  assert.equal(fields['zoneinfo.node0.Normal.managed'], 251216)
  assert.equal(fields['zoneinfo.node0.Normal.below_low'], true)
  assert.equal(fields['zoneinfo.below_low'], true)
})

test('does not take a zone without pages for one that is short of them', () => {
  const fields = parseZoneinfo(recent.slice(recent.indexOf('Node 1')))
  assert.equal(fields['zoneinfo.node1.Movable.below_low'], false)
  assert.equal(fields['zoneinfo.below_low'], false)
})

test('takes no figure from below the pagesets', () => {
  const text = `${old}  pages free     1\n        low      9999\n        managed  7\n`
  assert.deepEqual(parseZoneinfo(text), parseZoneinfo(old))
})

test('judges a zone exactly at its watermark as not below it', () => {
  assert.equal(parseZoneinfo('Node 0, zone A\n  pages free 5\n  low 5\n')['zoneinfo.below_low'], false)
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseZoneinfo(withCarriageReturns(recent)), parseZoneinfo(recent))
})

test('gives what a block cut short has, and no judgement without both figures', () => {
  const cut = old.slice(0, old.indexOf('        low'))
  assert.deepEqual(parseZoneinfo(cut), { 'zoneinfo.node0.DMA.free': 3934, 'zoneinfo.node0.DMA.min': 33 })
  assert.deepEqual(
    parseZoneinfo('Node 0, zone DMA\n  pages free\n        min  x\n        low  18446744073709551615\n'),
    {},
  )
  for (const text of ['', '  pages free 12\n', 'Node 0\n  pages free 12\n', 'Node 0, zone\n  pages free 12\n'])
    assert.deepEqual(parseZoneinfo(text), {}, text)
})

test('gives fields of the first 64 nodes and hears them all', () => {
  const blocks = Array.from(
    { length: 300 },
    (_, node) => `Node ${node}, zone Normal\n  pages free ${node === 299 ? 1 : 9}\n  low 5\n`,
  )
  const fields = parseZoneinfo(blocks.join(''))
  assert.equal(Object.keys(fields).length, 64 * 3 + 1)
  assert.equal(fields['zoneinfo.below_low'], true)
})

test('does not grow with zones that no node has', () => {
  const blocks = Array.from({ length: 5000 }, (_, zone) => `Node 0, zone Z${zone}\n  pages free 9\n`)
  assert.equal(Object.keys(parseZoneinfo(blocks.join(''))).length, 512)
})

test('survives malformed text', () => survives(parseZoneinfo, [old, recent], areFieldsOf('zoneinfo')))
