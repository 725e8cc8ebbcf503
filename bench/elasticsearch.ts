// Fleets in one Elasticsearch node: what questions take at 1,000, 10,000 and 40,000 hosts, and the disk a host takes a day.
// MITRA_BENCH_FLEETS names other sizes, `10000x2` two days of ten thousand hosts; a size that is not loaded within
// MITRA_BENCH_MINUTES is left out, and said. MITRA_BENCH_SERVER names a running server, which keeps what was loaded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { declaredFields } from '../src/commands/declared-fields.ts'
import { importedDocument } from '../src/commands/imported-document.ts'
import { open } from '../src/index.ts'
import { type Document, timeOf } from '../src/snapshot/document.ts'
import { openReceiver } from '../src/store/elasticsearch/driver.ts'
import { stateOf } from '../src/store/elasticsearch/mapping/document-source.ts'
import type { Parcel, Receiver } from '../src/store/store.ts'
import { targetOf } from '../test/elasticsearch/empty-store.ts'
import { request } from '../test/elasticsearch/request.ts'
import { type ServerAddress, startServer } from '../test/elasticsearch/server.ts'
import { type SimulatedDocument, simulatedFleet } from './fleet.ts'
import { rounded, spreadOf, table, timed } from './measure.ts'
import { packedMitra } from './packed.ts'
import { pastQuestionsAbout, timePastQuestions } from './past-questions.ts'
import { questionsAbout } from './questions.ts'

interface Fleet {
  hosts: number
  days: number
  prefix: string
}

const fleets = (process.env['MITRA_BENCH_FLEETS'] ?? '1000,10000x2,40000').split(',').map((text): Fleet => {
  const [hosts = 0, days = 1] = text.split('x').map(Number)
  return { hosts, days, prefix: `bench_${text}_` }
})
const minutes = Number(process.env['MITRA_BENCH_MINUTES'] ?? 240)
const rounds = 15
const start = Date.UTC(2026, 10, 20)
const documentsPerHost = 30
const workers = 2
const bulkDocuments = 600

