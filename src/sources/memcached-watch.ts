// What clients of a memcached server do, as it happens: the server's own `watch` stream without what the server does itself.
import { setTimeout as sleep } from 'node:timers/promises'
import { type MemcachedAddress, MemcachedConnection, memcachedAddress } from '../host/memcached.ts'
import { ClientEvents, type MemcachedEvent, parseMemcachedEvent } from '../parsers/memcached-events.ts'

export { isRefused, type MemcachedEvent, memcachedMethods } from '../parsers/memcached-events.ts'

/** Events of one moment, in order, and how many the server left out before them. */
export interface MemcachedBatch {
  events: MemcachedEvent[]
  skipped: number
}

export interface MemcachedWatch {
  /** Bytes of the largest item the server takes, with its key; undefined where it does not tell. */
  largest: number | undefined
  /** Until the signal or the server ends it. Throws what the server says against it. */
  batches(): AsyncGenerator<MemcachedBatch>
  /**
   * How many events the server has left out since the watch was opened, those of other watchers with them: it tells a watcher of some,
   * and only its statistics of what its threads had no room for. Undefined when it does not answer.
   */
  leftOut(): Promise<number | undefined>
  close(): void
}

const patienceMs = 5000
/** A get that nothing has followed for so long is of a client. */
const settledMs = 50

/**
 * Connects to the server at `host:port`, a host or the path of a socket. Without gets the server has less to report. Throws an Error
 * with the reason when there is no answer within 5 s.
 */
export async function openMemcachedWatch(
  text: string,
  { hasGets, signal }: { hasGets: boolean; signal: AbortSignal },
): Promise<MemcachedWatch> {
  const address = memcachedAddress(text)
  if (!address) throw new Error('this is no host:port, [address]:port or path of a socket')
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), patienceMs)
  try {
    const connection = await MemcachedConnection.open(address, AbortSignal.any([signal, patience.signal]))
    const settings = await connection.ask('stats settings')
    const largest = statistic(settings, 'item_size_max')
    const before = leftOutBy(await connection.ask('stats'))
    return {
      largest: Number.isSafeInteger(largest) ? largest : undefined,
      async leftOut() {
        const now = await askedOnce(address, 'stats').catch(() => undefined)
        return now && leftOutBy(now) - before
      },
      batches: () => batchesOf(connection, hasGets, signal),
      close: () => connection.close(),
    }
  } catch (error) {
    throw patience.signal.aborted ? new Error(`no answer within ${patienceMs / 1000} s`) : error
  } finally {
    clearTimeout(timer)
  }
}

function statistic(lines: readonly string[], name: string): number {
  return Number(lines.find((line) => line.startsWith(`STAT ${name} `))?.split(' ')[2])
}

function leftOutBy(stats: readonly string[]): number {
  return (statistic(stats, 'log_worker_dropped') || 0) + (statistic(stats, 'log_watcher_skipped') || 0)
}

/** A connection that watches takes no questions. */
async function askedOnce(address: MemcachedAddress, question: string): Promise<string[]> {
  const connection = await MemcachedConnection.open(address, AbortSignal.timeout(patienceMs))
  try {
    return await connection.ask(question)
  } finally {
    connection.close()
  }
}

async function* batchesOf(
  connection: MemcachedConnection,
  hasGets: boolean,
  signal: AbortSignal,
): AsyncGenerator<MemcachedBatch> {
  const clients = new ClientEvents()
  // gets alone could not be told from the look-ups of the server before it stores
  const batches = connection.watch(hasGets ? ['fetchers', 'mutations'] : ['mutations'])
  try {
    for (let next = batches.next(); ; next = batches.next()) {
      next.catch(() => {})
      if (clients.isHolding && (await isFirst(sleep(settledMs), next))) yield { events: clients.release(), skipped: 0 }
      const { value: lines, done } = await next
      if (done) break
      yield clientBatch(lines, clients)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  yield { events: clients.release(), skipped: 0 }
}

function clientBatch(lines: readonly string[], clients: ClientEvents): MemcachedBatch {
  const events: MemcachedEvent[] = []
  let skipped = 0
  for (const line of lines) {
    const event = parseMemcachedEvent(line)
    if (event === undefined) continue
    if ('skipped' in event) skipped += event.skipped
    else events.push(...clients.add(event))
  }
  return { events, skipped }
}

async function isFirst(one: Promise<unknown>, other: Promise<unknown>): Promise<boolean> {
  const lost = other.then(
    () => false,
    () => false,
  )
  return Promise.race([one.then(() => true), lost])
}
