// Loaded into every test process: what a test leaves in the folder of temporary files goes when the process ends.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// what outlives a test, such as a server that all tests share, does not go there
process.env['MITRA_TEST_SYSTEM_TMPDIR'] ??= tmpdir()
const folder = mkdtempSync(join(tmpdir(), 'mitra-test-'))
// some tests run a program as another user
chmodSync(folder, 0o755)
process.env['TMPDIR'] = folder
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
