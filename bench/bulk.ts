// The way into Elasticsearch: mitra's outbox and driver against a bare HTTP client that posts the same requests, made ready before,
// at its best concurrency. The server has a processor of its own, as it has a machine of its own elsewhere, unless
// MITRA_BENCH_SHARED is set. MITRA_BENCH_HOSTS changes the size.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { declaredFields } from '../src/commands/declared-fields.ts'
import { importedDocument } from '../src/commands/imported-document.ts'
import { openDelivery } from '../src/delivery/delivery.ts'
import { type Document, timeOf } from '../src/snapshot/document.ts'
import { openReceiver } from '../src/store/elasticsearch/driver.ts'
import { fieldTypesOf } from '../src/store/elasticsearch/mapping/field-types.ts'
import { operationsOf } from '../src/store/elasticsearch/writing/operations.ts'
import type { ElasticsearchTarget } from '../src/store/open.ts'
import { setUp, targetOf } from '../test/elasticsearch/empty-store.ts'
import { request as ask } from '../test/elasticsearch/request.ts'
import { type Server, startServer } from '../test/elasticsearch/server.ts'
import { simulatedFleet } from './fleet.ts'
import { rounded, spreadOf, table } from './measure.ts'

const hosts = Number(process.env['MITRA_BENCH_HOSTS'] ?? 200)
const rounds = Number(process.env['MITRA_BENCH_ROUNDS'] ?? 3)
const start = Date.UTC(2026, 10, 20)
/** As much as a bulk of the delivery holds. */
const requestBytes = 5 * 1024 * 1024
const concurrencies = [1, 2, 4]

interface Sample {
  ms: number
  cpu_ms: number
}

export async function run(): Promise<void> {
  const documents = await documentsOfDay()
  const apart = process.env['MITRA_BENCH_SHARED'] === undefined && cpus().length > 1 && onProcessors('0')
  const server = await startServer('current', { heap: '2g', javaOptions: [] })
  if (apart) onProcessors(`1-${cpus().length - 1}`)
  console.log(`Server and client ${apart ? 'have processors of their own' : 'share the processors'}.\n`)
  try {
    const samples = new Map<string, Sample[]>()
    const note = (name: string, sample: Sample) => samples.set(name, [...(samples.get(name) ?? []), sample])
    // a first round warms the server up and is not counted
    for (let round = 0; round <= rounds; round++) {
      const counted = round === 0 ? () => {} : note
      for (const concurrency of concurrencies)
        counted(`bare client, ${concurrency} at a time`, await bare(server, documents, concurrency))
      for (const concurrency of concurrencies.slice(0, 2)) {
        const name = `mitra, outbox and driver, ${concurrency} at a time`
        counted(name, await delivered(server, documents, { compression: true, concurrency }))
        counted(`${name}, not compressed`, await delivered(server, documents, { compression: false, concurrency }))
      }
    }
    print(documents, samples)
  } finally {
    await server.stop()
  }
}

/** Keeps this process, and what it starts from now on, to some processors; false where that cannot be. */
function onProcessors(list: string): boolean {
  return spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', list, String(process.pid)]).status === 0
}

function print(documents: readonly Document[], samples: Map<string, Sample[]>): void {
  const bytes = documents.reduce((sum, { content = '' }) => sum + Buffer.byteLength(content), 0)
  const rows = Array.from(samples, ([name, list]) => ({
    name,
    ms: spreadOf(list.map(({ ms }) => ms)).p50,
    cpu_ms: spreadOf(list.map(({ cpu_ms }) => cpu_ms)).p50,
  }))
  const best = Math.min(...rows.filter(({ name }) => name.startsWith('bare')).map(({ ms }) => ms))
  console.log(
    `## Into Elasticsearch: ${documents.length} documents, ${rounded(bytes / 1e6, 0)} MB of text, ${rounds} rounds\n`,
  )
  table(
    ['client', 'documents/s', 'of the best bare client', 'CPU ms of the client'],
    rows.map(({ name, ms, cpu_ms }) => [
      name,
      rounded(documents.length / (ms / 1000), 0),
      rounded(best / ms, 2),
      rounded(cpu_ms, 0),
    ]),
  )
}

