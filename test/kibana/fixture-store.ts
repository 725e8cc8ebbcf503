// Documents for every panel, in an Elasticsearch: what the scripted fleet sent last, moved to now, and of one more host what its
// agent sends of sockets, disks, processes and itself.
import { derivedFields } from '../../src/snapshot/derived-fields.ts'
import type { Document, Fields } from '../../src/snapshot/document.ts'
import type { Observation } from '../../src/snapshot/observation.ts'
import { sources } from '../../src/sources/index.ts'
import type { AgentFigures } from '../../src/sources/source.ts'
import type { Store } from '../../src/store/store.ts'
import { scenarioDocuments, scenarioNow } from '../scenario/scenario.ts'
import { fixtureRoot, observe } from '../sources/observed.ts'

const hour = 3_600_000
/** Of which most bring new fields to the mappings of five indices. */
const batch = 100

/** Writes them, as if it were `now`. */
export async function loadFixtures(store: Pick<Store, 'write'>, now: number): Promise<void> {
  const documents = [...(await lastHours(now)), ...(await furtherHost(now))]
  for (let from = 0; from < documents.length; from += batch) {
    const outcomes = await store.write(documents.slice(from, from + batch))
    const rejected = outcomes.find(({ status }) => status === 'rejected')
    if (rejected) throw new Error(`a fixture is rejected: ${JSON.stringify(rejected)}`)
  }
}

/** Of the scenario: the last hours, each day of which is more indices to make; and the host that is silent. */
async function lastHours(now: number): Promise<Document[]> {
  const all = await scenarioDocuments()
  const since = new Date(scenarioNow - 13 * hour).toISOString()
  const silent = all.findLast((document) => document['host.name'] === 'db3' && document['file.path'] === 'host')
  const recent = all.filter((document) => document['@timestamp'] >= since && told.has(document['host.name']))
  return [silent!, ...recent].map((document) => {
    const at = new Date(Date.parse(document['@timestamp']) + now - scenarioNow).toISOString()
    return { ...document, '@timestamp': at }
  })
}

/** Who drops connections, has a large file, has an old kernel, has no zsh. */
const told: ReadonlySet<string> = new Set(['web2', 'cache2', 'cache3', 'db2'])

/** Three passes of all sources over a fixture host, ten minutes apart, with what no file of it can say. */
async function furtherHost(now: number): Promise<Document[]> {
  const root = fixtureRoot('debian12-6.1')
  const collectors = sources.map(({ create }) => create())
  const documents: Document[] = []
  for (const pass of [0, 1, 2]) {
    const at = now - (2 - pass) * 10 * 60_000
    const agent = figures(pass)
    for (const collect of collectors) {
      const given = { now: () => at, seconds: () => at / 1000, agent }
      const observations = await observe(collect, root, given).catch(() => [])
      for (const observation of observations) documents.push(documentOf(inTrouble(observation, pass)))
    }
    documents.push(documentOf(unreadable(at)), documentOf(memcached(at)))
  }
  return documents
}

function documentOf({ path, dataset, kind, at, fields, content }: Observation): Document {
  return {
    '@timestamp': new Date(at).toISOString(),
    'host.name': 'web9',
    'file.path': path,
    'event.dataset': dataset,
    'event.kind': kind,
    ...derivedFields(path, content),
    ...fields,
    ...(content !== undefined && { content }),
  }
}

/** What no file of the fixture says: how full queues are, a zone in need, a process that leaks. */
function inTrouble(observation: Observation, pass: number): Observation {
  const { fields, path } = observation
  const more: Fields = { ...troubles[path] }
  if (fields['socket.listen.protocol'] === 'tcp')
    Object.assign(more, {
      'socket.listen.process': 'nginx',
      'socket.listen.queue': 115 + pass,
      'socket.listen.backlog': 128,
      'socket.listen.pct': 90 + pass,
    })
  return { ...observation, fields: { ...fields, ...more } }
}

const troubles: Readonly<Record<string, Fields>> = {
  host: { 'host.uptime': 3600 },
  sockets: { 'socket.fullest_pct': 92 },
  '/proc/zoneinfo': { 'zoneinfo.below_low': true },
  'processes/memcached': { 'process.memory.rss': 37e9, 'process.memory.heap': 36e9 },
}

function unreadable(at: number): Observation {
  return { path: '/etc/shadow', dataset: 'mitra.file', kind: 'state', at, fields: { 'error.message': 'not permitted' } }
}

function memcached(at: number): Observation {
  const fields: Fields = {
    'memcached.address': '127.0.0.1:11211',
    'memcached.store_too_large': 3,
    'memcached.item_size_max': 1048576,
  }
  return { path: 'memcached/127.0.0.1:11211', dataset: 'mitra.memcached', kind: 'metric', at, fields }
}

function figures(pass: number): AgentFigures {
  return {
    version: '1.0.0',
    cycle_ms: 120 + pass,
    cpu_ms: 40,
    rss_bytes: 60_000_000,
    errors_total: pass,
    documents_total: 100 * pass,
    outbox: { documents: 12, bytes: 4096, age_s: 700, dropped_total: 3, rejected_total: 1 },
  }
}
