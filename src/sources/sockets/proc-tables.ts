// Sockets as the tables of /proc/net tell them: on every kernel, without any right, and dearly, since each read formats every socket.
// Backlogs are in none of them.
import { NoDataError } from '../../errors.ts'
import type { Root } from '../../host/root.ts'
import { pacer } from '../../pacer.ts'
import { noCounts, type SocketCounts } from '../../parsers/inet-diag.ts'
import { countLine, readInetLine, stateOfLine, TableLines } from '../../parsers/net-tcp.ts'
import { parseListeningUnix } from '../../parsers/net-unix.ts'
import { stateNumber } from '../../parsers/tcp-state.ts'
import { type Listener, tcpListener, udpListener, unixListener } from './listener.ts'

const tcpTables = ['tcp', 'tcp6'] as const
const udpTables = ['udp', 'udp6'] as const

/**
 * Where the tables of the host's own network are: /proc/net is that of the reading process; below another root its first process
 * has the right one. Throws NoDataError when there is neither.
 */
export function netFolder(root: Root): string {
  const candidates = root.base === '/' ? ['/proc/net'] : ['/proc/1/net', '/proc/net']
  const found = candidates.find((folder) => hasTable(root, `${folder}/tcp`))
  if (found === undefined) throw new NoDataError('no socket tables on this host')
  return found
}

/** Where those of a process's network are. Throws NoDataError when it has ended, or may not be looked at. */
export function netFolderOf(root: Root, pid: number): string {
  const folder = `/proc/${pid}/net`
  if (hasTable(root, `${folder}/tcp`)) return folder
  throw new NoDataError(`no socket tables of process ${pid}`)
}

function hasTable(root: Root, path: string): boolean {
  const pieces = root.kernelPieces(path)
  try {
    pieces.next()
    return true
  } catch {
    return false
  } finally {
    pieces.return()
  }
}

/** Those of TCP that listen stand first: the many behind them are not read. */
export function tcpListenersIn(root: Root, folder: string): Listener[] {
  const found: Listener[] = []
  for (const table of tcpTables) {
    const lines = new TableLines()
    for (const piece of piecesOf(root, `${folder}/${table}`)) {
      let others = 0
      lines.read(piece, (bytes, start, end) => {
        const state = stateOfLine(bytes, start, end)
        if (state !== stateNumber.LISTEN) {
          // before Linux 4.4 the requests of each stand among them
          if (state !== stateNumber.SYN_RECV) others++
          return
        }
        const each = readInetLine(bytes.toString('latin1', start, end))
        if (each) found.push(tcpListener(each, undefined))
      })
      if (others > 0) break
    }
  }
  return found
}

export function udpListenersIn(root: Root, folder: string): Listener[] {
  const found: Listener[] = []
  for (const table of udpTables) {
    const lines = new TableLines()
    for (const piece of piecesOf(root, `${folder}/${table}`))
      lines.read(piece, (bytes, start, end) => {
        if (stateOfLine(bytes, start, end) !== stateNumber.CLOSE) return
        const each = readInetLine(bytes.toString('latin1', start, end))
        if (each && each.port !== 0) found.push(udpListener(each))
      })
  }
  return found
}

export function unixListenersIn(root: Root, folder: string): Listener[] {
  try {
    return [...parseListeningUnix(root.readKernelText(`${folder}/unix`))].map(unixListener)
  } catch (error) {
    if (error instanceof NoDataError) return []
    throw error
  }
}

/** Looks at each TCP socket, a slice at a time. */
export async function countEachIn(root: Root, folder: string, signal: AbortSignal): Promise<SocketCounts> {
  const counts = noCounts()
  const pace = pacer(2, 1)
  for (const table of tcpTables) {
    const lines = new TableLines()
    const family = table === 'tcp' ? 'v4' : 'v6'
    for (const piece of piecesOf(root, `${folder}/${table}`)) {
      lines.read(piece, (bytes, start, end) => countLine(counts, family, bytes, start, end))
      if (pace.isOver()) await pace.rest()
      signal.throwIfAborted()
    }
  }
  return counts
}

/** Nothing where there is no such table: a kernel without IPv6 has none of it. */
function* piecesOf(root: Root, path: string): Generator<Buffer, void> {
  try {
    yield* root.kernelPieces(path)
  } catch (error) {
    if (!(error instanceof NoDataError)) throw error
  }
}