async function documentsOfDay(): Promise<Document[]> {
  const documents: Document[] = []
  for await (const simulated of simulatedFleet({ hosts, days: 1, start })) documents.push(importedDocument(simulated))
  return documents
}

/** Requests made ready; nothing but sending them is timed. */
async function bare(server: Server, documents: readonly Document[], concurrency: number): Promise<Sample> {
  const target = targetOf(server)
  await setUp(server, target)
  const requests = readyRequests(documents, target.prefix)
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const sample = await measured(async () => {
    const queue = requests.values()
    const work = async () => {
      for (const body of queue) await post(server.url, agent, body)
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  })
  agent.destroy()
  await discard(server, target, documents.length)
  return sample
}

function readyRequests(documents: readonly Document[], prefix: string): Buffer[] {
  const types = fieldTypesOf(declaredFields)
  const requests: Buffer[] = []
  let lines: string[] = []
  let bytes = 0
  for (const document of documents) {
    for (const { action, source } of operationsOf(
      { document, version: timeOf(document), unchanged: false },
      0,
      prefix,
      types,
    ))
      lines.push(action, source)
    bytes += document.content?.length ?? 0
    if (bytes < requestBytes / 3) continue
    requests.push(Buffer.from(`${lines.join('\n')}\n`))
    lines = []
    bytes = 0
  }
  if (lines.length > 0) requests.push(Buffer.from(`${lines.join('\n')}\n`))
  return requests
}

function post(url: string, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length }
    const sent = request(`${url}/_bulk?filter_path=errors`, { method: 'POST', agent, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => (text += chunk))
      answer.on('end', () => (text === '{"errors":false}' ? resolve() : reject(new Error(text.slice(0, 300)))))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** From an outbox that is full to one that is empty: reading it, sending, deleting. */
async function delivered(
  server: Server,
  documents: readonly Document[],
  { compression, concurrency }: { compression: boolean; concurrency: number },
): Promise<Sample> {
  const target: ElasticsearchTarget = { ...targetOf(server), compression }
  await setUp(server, target)
  const folder = mkdtempSync(join(tmpdir(), 'mitra-bulk-'))
  const isFull = Promise.withResolvers<void>()
  const delivery = await openDelivery({
    path: join(folder, 'outbox.db'),
    maxBytes: 4e9,
    concurrency,
    deadLetters: join(folder, 'dead-letters.ndjson'),
    log: { info() {}, warn: console.error, error: console.error },
    async receiver() {
      await isFull.promise
      return openReceiver(target, declaredFields)
    },
  })
  for (let at = 0; at < documents.length; at += 100) await delivery.write(documents.slice(at, at + 100))
  isFull.resolve()
  const sample = await measured(async () => {
    const left = await delivery.drained(AbortSignal.timeout(600_000))
    if (left.documents > 0) throw new Error(`${left.documents} left: ${left.reason}`)
  })
  await delivery.close()
  rmSync(folder, { recursive: true })
  await discard(server, target, documents.length)
  return sample
}

async function measured(work: () => Promise<void>): Promise<Sample> {
  const began = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - began, cpu_ms: (user + system) / 1000 }
}

/** Checks that all documents arrived, and makes room for the next round. */
async function discard(server: Server, { prefix }: ElasticsearchTarget, expected: number): Promise<void> {
  await ask(server, `/${prefix}latest/_refresh`, { method: 'POST' })
  const { count } = await ask(server, `/${prefix}latest/_count`)
  if (count !== expected) throw new Error(`${count} of ${expected} documents in ${prefix}latest`)
  const indices = Object.keys(await ask(server, `/${prefix}*`))
  await ask(server, `/${indices.join(',')}`, { method: 'DELETE' })
  await ask(server, `/_index_template/${prefix}*`, { method: 'DELETE' })
}
