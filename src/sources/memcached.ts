// What memcached servers hold and what they had to throw out or refuse. A document for each server, at `memcached/` and its address.
import { NoDataError } from '../errors.ts'
import { MemcachedConnection, memcachedAddress } from '../host/memcached.ts'
import { reasonOf } from '../host/system-error.ts'
import { memcachedGauges, memcachedQuestions, parseMemcachedStats } from '../parsers/memcached-stats.ts'
import type { Field } from '../snapshot/field.ts'
import type { Observation } from '../snapshot/observation.ts'
import { allBut } from './counter-names.ts'
import { countersOf, rateFields, rateMeter } from './rates.ts'
import type { Collect, Pass, SourceDefinition } from './source.ts'

const folder = 'memcached/'
const dataset = 'mitra.memcached'
const usualAddress = '127.0.0.1:11211'
/** For all that one server is asked. */
const patienceMs = 3000

const fields: readonly Field[] = [
  { name: 'memcached.address', type: 'keyword', summary: 'The server as the configuration names it.' },
  { name: 'memcached.version', type: 'keyword', summary: 'The version it runs.' },
  {
    name: 'memcached.*',
    type: 'double',
    unit: 'count',
    counter: allBut('memcached.', memcachedGauges),
    summary:
      'Statistics of the server under its own names, as `memcached.curr_items`, `memcached.evictions` and ' +
      '`memcached.store_too_large`, and of its settings `item_size_max`, `maxconns`, `num_threads` and `tcp_backlog`.',
  },
  { name: 'memcached.bytes', type: 'long', unit: 'bytes', summary: 'What its items take.' },
  { name: 'memcached.limit_maxbytes', type: 'long', unit: 'bytes', summary: 'What they may take.' },
  { name: 'memcached.item_size_max', type: 'long', unit: 'bytes', summary: 'How large an item may be with its key.' },
  { name: 'memcached.uptime', type: 'long', unit: 's', summary: 'How long the server has run.' },
  { name: 'memcached.full_pct', type: 'double', unit: 'percent', summary: 'Bytes of limit_maxbytes.' },
  { name: 'memcached.hit_pct', type: 'double', unit: 'percent', summary: 'Gets that found an item, since it started.' },
  {
    name: 'memcached_rate.*',
    type: 'double',
    unit: 'per_second',
    summary:
      'How fast its counters went up since the pass before, as `memcached_rate.evictions`; absent in the first pass and after ' +
      'a restart of the server.',
  },
  {
    name: 'memcached_slab.*',
    type: 'long',
    unit: 'count',
    counter: /\.(?:evicted|outofmemory)$/,
    summary:
      'Of each slab class its `chunk_size` in bytes, its `total_pages` of memory, the `number` of its items, the `age` of the ' +
      'oldest in seconds, and how many were `evicted` or found no memory (`outofmemory`), as `memcached_slab.5.evicted`.',
  },
]

export const memcached: SourceDefinition = {
  name: 'memcached',
  summary:
    'What memcached servers hold, and what they evicted or refused as too large: `stats`, settings, slabs and items, over TCP or a unix socket.',
  kind: 'metric',
  enabledByDefault: true,
  paths: [`${folder}*`],
  fields,
  formats: [{ dataset, kind: 'metric', matches: (path) => path.startsWith(folder), fields: parseMemcachedStats }],
  create: (options) => collectMemcached(options),
}

export interface MemcachedOptions {
  addresses?: readonly string[]
}

function collectMemcached({ addresses }: MemcachedOptions = {}): Collect {
  const servers = new Map<string, Server>()
  return async function* (pass) {
    // of another root, the usual address would be a server of this host
    if (addresses === undefined && pass.root.base !== '/')
      throw new NoDataError('no address of memcached is configured')
    const found = await Promise.all(
      [...new Set(addresses ?? [usualAddress])].map((address) => observe(address, addresses !== undefined, pass)),
    )
    const observations = found.filter((each) => each !== undefined)
    if (observations.length === 0) throw new NoDataError('no memcached on this host')
    for (const { path, fields: own, ...rest } of observations) {
      const uptime = own['memcached.uptime']
      const known = servers.get(path)
      // a server that began anew counts from nothing
      const server =
        known && typeof uptime === 'number' && uptime >= known.uptime ? known : { uptime: 0, rates: rateMeter() }
      servers.set(path, { ...server, uptime: typeof uptime === 'number' ? uptime : Number.POSITIVE_INFINITY })
      const rates = server.rates(pass, countersOf('memcached.', own, isCounter))
      yield { ...rest, path, fields: { ...own, ...rateFields('memcached_rate.', rates) } }
    }
  }
}

interface Server {
  /** Seconds; infinite where it did not answer. */
  uptime: number
  rates: ReturnType<typeof rateMeter>
}

const gauges = new Set(memcachedGauges)

function isCounter(name: string): boolean {
  return !gauges.has(name)
}

/** Undefined where nobody answers at an address that nobody has configured. */
async function observe(address: string, isConfigured: boolean, pass: Pass): Promise<Observation | undefined> {
  const about = { path: `${folder}${address}`, dataset, kind: 'metric', at: pass.now() } as const
  const patience = AbortSignal.timeout(patienceMs)
  try {
    const content = await answersOf(address, AbortSignal.any([pass.signal, patience]))
    return { ...about, content, fields: parseMemcachedStats(content) }
  } catch (error) {
    if (pass.signal.aborted || !isConfigured) return undefined
    const reason = patience.aborted ? `no answer within ${patienceMs / 1000} s` : reasonOf(error)
    return { ...about, fields: { 'memcached.address': address, 'error.message': reason } }
  }
}

async function answersOf(text: string, signal: AbortSignal): Promise<string> {
  const address = memcachedAddress(text)
  if (!address) throw new Error(`no address of memcached: ${text}`)
  const connection = await MemcachedConnection.open(address, signal)
  try {
    let content = `address ${text}\n`
    for (const question of memcachedQuestions) {
      const lines = await connection.ask(question)
      content += [question, ...lines, ''].join('\n')
    }
    return content
  } finally {
    connection.close()
  }
}
