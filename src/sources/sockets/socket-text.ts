// The fields of socket documents and their texts: the same facts a line each.
import type { Fields } from '../../snapshot/document.ts'
import { factLines } from '../fact-lines.ts'
import type { OwnedListener, SocketReading } from './socket-reader.ts'

/** Fields of the document of all sockets. */
export function readingFields(reading: SocketReading): Fields {
  const { way, reasons, states, listeners, namespaces, closed_namespaces } = reading
  const fields: Fields = { 'socket.source': way }
  if (reasons.length > 0) fields['socket.source_reason'] = reasons
  if (states) {
    fields['socket.counted'] = states.counted
    for (const [family, counts] of [
      ['tcp', states.all],
      ['tcp4', states.v4],
      ['tcp6', states.v6],
    ] as const)
      for (const [state, count] of Object.entries(counts)) fields[`socket.${family}.${state}`] = count
    if (states.receive_bytes !== undefined) fields['socket.receive_bytes'] = states.receive_bytes
    if (states.send_bytes !== undefined) fields['socket.send_bytes'] = states.send_bytes
  }
  fields['socket.listeners'] = listeners.length
  const fullest = listeners.find(({ protocol, pct }) => protocol !== 'udp' && pct !== undefined)?.pct
  if (fullest !== undefined) fields['socket.fullest_pct'] = fullest
  fields['socket.namespaces'] = namespaces
  fields['socket.closed_namespaces'] = closed_namespaces
  return fields
}

/** Fields of the document of one listener; `rate`: how many it drops in a second. */
export function listenerFields(listener: OwnedListener, rate: number | undefined): Fields {
  const { owner, inodes } = listener
  const known: Record<string, string | number | undefined> = {
    protocol: listener.protocol,
    address: listener.address,
    ip: listener.ip,
    port: listener.port,
    queue: listener.queue,
    backlog: listener.backlog,
    pct: listener.pct,
    receive_bytes: listener.receive_bytes,
    receive_max_bytes: listener.receive_max_bytes,
    drops: listener.drops,
    drops_per_s: rate,
    sockets: inodes.length > 1 ? inodes.length : undefined,
    uid: listener.uid,
    process: owner?.name,
    pid: owner?.pid,
    command: owner?.command || undefined,
    cgroup: owner?.cgroup,
    container: owner?.container,
    // two digits: what goes up and down a little is no news of a queue
    memory_bytes: owner?.rss_bytes === undefined ? undefined : Number(owner.rss_bytes.toPrecision(2)),
    namespace: listener.namespace,
  }
  const fields: Fields = {}
  for (const [name, value] of Object.entries(known)) if (value !== undefined) fields[`socket.listen.${name}`] = value
  return fields
}

/** What is written of a listener: what somebody decides about it, nothing that goes up and down by itself. */
const written = ['protocol', 'address', 'process', 'command', 'uid', 'cgroup', 'container'] as const

/** Its lasting facts, a line each. */
export function listenerText(fields: Fields): string {
  const facts: Fields = {}
  for (const name of written) {
    const value = fields[`socket.listen.${name}`]
    if (value !== undefined) facts[`socket.listen.${name}`] = typeof value === 'string' ? oneLine(value) : value
  }
  return factLines(facts)
}

/** Names of processes and sockets may hold anything: a fact stays on its line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.charCodeAt(0).toString(16)}}`)
}
