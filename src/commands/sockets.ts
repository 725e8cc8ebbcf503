// `mitra sockets`: who listens on a host, and how full the queues are.
import { ActionableError, NoDataError } from '../errors.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { configurationOf, withStore } from './configured.ts'
import { chosenColumns, chosenFields, type ListOptions, limitOf, sayLimit, writeList } from './listing.ts'
import { durationOf, momentUpTo } from './moment.ts'
import { listOptions, outputOptions, storeOptions } from './options.ts'
import { allColumns, columnsFor, matching, type SocketTable, type SortKey, sorted, sortKeys } from './socket-rows.ts'
import { stateColumns, stateRows } from './socket-states.ts'

const ways = ['inherited', 'koffi', 'ss', 'proc'] as const

export const sockets = defineCommand({
  description:
    'Lists the sockets of this host that listen, the fullest first: how many connections wait to be accepted (QUEUE), how many may (BACKLOG, which the kernel has cut at net.core.somaxconn), how full that is, what the socket has dropped, and the process. Of UDP the percentage is that of the receive buffer. Names of processes of other users take the rights of root.\n\n' +
    'It asks the kernel over netlink, which costs next to nothing on a host of 200,000 connections; without koffi, an optional dependency, it lets ss ask, and without that it reads /proc, where no backlog stands.\n\n' +
    'With --watch it goes on, at a terminal as a screen of its own (the last line lists its keys), else as lines that begin with the time. With --host or --at it shows what the store has of a host.',
  arguments: {},
  options: {
    watch: { short: 'w', summary: 'Go on until stopped, with what is dropped in a second.' },
    interval: {
      value: 'DURATION',
      default: '1s',
      summary: 'Time between two readings of --watch, from 100 ms: 0.5s, 2s.',
    },
    rounds: { value: 'N', number: true, summary: 'End --watch after so many readings.', defaultText: 'none' },
    states: { summary: 'How many TCP sockets are in which state, in place of those that listen.' },
    sort: { value: 'KEY', choices: sortKeys, default: 'full', summary: 'What comes first; drops go by their rate.' },
    match: { value: 'TEXT', summary: 'Only rows with this text in address, process, command line, pid or container.' },
    protocol: {
      value: 'NAME',
      many: true,
      choices: ['tcp', 'udp', 'unix'],
      summary: 'Only these protocols; may be given several times.',
    },
    by: {
      value: 'WAY',
      many: true,
      choices: ways,
      summary: 'Read in one of these ways, in place of the best of all that work; may be given several times.',
    },
    host: { value: 'HOST', summary: 'What the store has of this host; `.` or localhost for this one.' },
    at: { value: 'TIME', summary: 'What the store has of a time: ISO 8601, `now-2h`, or a day, which means its end.' },
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Whose queue is full', line: 'mitra sockets' },
    { asks: 'The same, live', line: 'mitra sockets --watch' },
    { asks: 'How many connections are in which state', line: 'mitra sockets --states' },
    { asks: 'Who was behind a full queue an hour ago', line: 'mitra sockets --host web1 --at now-1h' },
  ],
  signals: 'graceful',
  async run({ options }, io) {
    if (options.watch && (options.host !== undefined || options.at !== undefined))
      throw new ActionableError('--watch excludes --host and --at')
    if (options.by.length > 0 && (options.host !== undefined || options.at !== undefined))
      throw new ActionableError('--by is for what is read now, not with --host and --at')
    if (options.watch) {
      const intervalMs = durationOf(options.interval, '--interval')
      if (intervalMs < 100) throw new ActionableError(`--interval must be 100ms or longer, got ${options.interval}`)
      const { watchSockets } = await import('./sockets-watch.ts')
      const reader = await readerOf(options, io)
      return watchSockets(reader, { ...options, sort: options.sort as SortKey, intervalMs }, io)
    }
    const table =
      options.host === undefined && options.at === undefined ? await live(options, io) : await stored(options, io)
    if (!table) return 1
    return options.states ? writeStates(table, options, io) : writeListeners(table, options, io)
  },
})

interface ReadingOptions {
  config: string | undefined
  by: string[]
}

async function readerOf(options: ReadingOptions, io: Io) {
  const [{ SocketReader }, { Root }] = await Promise.all([
    import('../sources/sockets/socket-reader.ts'),
    import('../host/root.ts'),
  ])
  const { root } = await configurationOf(options, io)
  const by = options.by as (typeof ways)[number][]
  return new SocketReader({ root: new Root(root), env: io.env, ...(by.length > 0 && { ways: by }) })
}

async function live(
  options: ReadingOptions & { states: boolean; quiet: boolean },
  io: Io,
): Promise<SocketTable | undefined> {
  const { tableOf } = await import('./socket-rows.ts')
  const reader = await readerOf(options, io)
  try {
    const reading = await reader.read({ signal: io.signal, count: options.states ? 'each' : 'none' })
    if (reading.reasons.length > 0 && !options.quiet)
      await io.stderr.write(`read ${wayText[reading.way]}: ${harmless(reading.reasons.join('; '))}\n`)
    return tableOf(reading, io.now())
  } catch (error) {
    if (!(error instanceof NoDataError)) throw error
    await io.stderr.write(`${harmless(error.message)}\n`)
    return undefined
  } finally {
    reader.close()
  }
}

const wayText = {
  inherited: 'over netlink',
  koffi: 'over netlink',
  ss: 'by ss',
  proc: 'from /proc, where no backlog stands',
} as const

async function stored(
  options: {
    host: string | undefined
    at: string | undefined
    config: string | undefined
    store: string | undefined
    quiet: boolean
  },
  io: Io,
): Promise<SocketTable | undefined> {
  const [{ storedTable }, { absence, hostNamed }] = await Promise.all([
    import('./socket-rows.ts'),
    import('./named-source.ts'),
  ])
  const host = await hostNamed(options.host ?? '.', options, io)
  const at = options.at === undefined ? undefined : momentUpTo(options.at, '--at', io)
  return withStore(options, io, 'read', async (store) => {
    const table = await storedTable(store, host, at)
    if (!table) await io.stderr.write(`${harmless(await absence(store, host, 'sockets', at))}\n`)
    else if (!options.quiet) await io.stderr.write(`${harmless(host)}, ${localTime(table.at)}\n`)
    return table
  })
}

/** The rows that options let through, in their order. */
export function chosenRows(
  { rows }: SocketTable,
  options: { protocol: readonly string[]; match: string | undefined; sort: string },
) {
  const { protocol, match = '', sort } = options
  const ofProtocol = protocol.length === 0 ? rows : rows.filter((row) => protocol.includes(String(row['protocol'])))
  return sorted(matching(ofProtocol, match), sort as SortKey)
}

async function writeListeners(
  table: SocketTable,
  options: ListOptions & { protocol: string[]; match: string | undefined; sort: string },
  io: Io,
): Promise<number> {
  const rows = chosenRows(table, options)
  const isShort = !options.json && !options.csv && chosenFields(options) === undefined
  const columns = isShort ? columnsFor(rows) : chosenColumns(allColumns, options)
  const shown = await writeList(rows.slice(0, limitOf(options, io)), columns, options, io)
  await sayLimit(shown, rows.length, options, io)
  return rows.length > 0 ? 0 : 1
}

async function writeStates({ totals }: SocketTable, options: ListOptions, io: Io): Promise<number> {
  const rows = stateRows(totals)
  await writeList(rows, chosenColumns(stateColumns, options), options, io)
  return rows.length > 0 ? 0 : 1
}
