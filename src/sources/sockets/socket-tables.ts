// The ways to read a host's sockets, best first: netlink through an inherited descriptor, netlink through koffi, `ss`, /proc.
import { ActionableError, messageOf } from '../../errors.ts'
import type { NetlinkSocket, SystemCalls } from '../../host/netlink.ts'
import { networkNamespace } from '../../host/process-files.ts'
import { Root } from '../../host/root.ts'
import { reasonOf } from '../../host/system-error.ts'
import type { SocketCounts } from '../../parsers/inet-diag.ts'
import { NetlinkError } from '../../parsers/netlink.ts'
import { drain } from './diag-dump.ts'
import type { Listener } from './listener.ts'
import type { Namespace } from './namespaces.ts'
import { countEach, countFew, tcpListeners, udpListeners, unixListeners } from './netlink-tables.ts'
import { countEachIn, netFolder, netFolderOf, tcpListenersIn, udpListenersIn, unixListenersIn } from './proc-tables.ts'
import { canRunSs, ssListeners } from './ss-tables.ts'

export type Way = 'inherited' | 'koffi' | 'ss' | 'proc'

/** One way to read them. What it cannot read throws; the next pass chooses anew. */
export interface SocketTables {
  way: Way
  /** Why not a better one, a sentence each. */
  reasons: readonly string[]
  listeners(signal: AbortSignal): Promise<Listener[]>
  /** Those of another namespace; throws where that may not be looked into. */
  listenersIn(namespace: Namespace): Listener[]
  countEach(signal: AbortSignal): Promise<SocketCounts>
  /** All but those in ESTABLISHED and TIME_WAIT, where that is cheaper. */
  countFew?(signal: AbortSignal): Promise<SocketCounts>
  close(): void
}

export interface TablesOptions {
  root: Root
  env: Record<string, string | undefined>
  signal: AbortSignal
  /** Tries only these; all when absent. */
  ways?: readonly Way[] | undefined
}

/** The best way this host allows. Throws NoDataError when it has no sockets to read, ActionableError when none of `ways` works. */
export async function openSocketTables(options: TablesOptions): Promise<SocketTables> {
  const { root, signal } = options
  const folder = netFolder(root)
  const wants = (way: Way) => options.ways?.includes(way) ?? true
  const reasons: string[] = []
  const own = networkNamespace(root, root.base === '/' ? 'self' : 1)
  const isOwn = own !== undefined && own === networkNamespace(new Root(), 'self')
  if (wants('inherited') && isOwn) {
    const found = await inherited(options.env, reasons)
    if (found) return netlinkTables(root, folder, found, undefined, reasons)
  }
  if (wants('koffi') && own !== undefined) {
    const found = await throughKoffi(isOwn ? undefined : root.locate('/proc/1/ns/net'), reasons)
    if (found) return netlinkTables(root, folder, found.socket, found.calls, reasons)
  }
  if (wants('ss') && isOwn) {
    if (await canRunSs(signal)) return ssTables(root, folder, reasons)
    reasons.push('ss is not installed or cannot tell')
  }
  if (own === undefined) reasons.push('the processes below this root are none of a running kernel')
  if (options.ways && !wants('proc')) throw noneOf(options.ways, reasons)
  return procTables(root, folder, reasons)
}

function noneOf(ways: readonly Way[], reasons: readonly string[]): ActionableError {
  const why = reasons.length === 0 ? 'none was inherited' : reasons.join('; ')
  return new ActionableError(`sockets cannot be read by ${ways.join(' or ')} here: ${why}`, {
    next: '/proc is a way on every host',
  })
}

async function inherited(env: TablesOptions['env'], reasons: string[]): Promise<NetlinkSocket | undefined> {
  try {
    const { inheritedSocket } = await import('../../host/netlink.ts')
    const socket = inheritedSocket(env)
    if (socket) tcpListeners(socket)
    return socket
  } catch (error) {
    reasons.push(`the inherited descriptor is of no use: ${causeOf(error)}`)
    return undefined
  }
}

