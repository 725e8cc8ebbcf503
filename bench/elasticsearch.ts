// A fleet in one Elasticsearch node: what ten questions take at 1,000, 10,000 and 40,000 hosts, and the disk a host takes a day.
// MITRA_BENCH_FLEETS names other sizes; a size that is not loaded within MITRA_BENCH_MINUTES is left out, and said.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { declaredFields } from '../src/commands/declared-fields.ts'
import { importedDocument } from '../src/commands/imported-document.ts'
import { open } from '../src/index.ts'
import { timeOf } from '../src/snapshot/document.ts'
import { openReceiver } from '../src/store/elasticsearch/driver.ts'
import type { Parcel, Receiver } from '../src/store/store.ts'
import { targetOf } from '../test/elasticsearch/empty-store.ts'
import { request } from '../test/elasticsearch/request.ts'
import { type Server, startServer } from '../test/elasticsearch/server.ts'
import { type SimulatedDocument, simulatedFleet } from './fleet.ts'
import { rounded, spreadOf, table, timed } from './measure.ts'
import { questionsAbout } from './questions.ts'

const sizes = (process.env['MITRA_BENCH_FLEETS'] ?? '1000,10000,40000').split(',').map(Number)
const minutes = Number(process.env['MITRA_BENCH_MINUTES'] ?? 240)
const rounds = 15
const start = Date.UTC(2026, 10, 20)
const day = '2026-11-20'
const documentsPerHost = 30

export async function run(): Promise<void> {
  const server = await startServer('current', { heap: '4g', javaOptions: [] })
  const folder = mkdtempSync(join(tmpdir(), 'mitra-fleet-'))
  try {
    await measureSizes(server, folder)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measureSizes(server: Server, folder: string): Promise<void> {
  const target = targetOf(server)
  const config = join(folder, 'mitra.yml')
  writeFileSync(config, `store: {elasticsearch: {nodes: ["${server.url}"]}}\nindexer: {prefix: ${target.prefix}}\n`)
  const receiver = await openReceiver(target, declaredFields)
  const hosts = simulatedFleet({ hosts: Math.max(...sizes), days: 1, start })[Symbol.asyncIterator]()
  const until = Date.now() + minutes * 60_000
  const answers = new Map<string, string[]>()
  const disk: (string | number)[][] = []
  let loaded = 0
  for (const size of sizes) {
    const took = await timed(() => load(hosts, receiver, (size - loaded) * documentsPerHost, until))
    if (Date.now() > until) {
      console.log(`${size} hosts were not loaded within ${minutes} minutes`)
      break
    }
    disk.push(await diskOf(server, target.prefix, size, ((size - loaded) * documentsPerHost) / (took / 1000)))
    loaded = size
    await ask(config, answers)
  }
  await receiver.close()
  console.log(
    `## Elasticsearch: a day of ${loaded} hosts x ${documentsPerHost} documents in one node, ${rounds} rounds\n`,
  )
  table(['hosts', 'documents', 'loaded, documents/s', 'latest MB', 'day MB', 'history MB', 'kB a host and day'], disk)
  const heads = sizes.slice(0, disk.length).map((size) => `${size} hosts: found, p50 ms, p95 ms`)
  table(
    ['question', ...heads],
    Array.from(answers, ([asks, cells]) => [asks, ...cells]),
  )
}

async function load(
  documents: AsyncIterator<SimulatedDocument>,
  receiver: Receiver,
  count: number,
  until: number,
): Promise<void> {
  const signal = new AbortController().signal
  let left = count
  const work = async () => {
    while (left > 0 && Date.now() < until) {
      const parcels: Parcel[] = []
      while (left > 0 && parcels.length < 600) {
        left--
        const { value, done } = await documents.next()
        if (done) return
        const document = importedDocument(value)
        parcels.push({ document, version: timeOf(document), unchanged: false })
      }
      const answers = await receiver.deliver(parcels, signal)
      const failed = answers.find(({ status }) => status !== 'stored')
      if (failed) throw new Error(JSON.stringify(failed))
    }
  }
  await Promise.all([work(), work()])
}

async function diskOf(server: Server, prefix: string, hosts: number, rate: number): Promise<(string | number)[]> {
  await request(server, `/${prefix}*/_forcemerge?max_num_segments=1`, { method: 'POST', timeout_ms: 3_600_000 })
  await request(server, `/${prefix}*/_refresh`, { method: 'POST', timeout_ms: 600_000 })
  const { indices } = (await request(server, `/${prefix}*/_stats/store,docs`)) as {
    indices: Record<string, { primaries: { store: { size_in_bytes: number } } }>
  }
  const megabytes = (pattern: RegExp) =>
    Object.entries(indices).reduce(
      (sum, [name, { primaries }]) => (pattern.test(name) ? sum + primaries.store.size_in_bytes / 1e6 : sum),
      0,
    )
  const [latest, days, history] = [megabytes(/latest/), megabytes(/_2\d{3}\./), megabytes(/history/)]
  const perHost = ((days + history) * 1000) / hosts
  return [
    hosts,
    hosts * documentsPerHost,
    rounded(rate, 0),
    rounded(latest),
    rounded(days),
    rounded(history),
    rounded(perHost),
  ]
}

async function ask(config: string, answers: Map<string, string[]>): Promise<void> {
  const mitra = await open({ config })
  for (const { asks, library } of questionsAbout({ firstDay: day, someDay: day, lastDay: day })) {
    const found = await library(mitra)
    const samples: number[] = []
    for (let round = 0; round < rounds; round++) samples.push(await timed(() => library(mitra)))
    const { p50, p95 } = spreadOf(samples)
    const cells = answers.get(asks) ?? []
    answers.set(asks, [...cells, `${found}, ${rounded(p50)}, ${rounded(p95)}`])
  }
  await mitra.close()
}
