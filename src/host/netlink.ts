// The socket that asks the kernel for its socket tables (sock_diag). Node has no call that makes one: it is inherited, or made by
// koffi, an optional dependency that is loaded only then. Reading and writing are plain file calls.
import { closeSync, openSync, readFileSync, readlinkSync, readSync, write, writeSync } from 'node:fs'

const addressFamily = 16
const typeRaw = 3
const closeOnExec = 0o2000000
const nonBlocking = 0o4000
const protocolDiag = 4
const newNetwork = 0x40000000

/** The kernel makes no larger chunk. */
const chunkBytes = 32 * 1024

/** How the descriptor was come by. */
export type Origin = 'inherited' | 'koffi'

/**
 * One netlink socket. It never waits: the kernel makes each chunk while the one before is read, so that an answer that is not there
 * is an error (EAGAIN) and no hang.
 */
export class NetlinkSocket {
  readonly origin: Origin
  readonly #descriptor: number
  readonly #buffer = Buffer.allocUnsafeSlow(chunkBytes)

  constructor(descriptor: number, origin: Origin) {
    this.#descriptor = descriptor
    this.origin = origin
  }

  /** Sends a request; the kernel makes the first chunk of its answer meanwhile. Throws the system's error. */
  send(request: Uint8Array): void {
    writeSync(this.#descriptor, request)
  }

  /** As `send`, in another thread: of a dump that gives few of very many sockets the whole walk happens in this call. */
  sendAside(request: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, request, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** The next chunk, valid until the next call. Throws the system's error. */
  receive(): Buffer {
    return this.#buffer.subarray(0, readSync(this.#descriptor, this.#buffer, 0, chunkBytes, null))
  }

  /** An inherited descriptor stays open: there is no other. */
  close(): void {
    if (this.origin === 'koffi') closeSync(this.#descriptor)
  }
}

/**
 * The descriptor that a service manager or a launcher left for this process, by the protocol of sd_listen_fds(3): systemd's
 * `ListenNetlink=inet-diag 0`. Undefined when there is none; throws an Error that says why one cannot be used.
 */
export function inheritedSocket(env: Record<string, string | undefined>): NetlinkSocket | undefined {
  if (env['LISTEN_PID'] !== String(process.pid)) return undefined
  const count = Math.min(Number(env['LISTEN_FDS']) || 0, mostInherited)
  for (let descriptor = firstInherited; descriptor < firstInherited + count; descriptor++) {
    if (!isSocket(descriptor)) continue
    if (!isNonBlocking(descriptor))
      throw new Error(`inherited descriptor ${descriptor} would block: NonBlocking=yes is missing in the service`)
    return new NetlinkSocket(descriptor, 'inherited')
  }
  return undefined
}

const firstInherited = 3
const mostInherited = 16

function isSocket(descriptor: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
  } catch {
    return false
  }
}

function isNonBlocking(descriptor: number): boolean {
  const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & nonBlocking) !== 0
}

/** The calls of the C library that Node lacks. */
export interface SystemCalls {
  /** A socket in this process's network namespace. Throws an Error with the errno. */
  openSocket(): NetlinkSocket
  /**
   * A socket in the network namespace a path such as /proc/1/ns/net stands for, in which this thread is for a moment and nothing
   * else happens. Throws an Error with the errno where that is not allowed.
   */
  openSocketIn(namespace: string): NetlinkSocket
}

/** Loads koffi, about 15 ms and 6 MB. Throws where it is not installed or has no build for this system. */
export async function loadSystemCalls(): Promise<SystemCalls> {
  const { default: koffi } = await import('koffi')
  const library = koffi.load(null)
  const socket = library.func('int socket(int, int, int)')
  const setns = library.func('int setns(int, int)')
  const check = (call: string, result: number): number => {
    if (result >= 0) return result
    const errno = koffi.errno()
    throw Object.assign(new Error(`${call}: errno ${errno}`), { errno: -errno, syscall: call })
  }
  const openSocket = () =>
    new NetlinkSocket(
      check('socket', socket(addressFamily, typeRaw | closeOnExec | nonBlocking, protocolDiag)),
      'koffi',
    )
  return {
    openSocket,
    openSocketIn(namespace) {
      const own = openSync('/proc/self/ns/net', 'r')
      try {
        const other = openSync(namespace, 'r')
        try {
          check('setns', setns(other, newNetwork))
        } finally {
          closeSync(other)
        }
        try {
          return openSocket()
        } finally {
          // nothing else could be told of this host from the wrong network: better no agent than one that lies
          if (setns(own, newNetwork) !== 0) process.abort()
        }
      } finally {
        closeSync(own)
      }
    },
  }
}
