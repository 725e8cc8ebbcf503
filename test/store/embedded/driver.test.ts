import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore } from '../../../src/store/embedded/driver.ts'
import { storeContract } from '../contract.ts'

storeContract('embedded', () =>
  openEmbeddedStore(join(mkdtempSync(join(tmpdir(), 'mitra-store-')), 'mitra.db'), { mustExist: false }),
)
