import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addressTerm,
  sortableNumber,
  tagged,
  termOf,
  termStart,
} from '../../../../src/store/elasticsearch/mapping/exact-terms.ts'

const compare = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))

test('numbers sort as numbers do', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (one, other) => {
      assert.equal(compare(sortableNumber(one), sortableNumber(other)), one === other ? 0 : one < other ? -1 : 1)
    }),
  )
  const ascending = [-Infinity, -1e300, -1.5, -1, -5e-324, 0, 5e-324, 0.1, 1, 128, 4096, 2 ** 53, 1e21, Infinity]
  const written = ascending.map(sortableNumber)
  assert.deepEqual(written.toSorted(), written)
  assert.equal(sortableNumber(-0), sortableNumber(0))
})

test('a term tells field, type and value', () => {
  assert.equal(termOf('sysctl.vm.swappiness', 60), 'sysctl.vm.swappiness=nc04e000000000000')
  assert.equal(termOf('sysctl.kernel.core_pattern', 'core'), 'sysctl.kernel.core_pattern=score')
  assert.equal(termOf('sysctl.x', true), 'sysctl.x=btrue')
  assert.equal(addressTerm('host.ip', '10.0.0.1'), 'host.ip=a00000000000000000000ffff0a000001')
  assert.equal(addressTerm('host.ip', 'fe80::1%eth0'), 'host.ip=afe800000000000000000000000000001')
  assert.equal(addressTerm('host.ip', 'localhost'), undefined)
})

test('no two fields and values have the same term', () => {
  const name = fc.stringMatching(/^[a=%s.]{1,5}$/)
  const value = fc.oneof(fc.stringMatching(/^[a=%s1]{0,4}$/), fc.constantFrom(1, -1, true, false))
  fc.assert(
    fc.property(name, value, name, value, (one, first, other, second) => {
      const isSame = one === other && first === second
      assert.equal(termOf(one, first) === termOf(other, second), isSame)
      assert.ok(termOf(one, first).startsWith(termStart(one)))
    }),
    { numRuns: 2000 },
  )
})

test('long values and names fit into a term of Lucene', () => {
  const term = termOf('\u{1f600}'.repeat(2000), '\u{1f600}'.repeat(100_000))
  assert.ok(Buffer.byteLength(term) <= 32_766, String(Buffer.byteLength(term)))
  assert.ok(term.isWellFormed())
  assert.equal(tagged('a\ud800'), 'sa\ufffd')
})
