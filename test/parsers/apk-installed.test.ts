import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseApkInstalled } from '../../src/parsers/apk-installed.ts'
import { survives, withCarriageReturns } from './malformed.ts'

const installed = `C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=
P:alpine-baselayout
V:3.2.0-r23
A:x86_64
S:7910
T:Alpine base dir structure and init scripts
F:etc
R:fstab
Z:Q11Q7hNe8QpDS531guqCdrXBzoA/o=

C:Q1a2b=
P:musl
V:1.2.3-r5
A:x86_64

`
const packages = [
  { name: 'alpine-baselayout', version: '3.2.0-r23', arch: 'x86_64' },
  { name: 'musl', version: '1.2.3-r5', arch: 'x86_64' },
]

test('reads stanzas, the last with or without a blank line behind it', () => {
  assert.deepEqual([...parseApkInstalled(installed)], packages)
  assert.deepEqual([...parseApkInstalled(installed.trimEnd())], packages)
  assert.deepEqual([...parseApkInstalled(withCarriageReturns(installed))], packages)
})

test('leaves out a stanza without name or version, and goes on', () => {
  assert.deepEqual([...parseApkInstalled('P:a\n\nV:1\n\nPV\nP:b\nV:2\n')], [{ name: 'b', version: '2', arch: '-' }])
  assert.deepEqual([...parseApkInstalled('')], [])
})

test('survives malformed text', () =>
  survives(
    (text) => [...parseApkInstalled(text)],
    [installed],
    (found) => assert.ok(found),
  ))
