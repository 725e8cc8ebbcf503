import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoDataError } from '../../src/errors.ts'
import { coreFields } from '../../src/snapshot/core-fields.ts'
import { formatOf, sources } from '../../src/sources/index.ts'
import { fixtureHosts, fixtureRoot, observe } from './observed.ts'

test('each source has a name of its own, and paths nobody else has', () => {
  const names = sources.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
  const paths = sources.flatMap((source) => source.paths)
  assert.deepEqual(paths, [...new Set(paths)])
  for (const { name, summary } of sources) {
    assert.match(name, /^[a-z][a-z0-9_]*$/)
    assert.match(summary, /^[A-Z].*\.$/)
  }
})

test('each field is declared once, with a sentence', () => {
  const fields = [...coreFields, ...sources.flatMap((source) => source.fields)]
  const names = fields.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
  for (const { name, summary } of fields) assert.match(summary, /\.$/, name)
})

test('a document at a path of a source is understood by that source', () => {
  for (const source of sources)
    for (const path of source.paths) {
      const format = formatOf(path)
      assert.ok(format && source.formats.includes(format), path)
      assert.equal(format.dataset, `mitra.${source.name}`)
    }
  assert.equal(formatOf('/etc/motd'), undefined)
  for (const file of ['/etc/hosts', '/etc/sysctl.conf']) assert.equal(formatOf(file)?.dataset, 'mitra.file')
})

test('each source yields of each host, whatever its state, declared paths and declared fields', async () => {
  const declared = [...coreFields, ...sources.flatMap((source) => source.fields)].map(({ name }) => name)
  const families = declared.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1))
  const isDeclared = (field: string) => declared.includes(field) || families.some((family) => field.startsWith(family))
  for (const host of fixtureHosts)
    for (const source of sources) {
      const collect = source.create()
      for (let pass = 0; pass < 2; pass++) {
        const observations = await observe(collect, fixtureRoot(host)).catch((error: unknown) => {
          if (error instanceof NoDataError) return []
          throw error
        })
        for (const { path, fields, content } of observations) {
          assert.ok(
            source.paths.some((each) => each === path || (each.endsWith('/*') && path.startsWith(each.slice(0, -1)))),
            path,
          )
          assert.deepEqual(
            Object.keys(fields).filter((field) => !isDeclared(field)),
            [],
          )
          assert.equal(fields['error.message'], undefined, `${host} ${path}`)
          assert.equal(typeof content, 'string')
        }
      }
    }
})
