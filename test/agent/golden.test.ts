// One cycle of the real program, as it is configured by default, over each fixture host; compared with what it gave before.
// UPDATE_GOLDEN=1 writes that anew: the change shows in review.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runOnce } from '../../src/agent/agent.ts'
import { systemClock } from '../../src/agent/schedule.ts'
import { agentPlan } from '../../src/config/agent-plan.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import type { Document } from '../../src/snapshot/document.ts'
import { sources } from '../../src/sources/index.ts'
import { openEmbeddedStore } from '../../src/store/embedded/driver.ts'

const hosts = join(import.meta.dirname, '../fixtures/hosts')
const golden = join(import.meta.dirname, '../golden')
const directory = mkdtempSync(join(tmpdir(), 'mitra-golden-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const noon = Date.parse('2026-11-18T12:00:00Z')

/** Of the clone rather than of the fixture, or of the program that runs. */
const volatile =
  /^(file\.(mtime|ctime|inode|uid|gid|owner|group|mode)|agent\..*|process\.smaps\..*|processes\.duration_ms)$/

async function cycleOver(name: string): Promise<string[]> {
  const config = join(directory, `${name}.yml`)
  writeFileSync(config, `host: ${name}\nroot: ${join(hosts, name)}\n`)
  const configuration = await loadConfiguration({ file: config, env: {}, sources })
  const store = await openEmbeddedStore(join(directory, `${name}.db`), { mustExist: false })
  try {
    await runOnce({
      settings: agentPlan(configuration, sources),
      store,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      signal: new AbortController().signal,
      clock: { ...systemClock, now: () => noon },
    })
    const lines: string[] = []
    for await (const document of store.search({ condition: { kind: 'all' }, view: { kind: 'latest' } }))
      lines.push(JSON.stringify(lastingFields(document)))
    return lines
  } finally {
    await store.close()
  }
}

function lastingFields(document: Document): object {
  const fields = Object.entries(document).filter(([field]) => !volatile.test(field))
  const sorted = fields.sort(([one], [other]) => (one < other ? -1 : 1))
  if (!/^(host|processes(\/.*)?)$/.test(document['file.path'])) return Object.fromEntries(sorted)
  const content = document.content?.replace(/^(agent\.|process\.smaps\.|processes\.duration_ms).*\n/gm, '')
  return { ...Object.fromEntries(sorted), content, 'file.size': undefined, 'file.hash.sha256': undefined }
}

for (const name of readdirSync(hosts).sort())
  test(`a cycle over ${name} gives what it gave before`, async () => {
    const file = join(golden, `${name}.ndjson`)
    const lines = await cycleOver(name)
    if (process.env['UPDATE_GOLDEN']) writeFileSync(file, `${lines.join('\n')}\n`)
    const before = readFileSync(file, 'utf8').trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      before.map((line) => JSON.parse(line)),
    )
  })
