import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type SmapsOptions, smapsReader } from '../../src/parsers/smaps.ts'
import { fixtureRoot } from '../sources/observed.ts'
import { survives } from './malformed.ts'

/** The figures of a whole text. */
function parseSmaps(text: string) {
  const reader = smapsReader({ heapsOnly: false })
  reader.add(`${text}\n`)
  return reader.result()
}

const worker = fixtureRoot('centos7-3.10').readKernelText('/proc/2417/smaps')
const mysqld = fixtureRoot('centos6-2.6.32').readKernelText('/proc/1834/smaps')
const memcached = fixtureRoot('debian12-6.1').readKernelText('/proc/811/smaps')
const rollup = fixtureRoot('debian12-6.1').readKernelText('/proc/811/smaps_rollup')

function readIn(text: string, cuts: readonly number[], options: SmapsOptions = { heapsOnly: false }) {
  const reader = smapsReader(options)
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b)
  for (const [index, place] of places.entries()) if (!reader.add(text.slice(places[index - 1] ?? 0, place))) break
  return reader.result()
}

test('a heap in two mappings is told mapping by mapping: one of 16 MB, one of 37 GB', () => {
  assert.deepEqual(parseSmaps(worker), {
    figures: { pss: 38_683_047_936, uss: 38_683_033_600, anonymous: 38_678_720_512, swap: 209_715_200 },
    heaps: [16_773_120, 38_661_885_952],
  })
})

test('a kernel of 2009 has the same lines', () => {
  assert.deepEqual(parseSmaps(mysqld), {
    figures: { pss: 193_339_392, uss: 193_339_392, anonymous: 188_076_032, swap: 9_478_144 },
    heaps: [185_348_096],
  })
})

test('smaps_rollup says what the mappings of smaps add up to', () => {
  const { figures } = parseSmaps(memcached)
  const { figures: rolled, heaps } = parseSmaps(rollup)
  assert.deepEqual(heaps, [])
  assert.deepEqual([rolled.uss, rolled.anonymous, rolled.swap], [figures.uss, figures.anonymous, figures.swap])
  // the kernel adds fractions of a kB before it cuts them off
  assert.ok(Math.abs((rolled.pss ?? 0) - (figures.pss ?? 0)) <= 1024 * memcached.split('VmFlags').length)
})

test('wherever the text is cut, it says the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) =>
      assert.deepEqual(readIn(worker, cuts), parseSmaps(worker)),
    ),
  )
})

test('for the heap alone, no more is read than up to its end', () => {
  const reader = smapsReader({ heapsOnly: true })
  const end = worker.indexOf('7f1e5c000000')
  assert.equal(reader.add(worker.slice(0, end)), true)
  assert.equal(reader.add(worker.slice(end, end + 200)), false)
  assert.deepEqual(reader.result(), { figures: {}, heaps: [16_773_120, 38_661_885_952] })
})

test('a process without a heap is known as such where its heap would begin', () => {
  const reader = smapsReader({ heapsOnly: true, startBrk: 0x1000n })
  assert.equal(reader.add(memcached.replace(/^.*\[heap\]$[\s\S]*?VmFlags.*\n/m, '')), false)
  assert.deepEqual(reader.result().heaps, [])
})

test('a file that is named [heap] is no heap', () => {
  assert.deepEqual(parseSmaps(worker.replaceAll('[heap]', '/tmp/[heap]')).heaps, [])
})

test('no text makes it throw or give a figure that is no number', () => {
  survives(parseSmaps, [worker.slice(0, 3000), rollup], ({ figures, heaps }) => {
    for (const figure of [...Object.values(figures), ...heaps]) assert.ok(Number.isFinite(figure) && figure >= 0)
  })
})
