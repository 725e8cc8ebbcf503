import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { importedDocument } from '../../src/commands/imported-document.ts'

const minimal = { '@timestamp': '2026-11-21T10:00:00Z', 'host.name': 'web1', 'file.path': '/etc/app.conf' }

test('a minimal document gets what follows from path and text', () => {
  assert.deepEqual(importedDocument({ ...minimal, content: 'grün\n' }), {
    '@timestamp': '2026-11-21T10:00:00.000Z',
    'host.name': 'web1',
    'file.path': '/etc/app.conf',
    'event.dataset': 'mitra.file',
    'event.kind': 'state',
    'file.name': 'app.conf',
    'file.directory': '/etc',
    'file.extension': 'conf',
    'file.size': 6,
    'file.hash.sha256': createHash('sha256').update('grün\n').digest('hex'),
    content: 'grün\n',
  })
})

test('a minimal document of a known path gets typed fields and dataset', () => {
  const document = importedDocument({ ...minimal, 'file.path': '/proc/meminfo', content: 'MemFree:  2 kB\n' })
  assert.equal(document['meminfo.MemFree'], 2048)
  assert.equal(document['event.dataset'], 'mitra.meminfo')
  assert.equal(document['event.kind'], 'metric')
})

test('a whole document keeps its own fields', () => {
  const whole = {
    ...minimal,
    'file.path': '/proc/meminfo',
    'event.dataset': 'mitra.meminfo',
    'event.kind': 'metric',
    'file.size': 99,
    content: 'MemFree:  2 kB\n',
  }
  const document = importedDocument(whole)
  assert.equal(document['meminfo.MemFree'], undefined)
  assert.equal(document['file.size'], 99)
})

test('names may be dotted, nested, mixed or aliases', () => {
  const forms = [
    { '@timestamp': minimal['@timestamp'], host: { name: 'web1' }, file: { path: '/etc/app.conf', size: '4096' } },
    { '@timestamp': minimal['@timestamp'], hostname: 'web1', filename: '/etc/app.conf', size: 4096 },
    { _index: 'mitra_2026.11.21', _id: 'x', _source: { ...minimal, 'file.size': 4096 } },
    { ...minimal, hostname: 'other', 'file.size': 4096, gone: null, empty: [], 'file.mode': null },
  ]
  for (const form of forms)
    assert.deepEqual(importedDocument(form), importedDocument({ ...minimal, 'file.size': 4096 }))
})

test('a pseudo path is no file name', () => {
  assert.equal(importedDocument({ ...minimal, 'file.path': 'netstat -s' })['file.name'], undefined)
})

const times: [given: unknown, time: string][] = [
  ['2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['2026-11-21T10:00:00', '2026-11-21T10:00:00.000Z'],
  ['2026-11-21 10:00:00.5', '2026-11-21T10:00:00.500Z'],
  ['2026-11-21T10:00:00+01:00', '2026-11-21T09:00:00.000Z'],
  [1_763_719_200_123, new Date(1_763_719_200_123).toISOString()],
]

for (const [given, time] of times)
  test(`the time ${given} is read`, () => {
    assert.equal(importedDocument({ ...minimal, '@timestamp': given })['@timestamp'], time)
  })

const mistakes: [title: string, value: unknown, message: RegExp][] = [
  ['a text', 'x', /^not a JSON object$/],
  ['null', null, /^not a JSON object$/],
  ['no time', { ...minimal, '@timestamp': undefined }, /^@timestamp is missing$/],
  ['a time that is none', { ...minimal, '@timestamp': 'soon' }, /^@timestamp must be a time in ISO 8601, got "soon"$/],
  ['a time before 1970', { ...minimal, '@timestamp': -1 }, /^@timestamp must be a time/],
  ['a list of times', { ...minimal, '@timestamp': ['2026-11-21'] }, /^@timestamp must be a time/],
  ['true as time', { ...minimal, '@timestamp': true }, /^@timestamp must be a time/],
  ['an empty host', { ...minimal, 'host.name': '' }, /^host\.name must be a string that is not empty$/],
  ['a list of paths', { ...minimal, 'file.path': ['/a', '/b'] }, /^file\.path must be a string/],
  ['a number as content', { ...minimal, content: 5 }, /^content must be a string$/],
  ['a size in words', { ...minimal, size: 'big' }, /^file\.size must be a number, got "big"$/],
  ['an endless number', { ...minimal, x: JSON.parse('1e999') }, /^x must be a string, a number/],
  ['a truth in words', { ...minimal, 'file.exists': 'no' }, /^file\.exists must be true or false, got "no"$/],
  ['a modification time that is none', { ...minimal, 'file.mtime': 'then' }, /^file\.mtime must be a time/],
  ['an object in a list', { ...minimal, x: [{}] }, /^x must be a string, a number, a boolean or an array of these$/],
  ['an unknown kind', { ...minimal, 'event.kind': 'alert' }, /^event\.kind must be "state" or "metric", got "alert"$/],
  ['a name that would be a prototype', JSON.parse('{"__proto__":5}'), /^no field can be named "__proto__"$/],
  ['an empty name', { ...minimal, '': 1 }, /^no field can be named ""$/],
]

for (const [title, value, message] of mistakes)
  test(`${title} is refused with its reason`, () => {
    assert.throws(
      () => importedDocument(JSON.parse(JSON.stringify(value) ?? 'null', (_, each) => each)) && importedDocument(value),
      { message },
    )
  })

test('objects nested without end are refused', () => {
  assert.throws(() => importedDocument(JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`)), /nested deeper/)
})

test('any JSON is read or refused with a reason, and what is read reads the same again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, content) => {
      const given =
        typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, ...minimal, content } : value
      try {
        const document = importedDocument(given)
        assert.deepEqual(importedDocument(document), document)
      } catch (error) {
        assert.ok(
          error instanceof Error && !(error instanceof TypeError) && !(error instanceof assert.AssertionError),
          String(error),
        )
      }
    }),
  )
})
