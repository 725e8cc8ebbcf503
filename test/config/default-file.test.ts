// config/mitra.yml and docs/configuration.md say what the rows of settings.ts say.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { defaultFile, defaultFilePath, page, pagePath } from '../../docs/generate-configuration.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { defaultValues, sections, settingRows } from '../../src/config/settings.ts'
import { breachesOf } from '../../src/config/types.ts'
import { sources } from '../../src/sources/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-default-'))
after(() => rmSync(folder, { recursive: true }))

const stale = 'run `node docs/generate-configuration.ts`'

async function valuesOf(yaml: string): Promise<Record<string, unknown>> {
  const file = join(folder, 'mitra.yml')
  writeFileSync(file, yaml)
  const { origin: _, ...values } = await loadConfiguration({ file, env: {}, sources, uid: 0 })
  return values
}

/** Takes away every `#` that touches a setting. */
function uncommented(yaml: string): string {
  return yaml.replace(/^( *)#(?=\S)/gm, '$1')
}

test('config/mitra.yml and docs/configuration.md are up to date', () => {
  assert.equal(readFileSync(defaultFilePath, 'utf8'), defaultFile(), stale)
  assert.equal(readFileSync(pagePath, 'utf8'), page(), stale)
})

test('config/mitra.yml changes nothing, as it is and with every setting uncommented', async () => {
  const yaml = readFileSync(defaultFilePath, 'utf8')
  assert.deepEqual(await valuesOf(yaml), defaultValues())
  const all = Object.fromEntries(sources.map(({ name, enabledByDefault }) => [name, enabledByDefault]))
  assert.deepEqual(await valuesOf(uncommented(yaml)), { ...defaultValues(), sources: all })
})

test('uncommenting config/mitra.yml gives every setting', () => {
  const text = uncommented(defaultFile())
  for (const { key } of settingRows()) {
    const name = key.split('.').at(-1)
    assert.match(text, new RegExp(`^ *${name}:`, 'm'), key)
  }
})

test('docs/configuration.md has every setting', () => {
  const text = page()
  for (const { key } of settingRows()) assert.ok(text.includes(`\`${key}\``), key)
  for (const { name } of sources) assert.ok(text.includes(`\`sources.${name}\``), name)
})

test('every default keeps its own rule', () => {
  for (const { key, setting } of settingRows())
    if (setting.default !== undefined) assert.deepEqual(breachesOf(setting.type, setting.default), [], key)
})

test('every example is accepted', async () => {
  for (const { key, setting } of settingRows()) {
    if (!setting.example) continue
    const names = key.split('.').slice(0, -1)
    const known = [...sources, { name: 'packages' }, { name: 'netstat' }]
    const file = join(folder, 'example.yml')
    const secret = join(folder, 'secret')
    writeFileSync(secret, 'text\n')
    const example = setting.example.replace(/(?<=\{file: )[^}]*/, secret)
    writeFileSync(
      file,
      `${names.map((name, depth) => `${' '.repeat(depth)}${name}:\n`).join('')}${' '.repeat(names.length)}${example}\n`,
    )
    await assert.doesNotReject(loadConfiguration({ file, env: {}, sources: known, uid: 0 }), key)
  }
})

test('every section has its sentence, and every text is a sentence', () => {
  const used = new Set(settingRows().map(({ key }) => key.split('.').slice(0, -1).join('.')))
  assert.deepEqual(new Set(Object.keys(sections)), used)
  for (const { key, setting } of settingRows())
    for (const text of [setting.help, setting.consequence ?? 'None.'])
      assert.match(text, /^(\p{Lu}|`|[a-z]).*\.$/u, key)
})

test('the default set names no file that holds secrets', () => {
  for (const path of defaultValues().indexer.files_if_present)
    assert.doesNotMatch(String(path), /shadow|key|secret|private|password|machine-id|\.ssh/)
})