/** In a namespace where a path to one is given, else in this process's own. */
async function throughKoffi(
  namespace: string | undefined,
  reasons: string[],
): Promise<{ socket: NetlinkSocket; calls: SystemCalls } | undefined> {
  let calls: SystemCalls
  try {
    const { loadSystemCalls } = await import('../../host/netlink.ts')
    calls = await loadSystemCalls()
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    reasons.push(isAbsent ? 'koffi is not installed' : `koffi cannot be loaded: ${firstLine(error)}`)
    return undefined
  }
  let socket: NetlinkSocket | undefined
  try {
    socket = namespace === undefined ? calls.openSocket() : calls.openSocketIn(namespace)
    tcpListeners(socket)
    return { socket, calls }
  } catch (error) {
    socket?.close()
    reasons.push(`the kernel tells nothing of its sockets over netlink: ${causeOf(error)}`)
    return undefined
  }
}

const noProtocol = 93
const noEntry = 2

function causeOf(error: unknown): string {
  const errno = error instanceof NetlinkError ? error.errno : Math.abs((error as NodeJS.ErrnoException).errno ?? 0)
  if (errno === noProtocol) return 'it has no sock_diag'
  if (errno === noEntry && error instanceof NetlinkError) return 'it has no inet_diag or tcp_diag'
  return error instanceof NetlinkError ? error.message : reasonOf(error)
}

function firstLine(error: unknown): string {
  return messageOf(error).split('. ')[0] ?? ''
}

function netlinkTables(
  root: Root,
  folder: string,
  socket: NetlinkSocket,
  calls: SystemCalls | undefined,
  reasons: readonly string[],
): SocketTables {
  const read = (from: NetlinkSocket, tables: string) => [
    ...tcpListeners(from),
    ...(udpListeners(from) ?? udpListenersIn(root, tables)),
    ...(unixListeners(from) ?? unixListenersIn(root, tables)),
  ]
  // the kernel answers nothing else before an answer is read to its end
  const whole = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      drain(socket)
      throw error
    }
  }
  return {
    way: socket.origin,
    reasons,
    listeners: () => whole(async () => read(socket, folder)),
    listenersIn({ pid }) {
      const tables = netFolderOf(root, pid)
      const other = calls && socketIn(calls, root.locate(`/proc/${pid}/ns/net`))
      if (!other) return procListeners(root, tables)
      // not kept open: a namespace lives as long as a socket in it
      try {
        return read(other, tables)
      } finally {
        other.close()
      }
    },
    countEach: (signal) => whole(() => countEach(socket, signal)),
    countFew: (signal) => whole(() => countFew(socket, signal)),
    close: () => socket.close(),
  }
}

/** Undefined without the right to enter it, which takes CAP_SYS_ADMIN: its tables in /proc may be read all the same. */
function socketIn(calls: SystemCalls, namespace: string): NetlinkSocket | undefined {
  try {
    return calls.openSocketIn(namespace)
  } catch {
    return undefined
  }
}

function ssTables(root: Root, folder: string, reasons: readonly string[]): SocketTables {
  return {
    ...procTables(root, folder, reasons),
    way: 'ss',
    listeners: async (signal) => [...(await ssListeners(signal)), ...udpListenersIn(root, folder)],
  }
}

function procTables(root: Root, folder: string, reasons: readonly string[]): SocketTables {
  return {
    way: 'proc',
    reasons,
    listeners: async () => procListeners(root, folder),
    listenersIn: ({ pid }) => procListeners(root, netFolderOf(root, pid)),
    countEach: (signal) => countEachIn(root, folder, signal),
    close() {},
  }
}

function procListeners(root: Root, folder: string): Listener[] {
  return [...tcpListenersIn(root, folder), ...udpListenersIn(root, folder), ...unixListenersIn(root, folder)]
}
