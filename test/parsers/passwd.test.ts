import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseGroup, parsePasswd } from '../../src/parsers/passwd.ts'

test('gives names by number, the first of a number first', () => {
  const text = 'root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n'
  assert.deepEqual(
    [...parsePasswd(text)],
    [
      [0, 'root'],
      [33, 'www-data'],
    ],
  )
  assert.equal(parseGroup('adm:x:4:syslog,ada\r\nshort:x:7\r\n').get(7), 'short')
})

test('leaves out what is no entry', () => {
  const text =
    '\n# note:x:1\n+::::::\n-bob:x:5:5\nnobody\nhalf:x\nword:x:abc:1\nnegative:x:-1:1\nhuge:x:99999999999:1\n:x:9:9\n'
  assert.equal(parsePasswd(text).size, 0)
})

test('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parsePasswd(text).size <= text.length))
})
