import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Document, FieldValue } from '../../../../src/snapshot/document.ts'
import { fieldTypesOf } from '../../../../src/store/elasticsearch/mapping/field-types.ts'
import { isPaired, pairOf, pairRead, pairsOf } from '../../../../src/store/elasticsearch/mapping/pairs.ts'

const types = fieldTypesOf(declaredFields)
const document = (fields: Record<string, FieldValue>): Document => ({
  '@timestamp': '2026-11-20T08:00:00.000Z',
  'host.name': 'web1',
  'file.path': '/proc/sys',
  'event.dataset': 'mitra.sysctl',
  'event.kind': 'state',
  ...fields,
})

test('pairs the settings of a state as the host has them', () => {
  const fields = {
    'sysctl.vm.swappiness': 60,
    'sysctl.net.ipv4.tcp_rmem': [4096, 87380, 8],
    'sysctl.kernel.hostname': 'web1=a',
    'sysctl.empty': [],
    'labels.role': 'web',
    content: 'x',
  }
  assert.deepEqual(pairsOf(document(fields), types), [
    'sysctl.vm.swappiness=60',
    'sysctl.net.ipv4.tcp_rmem=[4096,87380,8]',
    'sysctl.kernel.hostname="web1=a"',
  ])
  assert.deepEqual(pairsOf(document({ ...fields, 'event.kind': 'metric' }), types), [])
})

test('makes no pairs of a document with one that no pair can hold', () => {
  const fine = { 'sysctl.vm.swappiness': 60 }
  for (const bad of [{ 'sysctl.a=b': 1 }, { 'sysctl.a': 'x'.repeat(9000) }, { 'sysctl.\ud800': 1 }])
    assert.deepEqual(pairsOf(document({ ...fine, ...(bad as Record<string, FieldValue>) }), types), [])
})

test('pairs families of settings, not labels, numbers of tables or single fields', () => {
  for (const name of ['sysctl.*', 'sysctl.net.*', 'sysctl.vm.swappiness', 'config.sshd.PermitRootLogin'])
    assert.ok(isPaired(name, types), name)
  for (const name of ['labels.*', 'labels.role', 'meminfo.*', 'file.hash.sha256', 'content', 'sys*'])
    assert.ok(!isPaired(name, types), name)
})

test('reads every pair as it was written', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  )
  const value = fc.oneof(scalar, fc.array(scalar, { minLength: 1 }))
  fc.assert(
    fc.property(
      fc.string().filter((name) => !name.includes('=')),
      value,
      (name, held) => {
        const expected = JSON.parse(JSON.stringify(held))
        assert.deepEqual(pairRead(pairOf(name, held)), { name, value: expected })
      },
    ),
  )
})
