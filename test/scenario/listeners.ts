// The sockets of one host that listen, as the script tells of them, and what mitra's agent would tell of each.
import type { Observation } from '../../src/snapshot/observation.ts'
import { factLines } from '../../src/sources/fact-lines.ts'
import { pathOf } from '../../src/sources/sockets/collect.ts'
import { byFullness, tcpListener } from '../../src/sources/sockets/listener.ts'
import type { OwnedListener } from '../../src/sources/sockets/socket-reader.ts'
import { listenerFields, listenerText, readingFields } from '../../src/sources/sockets/socket-text.ts'
import { socketsDataset as dataset, socketsPath } from '../../src/sources/sockets.ts'

/** A TCP socket of IPv4 and who listens at it. */
export interface ScriptedListener {
  process: string
  pid: number
  uid: number
  /** What the program asked for. */
  backlog: number
  /** Connections that wait, and those dropped until now. */
  queue: number
  drops: number
}

export class Listeners {
  readonly #byPort = new Map<number, ScriptedListener>()

  change(port: number, change: Partial<ScriptedListener>): void {
    const nobody: ScriptedListener = { process: '', pid: 0, uid: 0, backlog: 128, queue: 0, drops: 0 }
    this.#byPort.set(port, { ...nobody, ...this.#byPort.get(port), ...change })
  }

  /** One of all, one of each; the kernel cuts what was asked for at `somaxconn`. */
  *observations(at: number, somaxconn: number): Generator<Observation> {
    const listeners = [...this.#byPort].map(([port, told]) => listenerOf(port, told, somaxconn)).sort(byFullness)
    const fields = readingFields({ way: 'koffi', reasons: [], listeners, namespaces: 0, closed_namespaces: 0 })
    yield { path: socketsPath, dataset, kind: 'metric', at, content: factLines(fields), fields }
    for (const listener of listeners) {
      const facts = listenerFields(listener, undefined)
      yield { path: pathOf(listener), dataset, kind: 'state', at, content: listenerText(facts), fields: facts }
    }
  }
}

function listenerOf(port: number, told: ScriptedListener, somaxconn: number): OwnedListener {
  const { process: name, pid, uid, backlog, queue, drops } = told
  const place = { family: 4, address: '0.0.0.0', port, device: 0, uid, inode: port } as const
  const socket = { ...place, receive_queue: queue, send_queue: 0, drops }
  return { ...tcpListener(socket, Math.min(backlog, somaxconn)), owner: { pid, name, command: name } }
}
