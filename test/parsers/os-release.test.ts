import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOsRelease, parseRedhatRelease } from '../../src/parsers/os-release.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const debian = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
ID=debian
HOME_URL="https://www.debian.org/"
`
const centos6 = 'CentOS release 6.10 (Final)\n'

test('reads assignments, with quotes and without', () => {
  assert.deepEqual(parseOsRelease(debian), { id: 'debian', name: 'Debian GNU/Linux', version: '12' })
  assert.deepEqual(parseOsRelease("NAME='Arch Linux'\nID=arch\nBUILD_ID=rolling\n"), { id: 'arch', name: 'Arch Linux' })
  assert.deepEqual(parseOsRelease('NAME="A \\"b\\" \\$c \\\\d \\e"\n'), { name: 'A "b" $c \\d \\e' })
})

test('reads the same with carriage returns', () => {
  assert.deepEqual(parseOsRelease(withCarriageReturns(debian)), parseOsRelease(debian))
  assert.deepEqual(parseRedhatRelease(withCarriageReturns(centos6)), parseRedhatRelease(centos6))
})

test('takes the last of several assignments', () => {
  assert.deepEqual(parseOsRelease('ID=one\nID=two\n'), { id: 'two' })
})

test('leaves out what is no assignment, or has a quote that does not close', () => {
  for (const text of [
    '',
    '# ID=debian\n',
    'ID',
    'id=debian',
    'ID =debian',
    'ID=',
    'ID=""',
    'ID="deb',
    'ID=\'debian"',
    `ID=${'x'.repeat(2000)}`,
  ])
    assert.deepEqual(parseOsRelease(text), {}, text)
})

test('reads the line that stood there before os-release, under the ids of os-release', () => {
  const cases: [string, object][] = [
    [centos6, { id: 'centos', name: 'CentOS', version: '6.10' }],
    ['CentOS Linux release 7.9.2009 (Core)', { id: 'centos', name: 'CentOS Linux', version: '7.9.2009' }],
    [
      'Red Hat Enterprise Linux Server release 6.9 (Santiago)',
      { id: 'rhel', name: 'Red Hat Enterprise Linux Server', version: '6.9' },
    ],
    ['Oracle Linux Server release 6.8', { id: 'ol', name: 'Oracle Linux Server', version: '6.8' }],
    ['Fedora release 13 (Goddard)', { id: 'fedora', name: 'Fedora', version: '13' }],
  ]
  for (const [line, release] of cases) assert.deepEqual(parseRedhatRelease(line), release)
  for (const line of ['', 'CentOS', 'CentOS release', 'CentOS release Final', ' release 6'])
    assert.deepEqual(parseRedhatRelease(line), {}, line)
})

test('survives malformed text', () => {
  const check = (release: object) => {
    for (const value of Object.values(release)) assert.ok(typeof value === 'string' && value !== '')
  }
  survives(parseOsRelease, [debian], check)
  survives(parseRedhatRelease, [centos6], check)
})