export async function run(): Promise<void> {
  const running = process.env['MITRA_BENCH_SERVER']
  const server = running === undefined ? await startServer('current', { heap: '4g', javaOptions: [] }) : undefined
  const folder = mkdtempSync(join(tmpdir(), 'mitra-fleet-'))
  try {
    await measureFleets({ url: running ?? server?.url ?? '', version: '' }, folder)
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measureFleets(server: ServerAddress, folder: string): Promise<void> {
  const until = Date.now() + minutes * 60_000
  const disk: (string | number)[][] = []
  const loaded: Fleet[] = []
  for (const fleet of fleets) {
    const rate = await loadFleet(server, fleet, until)
    if (Date.now() > until) {
      console.log(`${fleet.hosts} hosts were not loaded within ${minutes} minutes`)
      break
    }
    disk.push([...(await diskOf(server, fleet)), rate])
    loaded.push(fleet)
  }
  console.log(`## Elasticsearch: fleets x ${documentsPerHost} documents a day in one node, ${rounds} rounds\n`)
  const heads = ['hosts', 'days', 'documents', 'latest MB', 'days MB', 'history MB', 'kB a host and day']
  table([...heads, 'loaded, documents/s'], disk)
  const answers = new Map<string, string[]>()
  const past: Fleet[] = []
  for (const fleet of loaded) {
    const config = join(folder, `${fleet.prefix}.yml`)
    writeFileSync(config, `store: {elasticsearch: {nodes: ["${server.url}"]}}\nindexer: {prefix: ${fleet.prefix}}\n`)
    await ask(config, fleet, answers)
    if (fleet.days > 1) past.push(fleet)
  }
  table(
    ['question', ...loaded.map(({ hosts }) => `${hosts} hosts: found, p50 ms, p95 ms`)],
    Array.from(answers, ([asks, cells]) => [asks, ...cells]),
  )
  for (const { hosts, days, prefix } of past) {
    console.log(`## Time and fleet: ${hosts} hosts x ${documentsPerHost} documents x ${days} days\n`)
    const [lastDay, firstDay] = [dayName(days - 1), dayName(0)]
    const about = { lastDay, earlierDay: firstDay, firstDay, host: 'web0001.example.net' }
    timePastQuestions(packedMitra(folder), ['--config', join(folder, `${prefix}.yml`)], pastQuestionsAbout(about))
  }
}

/** Documents a second; a dash for what a running server holds already. One day that was cut short goes on where it was. */
async function loadFleet(server: ServerAddress, { hosts, days, prefix }: Fleet, until: number): Promise<string> {
  const count = hosts * days * documentsPerHost
  const target = { ...targetOf(server), prefix, compression: false }
  const receiver = await openReceiver(target, declaredFields)
  try {
    const held = await request(server, `/${prefix}days/_count?ignore_unavailable=true`)
    if (held.count === count) return '-'
    const documents = simulatedFleet({ hosts, days, start })[Symbol.asyncIterator]()
    const done = days === 1 ? Math.max(0, Number(held.count) - workers * bulkDocuments) : 0
    for (let skipped = 0; skipped < done; skipped++) await documents.next()
    const states = days === 1 ? undefined : new Map<string, string>()
    const took = await timed(() => load(documents, receiver, { count: count - done, until, states }))
    await receiver.refresh()
    return rounded((count - done) / (took / 1000), 0)
  } finally {
    await receiver.close()
  }
}

async function load(
  documents: AsyncIterator<SimulatedDocument>,
  receiver: Receiver,
  { count, until, states }: { count: number; until: number; states: Map<string, string> | undefined },
): Promise<void> {
  const signal = new AbortController().signal
  let left = count
  const work = async () => {
    while (left > 0 && Date.now() < until) {
      let parcels: Parcel[] = []
      while (left > 0 && parcels.length < bulkDocuments) {
        left--
        const { value, done } = await documents.next()
        if (done) break
        parcels.push(parcelOf(importedDocument(value), states))
      }
      // a busy server is asked again, as an agent does
      while (parcels.length > 0 && Date.now() < until) {
        const answers = await receiver.deliver(parcels, signal)
        const rejected = answers.find(({ status }) => status === 'rejected')
        if (rejected) throw new Error(JSON.stringify(rejected))
        parcels = parcels.filter((_, index) => answers[index]?.status === 'retry')
      }
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
}

/** As an agent sends it: what says the same as the day before is marked so. */
function parcelOf(document: Document, states: Map<string, string> | undefined): Parcel {
  const version = timeOf(document)
  if (states === undefined || document['event.kind'] === 'metric') return { document, version, unchanged: false }
  const source = `${document['host.name']}\n${document['file.path']}`
  const state = stateOf(document)
  const unchanged = states.get(source) === state
  states.set(source, state)
  return { document, version, unchanged }
}

async function diskOf(server: ServerAddress, { hosts, days, prefix }: Fleet): Promise<(string | number)[]> {
  for (const step of ['_forcemerge?max_num_segments=1', '_flush?force=true', '_refresh'])
    await request(server, `/${prefix}*/${step}`, { method: 'POST', timeout_ms: 3_600_000 })
  const { indices } = (await request(server, `/${prefix}*/_stats/store,docs`)) as {
    indices: Record<string, { primaries: { store: { size_in_bytes: number } } }>
  }
  const megabytes = (pattern: RegExp) =>
    Object.entries(indices).reduce(
      (sum, [name, { primaries }]) =>
        pattern.test(name.slice(prefix.length)) ? sum + primaries.store.size_in_bytes / 1e6 : sum,
      0,
    )
  const [latest, daily, history] = [megabytes(/^latest/), megabytes(/^\d{4}\./), megabytes(/^history/)]
  const perHost = ((daily + history) * 1000) / (hosts * days)
  const sizes = [latest, daily, history, perHost].map((size) => rounded(size))
  return [hosts, days, hosts * days * documentsPerHost, ...sizes]
}

async function ask(config: string, { days }: Fleet, answers: Map<string, string[]>): Promise<void> {
  const mitra = await open({ config })
  const [firstDay, lastDay] = [dayName(0), dayName(days - 1)]
  for (const { asks, library } of questionsAbout({ firstDay, someDay: lastDay, lastDay })) {
    const found = await library(mitra)
    const samples: number[] = []
    for (let round = 0; round < rounds; round++) samples.push(await timed(() => library(mitra)))
    const { p50, p95 } = spreadOf(samples)
    const cells = answers.get(asks) ?? []
    answers.set(asks, [...cells, `${found}, ${rounded(p50)}, ${rounded(p95)}`])
  }
  await mitra.close()
}

function dayName(day: number): string {
  return new Date(start + day * 86_400_000).toISOString().slice(0, 10)
}
