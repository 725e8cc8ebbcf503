import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDpkgStatus } from '../../src/parsers/dpkg-status.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const status = `Package: adduser
Status: install ok installed
Priority: important
Architecture: all
Version: 3.118ubuntu2
Description: add and remove users and groups
 Version: 9 is not this one
 .
 Package: nor is this

Package: linux-image-4.4.0-21-generic
Status: deinstall ok config-files
Architecture: amd64
Version: 4.4.0-21.37

Package: openssl
Status: hold ok installed
Multi-Arch: foreign
Architecture: amd64
Version: 1.0.2g-1ubuntu4.20
`
const installed = [
  { name: 'adduser', version: '3.118ubuntu2', arch: 'all' },
  { name: 'openssl', version: '1.0.2g-1ubuntu4.20', arch: 'amd64' },
]

test('gives what is installed or held, and not what only left its configuration', () => {
  assert.deepEqual([...parseDpkgStatus(status)], installed)
  assert.deepEqual([...parseDpkgStatus(withCarriageReturns(status))], installed)
})

test('takes a package that waits for triggers as installed, a broken one not', () => {
  const found = (state: string) => [...parseDpkgStatus(`Package: a\nStatus: install ${state}\nVersion: 1\n`)].length
  assert.equal(found('ok triggers-pending'), 1)
  assert.equal(found('ok triggers-awaited'), 1)
  for (const state of ['ok half-installed', 'ok unpacked', 'ok not-installed', 'ok', ''])
    assert.equal(found(state), 0, state)
})

test('assumes a stanza without a status to be installed only where it is told to', () => {
  const text = 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n'
  assert.deepEqual([...parseDpkgStatus(text)], [])
  assert.equal([...parseDpkgStatus(text, { assumeInstalled: true })][0]?.name, 'base-files')
})

test('leaves out a stanza without name or version', () => {
  const text =
    'Package: a\nStatus: install ok installed\n\nStatus: install ok installed\nVersion: 1\n\nPackage: b c\nStatus: install ok installed\nVersion: 1\n'
  assert.deepEqual([...parseDpkgStatus(text)], [])
})

test('gives the last stanza of a file that was cut', () => {
  const cut = status.slice(0, status.indexOf('Description'))
  assert.deepEqual([...parseDpkgStatus(cut)], installed.slice(0, 1))
  assert.deepEqual([...parseDpkgStatus('')], [])
})

test('survives malformed text', () =>
  survives(
    (text) => [...parseDpkgStatus(text)],
    [status],
    (found) => assert.ok(found),
  ))
