import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findJava } from './find-java.ts'

const folder = mkdtempSync(join(tmpdir(), 'mitra-java-'))

function installed(name: string, version: string): string {
  const home = join(folder, name)
  mkdirSync(join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'bin/java'), '')
  writeFileSync(join(home, 'release'), `IMPLEMENTOR="Test"\nJAVA_VERSION="${version}"\n`)
  return home
}

/** No machine has a Java as new as this. */
const least = 900

test('takes the first Java that is new enough: ES_JAVA_HOME, JAVA_HOME, then the PATH', (t) => {
  const before = { ...process.env }
  t.after(() => Object.assign(process.env, before))
  const links = join(folder, 'links')
  mkdirSync(links)
  symlinkSync(join(installed('path', '903'), 'bin/java'), join(links, 'java'))
  process.env['PATH'] = links
  process.env['ES_JAVA_HOME'] = installed('es', '901.0.2')
  process.env['JAVA_HOME'] = installed('home', '902')
  assert.deepEqual(findJava(least), { home: join(folder, 'es'), version: 901 })
  assert.deepEqual(findJava(902), { home: join(folder, 'home'), version: 902 })
  assert.deepEqual(findJava(903), { home: join(folder, 'path'), version: 903 })
  assert.equal(findJava(904), undefined)
})

test('an old Java says its version in another way, and a folder that is none is passed over', (t) => {
  const before = { ...process.env }
  t.after(() => Object.assign(process.env, before))
  process.env['ES_JAVA_HOME'] = join(folder, 'nowhere')
  process.env['JAVA_HOME'] = installed('eight', '1.8.0_402')
  assert.deepEqual(findJava(8), { home: join(folder, 'eight'), version: 8 })
})
