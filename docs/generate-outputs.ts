// Writes the outputs into README.md and docs/cookbook.md: what their commands show. Run it after changing what a terminal shows:
// `node docs/generate-outputs.ts`. Tests fail while one of them is out of date.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '../src/store/embedded/driver.ts'
import { loadScenario } from '../test/scenario/scenario.ts'
import { renewedPage } from './console-blocks.ts'

const pages = ['README.md', 'docs/cookbook.md'].map((page) => join(import.meta.dirname, '..', page))

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'mitra-outputs-'))
  try {
    const path = join(folder, 'scenario.db')
    const store = await openEmbeddedStore(path, { mustExist: false })
    await loadScenario(store)
    await store.close()
    const asked = { options: ['--store', path], folder }
    for (const page of pages) writeFileSync(page, await renewedPage(readFileSync(page, 'utf8'), asked))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
