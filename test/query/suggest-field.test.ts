import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestField } from '../../src/query/suggest-field.ts'

const known = [
  'file.path',
  'filename',
  'file.size',
  'hostname',
  'sysctl.net.core.somaxconn',
  'sysctl.vm.swappiness',
  'content',
]

test('suggests the nearest name, else one that ends alike', () => {
  const rows = [
    ['filenmae', 'filename'],
    ['FileName', 'filename'],
    ['contet', 'content'],
    ['somaxconn', 'sysctl.net.core.somaxconn'],
    ['net.core.somaxconn', 'sysctl.net.core.somaxconn'],
    ['vm.Swappiness', 'sysctl.vm.swappiness'],
    ['size', 'file.size'],
    ['nothing.alike', undefined],
    ['', undefined],
  ] as const
  for (const [name, suggestion] of rows) assert.equal(suggestField(name, known), suggestion, name)
})

test('takes any iterable of names', () => {
  assert.equal(suggestField('file.sise', new Set(known)), 'file.size')
  assert.equal(suggestField('x', []), undefined)
})
