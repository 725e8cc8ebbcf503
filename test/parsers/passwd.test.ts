import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGroup, parsePasswd } from '../../src/parsers/passwd.ts'
import { survives } from './malformed.ts'

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

test('survives malformed text', () => {
  survives(parsePasswd, ['root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/sh\n'], (names) => {
    for (const [id, name] of names) assert.ok(Number.isSafeInteger(id) && name !== '')
  })
})
