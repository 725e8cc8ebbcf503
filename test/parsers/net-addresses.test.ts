import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFibTrie, parseIfInet6 } from '../../src/parsers/net-addresses.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 192.0.2.0/24 2 0 2
           |-- 192.0.2.0
              /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
     |-- 198.51.100.7
        /32 host LOCAL
Local:
  +-- 0.0.0.0/0 3 0 5
           |-- 192.0.2.2
              /32 host LOCAL
`
const inet6 = `fd000000000000000000000000000002 04 40 00 82     eth0
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80 eth0.100
`

test('gives the addresses of the host, each once, without the loopback', () => {
  assert.deepEqual(parseFibTrie(trie), ['192.0.2.2', '198.51.100.7'])
  assert.deepEqual(parseIfInet6(inet6), ['fd00::2', 'fe80::fc:ff:fe00:1'])
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseFibTrie(withCarriageReturns(trie)), parseFibTrie(trie))
  assert.deepEqual(parseIfInet6(withCarriageReturns(inet6)), parseIfInet6(inet6))
})

test('takes nothing for an address that is none', () => {
  assert.deepEqual(parseFibTrie('  /32 host LOCAL\n'), [])
  assert.deepEqual(parseFibTrie('|-- 999.1.1.1\n  /32 host LOCAL\n|-- 1.2.3\n  /32 host LOCAL\n'), [])
  assert.deepEqual(parseIfInet6('fe80 04 40 00 82 eth0\nfd000000000000000000000000000002\n\n'), [])
})

test('shortens as RFC 5952 says', () => {
  const cases = [
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['00000000000000000000000000000000', '::'],
    ['00010000000000000000000000000000', '1::'],
    ['00000000000000000000ffff0a000001', '::ffff:a00:1'],
  ]
  for (const [digits, short] of cases) assert.deepEqual(parseIfInet6(`${digits} 04 40 00 82 eth0\n`), [short])
})

test('spells every address so that it reads back', () => {
  const digits = fc.stringMatching(/^[0-9a-f]{32}$/)
  const address = fc.oneof(
    digits,
    digits.map((each) => each.replace(/[1-9a-e]/g, '0')),
  )
  fc.assert(
    fc.property(address, (each) => {
      const [found] = parseIfInet6(`${each} 04 40 00 82 eth0\n`)
      if (found === undefined) return each === `${'0'.repeat(31)}1`
      const [head = '', tail] = found.split('::').map((half) => (half === '' ? [] : half.split(':')))
      const rest = tail ?? []
      const zeros = Array.from({ length: 8 - head.length - rest.length }, () => '0')
      return [...head, ...zeros, ...rest].map((group) => group.padStart(4, '0')).join('') === each
    }),
  )
})

test('survives malformed text', () => {
  const check = (addresses: string[]) => {
    for (const address of addresses) assert.notEqual(isIP(address), 0, address)
  }
  survives(parseFibTrie, [trie], check)
  survives(parseIfInet6, [inet6], check)
})
