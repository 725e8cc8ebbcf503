import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery } from '../../src/query/parser.ts'
import { namedFields, questionOf } from '../../src/query/question.ts'
import type { Document } from '../../src/snapshot/document.ts'

const document: Document = {
  '@timestamp': '2026-11-21T00:00:00.000Z',
  'host.name': 'web1',
  'file.path': '/proc/sys',
  'event.dataset': 'mitra.sysctl',
  'event.kind': 'state',
  'file.size': 12,
  'sysctl.net.core.somaxconn': 128,
  'sysctl.net.core.rmem_max': 4096,
}

const ask = (text: string) => questionOf(parseQuery(text, { defaultOperator: 'AND' }), { fields: [] }, 0)

test('names the stored fields a query names, each once', () => {
  assert.deepEqual(ask('hostname:web1 size:>4 AND file.size:<9').fields, ['host.name', 'file.size'])
})

test('gives the named fields a document has beside its heading, patterns resolved', () => {
  assert.deepEqual(namedFields(document, ask('host.name:web1 sysctl.net.core.*:* size:12')), [
    ['sysctl.net.core.somaxconn', 128],
    ['sysctl.net.core.rmem_max', 4096],
    ['file.size', 12],
  ])
})

test('marks where a text shows what was asked for', () => {
  assert.deepEqual(ask('somaxconn').spans('net.core.somaxconn = 128'), [{ start: 9, end: 18 }])
})
