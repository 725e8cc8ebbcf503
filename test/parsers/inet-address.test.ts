import assert from 'node:assert/strict'
import { isIPv6 } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressText, endpointText } from '../../src/parsers/inet-address.ts'

const table: readonly [hex: string, text: string][] = [
  ['7f000001', '127.0.0.1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
]

for (const [hex, text] of table)
  test(`${hex} is ${text}`, () => assert.equal(addressText(Buffer.from(hex, 'hex')), text))

test('sixteen bytes are the address that a URL makes of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = addressText(bytes)
      assert.ok(isIPv6(text), text)
      const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []
      const long = new URL(`http://[${groups.join(':')}]`).hostname
      assert.equal(new URL(`http://[${text}]`).hostname, long)
    }),
  )
})

test('an address and its port stand as people write them', () => {
  assert.equal(endpointText('0.0.0.0', 80), '0.0.0.0:80')
  assert.equal(endpointText('::', 80), '[::]:80')
  assert.equal(endpointText('127.0.0.53', 53, 1), '127.0.0.53%1:53')
  assert.equal(endpointText('fe80::1', 53, 2), '[fe80::1%2]:53')
})
