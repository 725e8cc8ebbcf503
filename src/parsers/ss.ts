// What `ss -n -t -x -e -m state listening` prints (iproute2, misc/ss.c), with or without its heading, one or two lines a socket.
import type { InetSocket } from './inet-diag.ts'
import { parseInteger } from './integer.ts'
import type { UnixSocket } from './unix-diag.ts'

export interface ListeningSockets {
  tcp: (InetSocket & { backlog?: number })[]
  unix: UnixSocket[]
}

// no number has more digits than the kernel gives it
const tcpLine = /^(?:tcp +)?(?:LISTEN +)?(\d{1,10}) +(\d{1,10}) +(\S+):(\d{1,5}) +\S+:\*\s*(.*)$/
const unixLine = /^u_\w+ +(?:LISTEN +)?(\d{1,10}) +(\d{1,10}) +(.+?) (\d{1,18}) +\* \d+/
const memory = /\bskmem:\(r\d+,rb\d+,(?:\w+,)*?d(\d{1,10})\)/

/** A star is any IPv4 address before iproute2 4.15, and any of both families since, which has these marks. */
const newer = /^(?:tcp +)?(?:LISTEN +)?\d+ +\d+ +(?:.* 0\.0\.0\.0:\*|\[|.*\bv6only:)/m

/** The listening sockets of the output. Lines of another form are left out. */
export function parseSs(text: string): ListeningSockets {
  const found: ListeningSockets = { tcp: [], unix: [] }
  const anyAddress = newer.test(text) ? '::' : '0.0.0.0'
  // a line that begins with a tab belongs to the one before
  for (const line of text.replace(/\n\t/g, ' ').split('\n')) {
    const tcp = tcpSocket(line, anyAddress)
    if (tcp) found.tcp.push(tcp)
    const [, queue, backlog, name = '', inode] = unixLine.exec(line) ?? []
    if (inode !== undefined && name !== '*')
      found.unix.push({ inode: Number(inode), name, queue: Number(queue), backlog: Number(backlog) })
  }
  return found
}

function tcpSocket(line: string, anyAddress: string): ListeningSockets['tcp'][number] | undefined {
  const [, queue, backlog, place = '', port, rest = ''] = tcpLine.exec(line) ?? []
  if (port === undefined) return undefined
  const [, shown = '', device] = /^\[?([^%\]]*)(?:%([^\]]+))?\]?$/.exec(place) ?? []
  const drops = memory.exec(rest)?.[1]
  const address = shown === '*' ? anyAddress : shown
  return {
    family: address.includes(':') ? 6 : 4,
    address,
    port: Number(port),
    device: parseInteger(device) ?? 0,
    receive_queue: Number(queue),
    send_queue: Number(backlog),
    uid: parseInteger(/\buid:(\d+)/.exec(rest)?.[1]) ?? 0,
    inode: parseInteger(/\bino:(\d+)/.exec(rest)?.[1]) ?? 0,
    // without netlink it reads /proc/net/tcp, which knows no backlog
    ...(drops !== undefined && { drops: Number(drops), backlog: Number(backlog) }),
  }
}
