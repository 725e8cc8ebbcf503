// Documentation that cannot rot: generated pages are fresh, declarations are whole, what a page points to is there.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import {
  fieldsPage,
  fieldsPath,
  fieldTableFile,
  sourcesPage,
  sourcesPath,
  tablePath,
} from '../docs/generate-sources.ts'
import { declaredField } from '../src/commands/declared-fields.ts'
import { coreFields } from '../src/snapshot/core-fields.ts'
import type { Field } from '../src/snapshot/field.ts'
import { commandFields } from '../src/sources/command.ts'
import { sources } from '../src/sources/index.ts'
import { fixtureHosts, fixtureRoot, observe } from './sources/observed.ts'

const root = join(import.meta.dirname, '..')
const fields: readonly Field[] = [...coreFields, ...sources.flatMap((source) => source.fields), ...commandFields]
const pages = globSync(['README.md', 'docs/*.md'], { cwd: root })
const stale = 'run `node docs/generate-sources.ts`'

test('docs/sources.md, docs/fields.md and the table of fields are up to date', () => {
  assert.equal(readFileSync(tablePath, 'utf8'), fieldTableFile(), stale)
  assert.equal(readFileSync(sourcesPath, 'utf8'), sourcesPage(), stale)
  assert.equal(readFileSync(fieldsPath, 'utf8'), fieldsPage(), stale)
})

test('every source and every field is documented', async () => {
  const [sourcesText, fieldsText] = [readFileSync(sourcesPath, 'utf8'), readFileSync(fieldsPath, 'utf8')]
  for (const name of [...sources.map((source) => source.name), 'files', 'commands'])
    assert.match(sourcesText, new RegExp(`^## ${name}$`, 'm'))
  for (const { paths } of sources) for (const path of paths) assert.ok(sourcesText.includes(`\`${path}\``), path)
  for (const { name, alias = name } of fields)
    for (const each of [name, alias]) assert.ok(fieldsText.includes(`\`${each}\``), each)
  for (const file of globSync('src/sources/*.ts', { cwd: root }))
    for (const [name, value] of Object.entries<unknown>(await import(join(root, file)))) {
      if (isSource(value))
        assert.ok(
          sources.some((source) => source === value),
          `${name} of ${file} is registered`,
        )
      if (isFields(value)) for (const field of value) assert.ok(fieldsText.includes(`\`${field.name}\``), field.name)
    }
})

function isSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'create' in value && 'formats' in value
}

function isFields(value: unknown): value is readonly Field[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => row?.type && row.summary)
}

/** Numbers that name something: neither bytes nor how many. */
const identifiers = new Set([
  'file.uid',
  'file.gid',
  'file.inode',
  'process.pid',
  'process.parent.pid',
  'socket.listen.port',
  'socket.listen.uid',
  'socket.listen.pid',
  'command.exit_status',
])

test('every source and field has its sentence, every amount its unit', () => {
  for (const { summary } of [...sources, ...fields]) assert.match(summary, /^[^\n]{10,}\.$/)
  for (const { name, type, unit } of fields) {
    const isAmount = (type === 'long' || type === 'double') && !identifiers.has(name)
    assert.equal(unit !== undefined, isAmount, `${name} has ${isAmount ? 'no' : 'a'} unit`)
  }
})

test('no name means two fields', () => {
  const names = fields.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
})

test('every field that the sources give of a host is declared', async () => {
  for (const name of fixtureHosts)
    for (const source of sources) {
      const observations = await observe(source.create(), fixtureRoot(name)).catch(() => [])
      for (const observation of observations)
        for (const field of Object.keys(observation.fields))
          assert.ok(declaredField(field), `${field} of ${source.name}`)
    }
})

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')

  test(`every link of ${page} leads somewhere`, () => {
    const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ' '))
    const markdown = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)/g)]
    const html = [...prose.matchAll(/<[^>]*\s(?:src|href)="([^"]*)"/g)]
    for (const [, link = ''] of [...markdown, ...html]) {
      if (/^[a-z][a-z+.-]*:/i.test(link)) continue
      const [path = '', anchor] = decodeURIComponent(link).split('#', 2)
      const file = path === '' ? page : join(dirname(page), path)
      assert.ok(!relative('.', file).startsWith('..') && existsSync(join(root, file)), `${link} leads nowhere`)
      if (anchor !== undefined && file.endsWith('.md'))
        assert.ok(anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor), `no heading for ${link}`)
    }
  })

  test(`every file that ${page} names exists`, () => {
    const named = text.matchAll(
      /(?<![\w./~$@:*<>-])(?:src|test|docs|config|bench|bin|kibana|\.ci)\/[\w./-]*\w(?![*\w])/g,
    )
    const modules = text.matchAll(/(?<![\w./~$@:*<>-])[\w-]+(?:\/[\w-]+)+\.ts\b/g)
    for (const [file] of [...named, ...modules]) {
      const places = [file, join('src', file)]
      assert.ok(
        places.some((place) => existsSync(join(root, place))),
        `${file} does not exist`,
      )
    }
  })
}

/** Headings as they are linked to: lower case, hyphens for blanks, without other punctuation, numbered when they repeat. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of markdown.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.+?)\s*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
    let number = 0
    while (anchors.has(number === 0 ? anchor : `${anchor}-${number}`)) number++
    anchors.add(number === 0 ? anchor : `${anchor}-${number}`)
  }
  return anchors
}
