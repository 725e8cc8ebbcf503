// `mitra log --follow`: changes as they come, oldest first.
import { setTimeout as sleep } from 'node:timers/promises'
import { ActionableError, messageOf } from '../errors.ts'
import type { ChangesRequest, SourceChange } from '../history/changes.ts'
import { fleetLog, type LogEntry } from '../history/fleet-log.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { type Column, formOf, type ListOptions, limitOf, paintOf, writeList } from './listing.ts'

const pauseMs = 2000
/** Documents come late, and Elasticsearch shows its history half a minute later still. */
const lateMs = 120_000

/** What there is since `from`, then what comes, until the signal; 0. While the store cannot be asked, it waits. */
export async function followLog(
  store: Store,
  { condition, from }: ChangesRequest,
  columns: readonly Column<LogEntry>[],
  options: ListOptions,
  io: Io,
): Promise<number> {
  if (formOf(options, io) === 'csv') throw new ActionableError('--follow and --csv exclude each other')
  const told = new Told()
  let since = from
  let failure: string | undefined
  let limit = limitOf(options, io)
  while (!io.signal.aborted) {
    try {
      const to = io.now()
      const entries = await fleetLog(store, { condition, from: since, to, isKnown: (change) => told.isKnown(change) })
      await write(entries.slice(0, limit).reverse(), columns, options, io)
      if (failure !== undefined) await io.stderr.write('the store answers again\n')
      failure = undefined
      limit = undefined
      since = Math.max(since, to - lateMs)
      told.forget(since)
    } catch (error) {
      if (io.signal.aborted) break
      if (failure === undefined) await io.stderr.write(`waiting: ${messageOf(error)}\n`)
      failure = messageOf(error)
    }
    await sleep(pauseMs, undefined, { signal: io.signal }).catch(() => {})
  }
  return 0
}

async function write(
  entries: readonly LogEntry[],
  columns: readonly Column<LogEntry>[],
  options: ListOptions,
  io: Io,
): Promise<void> {
  if (formOf(options, io) !== 'table' || options.fields !== undefined) {
    await writeList(entries, columns, options, io)
    return
  }
  // what comes next has no place in a table that is drawn
  const paint = paintOf(options, io)
  for (const { at, hosts, path, summary } of entries) {
    const [first = ''] = hosts
    const who = hosts.length === 1 ? first : `${hosts.length} hosts`
    await io.stdout.write(
      `${localTime(at)}  ${paint('bold', harmless(who))}  ${harmless(path)}  ${harmless(summary)}\n`,
    )
  }
}

/** Changes that were printed, as long as they may be met again. */
class Told {
  readonly #times = new Map<string, number>()

  isKnown({ host, path, at }: SourceChange): boolean {
    const key = `${host}\n${path}\n${at}`
    const isKnown = this.#times.has(key)
    this.#times.set(key, at)
    return isKnown
  }

  forget(before: number): void {
    for (const [key, at] of this.#times) if (at < before) this.#times.delete(key)
  }
}
