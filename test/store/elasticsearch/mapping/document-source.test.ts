import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { declaredFields } from '../../../../src/commands/declared-fields.ts'
import type { Document, FieldValue } from '../../../../src/snapshot/document.ts'
import {
  documentOf,
  type Source,
  sourcesOf,
  stateOf,
} from '../../../../src/store/elasticsearch/mapping/document-source.ts'
import { fieldTypesOf } from '../../../../src/store/elasticsearch/mapping/field-types.ts'
import { documentOf as exampleOf } from '../../document-of.ts'

const types = fieldTypesOf(declaredFields)
const sourceOf = (document: Document) => JSON.parse(sourcesOf(document, types).whole) as Source

const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.integer())
const value: fc.Arbitrary<FieldValue> = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))
const name = fc.oneof(
  fc.constantFrom(
    'sysctl.a',
    'sysctl..b',
    'sysctl. ',
    'labels.x',
    'file.size',
    'file.mtime',
    'host',
    'content.x',
    'other',
    'terms',
    'state',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
)
const document = fc
  .tuple(fc.dictionary(name, value, { maxKeys: 6 }), fc.option(fc.string(), { nil: undefined }), fc.boolean())
  .map(([fields, content, isMetric]) =>
    exampleOf('web1', '/etc/x', '10:00', {
      ...fields,
      'event.kind': isMetric ? 'metric' : 'state',
      ...(content !== undefined && { content }),
    }),
  )

test('a document comes back as it went, whatever its fields are named', () => {
  fc.assert(
    fc.property(document, (given) => {
      assert.deepEqual(documentOf(sourceOf(given)), JSON.parse(JSON.stringify(given)))
    }),
    { numRuns: 1000 },
  )
})

test('the history of a sample has no text', () => {
  const sample = exampleOf('web1', '/proc/meminfo', '10:00', {
    'event.kind': 'metric',
    content: 'MemFree: 1 kB',
    'meminfo.MemFree': 1024,
  })
  const version = documentOf(JSON.parse(sourcesOf(sample, types).version))
  assert.equal(version.content, undefined)
  assert.equal(version['meminfo.MemFree'], 1024)
})

test('a state is the same whatever its time and the order of its fields', () => {
  const one = exampleOf('web1', '/etc/x', '10:00', { content: 'a', 'sysctl.a': 1, 'sysctl.b': [1, 2] })
  const { '@timestamp': _, ...rest } = one
  const turned = Object.fromEntries(Object.entries(rest).reverse()) as Document
  assert.equal(stateOf({ ...turned, '@timestamp': '2026-11-19T00:00:00.000Z' }), stateOf(one))
  assert.notEqual(stateOf({ ...one, 'sysctl.b': [2, 1] }), stateOf(one))
  assert.notEqual(stateOf({ ...one, 'sysctl.a': '1' }), stateOf(one))
})

test('a field of a declared type is sent only what it can hold; the rest is kept apart and found by its term', () => {
  const source = sourceOf(exampleOf('web1', '/etc/x', '10:00', { 'file.size': 'large', 'file.uid': 7, 'no.such': 1 }))
  assert.equal(source['file.size'], undefined)
  assert.equal(source['file.uid'], 7)
  assert.deepEqual(source['other'], { 'file.size': 'large', 'no.such': 1 })
  assert.deepEqual(source['terms'], ['file.size=slarge', 'no.such=nbff0000000000000'])
})
