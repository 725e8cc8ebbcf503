// The scenario in an embedded store of one's own.
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'
import { currentRun } from '../elasticsearch/run.ts'
import { loadScenario } from './scenario.ts'

/**
 * The path of a database file with the scenario; it goes when the tests of the file are over. Made once in a run of tests and
 * copied, since it takes seconds to make.
 */
export async function scenarioStore(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-scenario-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const own = join(folder, 'scenario.db')
  const made = join(currentRun(), 'scenario.db')
  if (!existsSync(made)) {
    const store = await openEmbeddedStore(own, { mustExist: false })
    await loadScenario(store)
    await store.close()
    // Another process may be at it too: either file will do, a half-made one would not.
    copyFileSync(own, `${made}.${process.pid}`)
    renameSync(`${made}.${process.pid}`, made)
  } else copyFileSync(made, own)
  return own
}
