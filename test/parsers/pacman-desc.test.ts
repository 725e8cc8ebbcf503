import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePacmanDesc } from '../../src/parsers/pacman-desc.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const desc = `%NAME%
openssl

%VERSION%
3.3.1-1

%ARCH%
x86_64

%LICENSE%
Apache-2.0
custom

%SHA256SUM%
%DEPENDS%
glibc
`

test('reads the package', () => {
  const found = { name: 'openssl', version: '3.3.1-1', arch: 'x86_64' }
  assert.deepEqual(parsePacmanDesc(desc), found)
  assert.deepEqual(parsePacmanDesc(withCarriageReturns(desc)), found)
  assert.deepEqual(parsePacmanDesc('%NAME%\na\n%VERSION%\n1'), { name: 'a', version: '1', arch: '-' })
})

test('takes the first value, and no heading for one', () => {
  assert.deepEqual(parsePacmanDesc('%NAME%\n%VERSION%\n1\n'), undefined)
  assert.equal(parsePacmanDesc('%NAME%\na\n%VERSION%\n1\n%NAME%\nb\n')?.name, 'a')
})

test('gives nothing where name or version is missing', () => {
  for (const text of ['', '%NAME%', '%NAME%\n', '%NAME%\na\n', '%NAME%\n\na\n%VERSION%\n1\n', 'NAME\na\nVERSION\n1\n'])
    assert.equal(parsePacmanDesc(text), undefined, text)
})

test('survives malformed text', () => survives(parsePacmanDesc, [desc], (found) => assert.ok(found?.name !== '')))
