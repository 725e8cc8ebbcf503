// Writes a configuration and loads it, for the tests of what may stand in one.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { type Configuration, loadConfiguration } from '../../src/config/load.ts'
import { ActionableError } from '../../src/errors.ts'

export type Environment = Record<string, string>

export const folder = mkdtempSync(join(tmpdir(), 'mitra-config-'))
after(() => rmSync(folder, { recursive: true }))

export const sources = ['sysctl', 'meminfo', 'packages', 'processes', 'memcached'].map((name) => ({ name }))
export const file = join(folder, 'mitra.yml')

export function load(yaml: string, env: Environment = {}): Promise<Configuration> {
  writeFileSync(file, yaml)
  return loadConfiguration({ file, env, sources, uid: 0 })
}

/** The error of a configuration that is not right. */
export async function refusal(yaml: string, env: Environment = {}): Promise<ActionableError> {
  const error = await load(yaml, env).then(
    () => assert.fail(`no mistake found in ${yaml}`),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ActionableError, String(error))
  return error
}

/** The lines of the error, without the file's name. */
export async function mistakes(yaml: string, env: Environment = {}): Promise<string[]> {
  const error = await refusal(yaml, env)
  return error.message.split('\n').map((line) => {
    assert.ok(line.startsWith(`${file}:`), line)
    return line.slice(file.length + 1)
  })
}
