import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRpmList, rpmQueryFormat } from '../../src/parsers/rpm-list.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const asked = 'dbus 1:1.12.8-26.el8 x86_64\ntzdata 2024a-1.el8 noarch\ngpg-pubkey 8483c65d-5ccc5b19 (none)\n'
const listed = `bash-4.1.2-48.el6.x86_64
java-1.8.0-openjdk-1.8.0.412.b08-1.el7_9.i686
tzdata-2018e-3.el6.noarch
gpg-pubkey-c105b9de-4e0fd3a3
gpg-pubkey-c105b9de-4e0fd3a3.(none)
`

test('reads the lines it asks for', () => {
  const found = [
    { name: 'dbus', version: '1:1.12.8-26.el8', arch: 'x86_64' },
    { name: 'tzdata', version: '2024a-1.el8', arch: 'noarch' },
  ]
  assert.deepEqual([...parseRpmList(asked)], found)
  assert.deepEqual([...parseRpmList(withCarriageReturns(asked))], found)
  assert.match(rpmQueryFormat, /^%\{NAME\} .*%\{ARCH\}\\n$/)
})

test('reads the lines of rpm -qa, name from version from architecture', () => {
  assert.deepEqual(
    [...parseRpmList(listed)],
    [
      { name: 'bash', version: '4.1.2-48.el6', arch: 'x86_64' },
      { name: 'java-1.8.0-openjdk', version: '1.8.0.412.b08-1.el7_9', arch: 'i686' },
      { name: 'tzdata', version: '2018e-3.el6', arch: 'noarch' },
    ],
  )
})

test('takes no part of the release for an architecture, where an old rpm prints none', () => {
  assert.deepEqual(
    [...parseRpmList('bash-3.2-33.el5\nperl-5.8.8-43.el5_11\n')],
    [
      { name: 'bash', version: '3.2-33.el5', arch: '-' },
      { name: 'perl', version: '5.8.8-43.el5_11', arch: '-' },
    ],
  )
})

test('leaves out other lines', () => {
  const lines = [
    '',
    'bash',
    'bash-1',
    'package x is not installed',
    'error: rpmdb open failed',
    '-1-2',
    `${'a-'.repeat(300)}1-2`,
  ]
  for (const line of lines) assert.deepEqual([...parseRpmList(line)], [], line)
  assert.deepEqual([...parseRpmList('bash 5.1-6')], [{ name: 'bash', version: '5.1-6', arch: '-' }])
})

test('survives malformed text', () =>
  survives(
    (text) => [...parseRpmList(text)],
    [asked, listed],
    (found) => assert.ok(found),
  ))
