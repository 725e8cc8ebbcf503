import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseVersion } from '../../src/parsers/version.ts'
import { survives } from './malformed.ts'

const lines: [string, string][] = [
  [
    'Linux version 2.6.32-754.el6.x86_64 (mockbuild@x86-01.bsys.centos.org) (gcc version 4.4.7 …) #1 SMP\n',
    '2.6.32-754.el6.x86_64',
  ],
  ['Linux version 4.4.0-210-generic (buildd@lgw01) (gcc version 5.4.0) #242-Ubuntu SMP\r\n', '4.4.0-210-generic'],
  ['Linux version 6.18.44+ (a@b) (gcc (GCC) 15.3.0, GNU ld) #1 SMP PREEMPT_DYNAMIC @0', '6.18.44+'],
]

test('gives the release', () => {
  for (const [line, release] of lines) assert.equal(parseVersion(line), release)
})

test('takes no other line', () => {
  for (const text of ['', 'Linux', 'Linux version ', 'Linux version \n', 'FreeBSD version 13', ` ${lines[0]?.[0]}`])
    assert.equal(parseVersion(text), undefined, text)
})

test('survives malformed text', () =>
  survives(
    parseVersion,
    lines.map(([line]) => line),
    (release) => assert.ok((release ?? '').length <= 128),
  ))
