// A configuration over a fixture host and a store of its own, for the tests of the commands that take snapshots.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { main } from '../../src/cli.ts'
import { captured } from './captured-io.ts'

export interface ConfiguredHost {
  folder: string
  config: string
  store: string
  /** Runs `mitra` with these words and the configuration. */
  run(words: readonly string[], options?: Parameters<typeof captured>[0]): Promise<Ran>
  remove(): void
}

export interface Ran {
  status: number
  stdout: string
  stderr: string
  both: string
}

export const fixtures = join(import.meta.dirname, '../fixtures/hosts')

/** A fixture host, or another root; `more` is added to its configuration as it stands. */
export function configuredHost(root: string, more = ''): ConfiguredHost {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-host-'))
  const config = join(folder, 'mitra.yml')
  const store = join(folder, 'mitra.db')
  writeFileSync(config, `root: ${join(fixtures, root)}\nstore: {embedded: {path: ${store}}}\n${more}`)
  const run: ConfiguredHost['run'] = async ([command = '', ...rest], options = {}) => {
    const kept = captured(options)
    const status = await main([command, '--config', config, ...rest], kept.io)
    return { status, stdout: kept.stdout(), stderr: kept.stderr(), both: kept.both() }
  }
  return { folder, config, store, run, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Resolves when something holds; rejects when the command it is waited for ends before. */
export async function whileRunning(command: Promise<unknown>, holds: () => boolean | Promise<boolean>): Promise<void> {
  let hasEnded = false
  const end = () => {
    hasEnded = true
  }
  command.then(end, end)
  while (!(await holds())) {
    if (hasEnded) throw new Error('the command ended too early')
    await sleep(20)
  }
}
