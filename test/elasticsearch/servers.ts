// The servers that all tests of a run share: the first who asks for one starts it, the watchdog of the run ends it.
import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasDocker, startContainer } from './container.ts'
import { isAlive, type ProcessIdentity } from './processes.ts'
import { answers } from './ready.ts'
import { versionOf } from './request.ts'
import { currentRun, endServer, ownerOf, readJson, type ServerRecord, self, writeJson } from './run.ts'
import { distributions, type Kind, NoServerError, type ServerAddress, startServer } from './server.ts'

/** A server to test with, or why there is none. */
export type Shared = (ServerAddress & { skip?: undefined }) | { skip: string }

/** Most tests use the first, and each brings mappings of two thousand fields. */
const heaps: Record<Kind, string> = { current: '1536m', secure: '768m', previous: '512m' }

/** Kept in the folder of a shared server while it starts, for those who wait for it. */
interface State {
  starter: ProcessIdentity
  address?: ServerAddress
  /** Why there is no server: `missing` when this machine cannot have one. */
  failure?: { message: string; missing: boolean }
}

const fromEnvironment: Partial<Record<Kind, string>> = {
  current: 'MITRA_TEST_ELASTICSEARCH',
  previous: 'MITRA_TEST_ELASTICSEARCH_PREVIOUS',
}

/**
 * The run's server of a kind, which answers. Tests share it: each uses an index prefix of its own.
 * Without Java it returns the reason to skip, save in CI ($CI), where a missing server is a failure.
 */
export async function elasticsearch(kind: Kind): Promise<Shared> {
  const given = process.env[fromEnvironment[kind] ?? '']
  if (given) return addressOf(given)
  const folder = join(currentRun(), kind)
  for (;;) {
    if (isFirst(folder)) start(kind, folder)
    const state = await settled(folder)
    if (state?.address) return state.address
    if (state?.failure?.missing && !process.env['CI']) return { skip: state.failure.message }
    if (state?.failure) throw new Error(state.failure.message)
    // whoever started it was killed before it was up
    await endServer(folder)
    renameSync(folder, `${folder}-left-${Date.now()}`)
  }
}

/** `http://user:password@host:9200` of a server that runs already. */
async function addressOf(given: string): Promise<Shared> {
  const { origin, username, password } = new URL(given)
  const address = { url: origin, ...(username ? { username, password: decodeURIComponent(password) } : {}) }
  return { ...address, version: await versionOf(address) }
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
  } catch {
    return false
  }
  writeJson(join(folder, 'state.json'), { starter: self() } satisfies State)
  return true
}

function start(kind: Kind, folder: string): void {
  const file = join(folder, 'state.json')
  const starter = self()
  const owner = ownerOf(dirname(folder))
  const onSpawn = (address: ServerAddress) => writeJson(file, { starter, address } satisfies State)
  startServer(kind, { name: kind, owner, onSpawn, heap: heaps[kind] })
    .catch((error: unknown) => {
      if (!(error instanceof NoServerError && hasDocker())) throw error
      return startContainer(kind, folder, owner, onSpawn)
    })
    .catch((error: Error) => {
      const missing = error instanceof NoServerError
      const message = `no Elasticsearch ${distributions[kind].version} to test with: ${error.message}${hint(kind)}`
      writeJson(file, { starter, failure: { message, missing } } satisfies State)
    })
}

function hint(kind: Kind): string {
  const variable = fromEnvironment[kind]
  return variable ? ` (or set ${variable} to the URL of one)` : ''
}

/** Waits until the server answers or never will; nothing when the one who started it has gone too early. */
async function settled(folder: string): Promise<State | undefined> {
  for (let patience = 20; ; await sleep(50)) {
    const state = readJson<State>(join(folder, 'state.json'))
    const record = readJson<ServerRecord>(join(folder, 'server.json'))
    if (state?.failure) return state
    if (state?.address && record) {
      try {
        await answers(state.address, record.leader, () => readFileSync(join(folder, 'server.log'), 'utf8'))
        return state
      } catch (error) {
        return { starter: state.starter, failure: { message: (error as Error).message, missing: false } }
      }
    }
    if (state && isAlive(state.starter)) continue
    // the first has made the folder and not yet written into it
    patience -= 1
    if (patience === 0) return undefined
  }
}
