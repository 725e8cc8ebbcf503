// From a reading of the sockets to documents: one of all, and one for each address somebody listens at.
import { NoDataError } from '../../errors.ts'
import type { Root } from '../../host/root.ts'
import type { Observation } from '../../snapshot/observation.ts'
import { factLines } from '../fact-lines.ts'
import { failedObservation } from '../failed-observation.ts'
import type { Collect, Pass } from '../source.ts'
import { byFullness, keyOf, type Listener } from './listener.ts'
import type { OwnedListener } from './socket-reader.ts'
import { SocketReader } from './socket-reader.ts'
import { listenerFields, listenerText, oneLine, readingFields } from './socket-text.ts'

const path = 'sockets'
const dataset = 'mitra.sockets'

/** A host may listen at more, as one with a container for each user does: the fullest have documents, all are counted. */
const mostDocuments = 1000
/** The kernel's own choice of ports begins here on most hosts; sockets that stay at one are somebody's service. */
const firstPassingPort = 32_768

export interface CollectOptions {
  /** Paths of listeners the store has: those that are gone become tombstones. */
  known?: readonly string[]
  env?: Record<string, string | undefined>
  /** Seconds of a clock that only goes forward. */
  seconds?: () => number
}

interface Drops {
  at: number
  drops: number
  inodes: string
}

/** The reader, with what it knows of sockets and processes from one pass to the next. */
export function collectSockets(options: CollectOptions = {}): Collect {
  const { env = process.env, seconds = () => performance.now() / 1000 } = options
  let reader: { root: Root; sockets: SocketReader } | undefined
  const present = new Set(options.known)
  /** Tombstones the store has perhaps not taken yet. */
  const gone = new Set<string>()
  let before = new Map<string, Drops>()

  async function* observe(pass: Pass): AsyncIterable<Observation> {
    if (reader?.root !== pass.root) {
      reader?.sockets.close()
      reader = { root: pass.root, sockets: new SocketReader({ root: pass.root, env, clock: () => seconds() * 1000 }) }
    }
    const at = pass.now()
    const isLasting = (listener: Listener) => present.has(pathOf(listener)) || lasts(listener, before)
    const reading = await reader.sockets.readIfAffordable({
      signal: pass.signal,
      count: 'affordable',
      // the path of one in a container takes its process
      owned: (listener) => listener.namespace !== undefined || isLasting(listener),
    })
    if (!reading) return
    const fields = readingFields(reading)
    yield { path, dataset, kind: 'metric', at, content: factLines(fields), fields }
    const lasting = reading.listeners.filter(isLasting)
    const now = new Map<string, Drops>()
    const found = new Set<string>()
    for (const listener of reading.listeners) now.set(keyOf(listener), dropsOf(listener, seconds()))
    for (const listener of lasting.sort(byFullness).slice(0, mostDocuments)) {
      const observation = observationOf(listener, rateOf(before, now, keyOf(listener)), at)
      if (found.has(observation.path)) continue
      found.add(observation.path)
      yield observation
    }
    before = now
    yield* tombstones(found, pass, at)
  }

  function* tombstones(found: ReadonlySet<string>, pass: Pass, at: number): Iterable<Observation> {
    for (const each of present) if (!found.has(each)) gone.add(each)
    present.clear()
    for (const each of found) {
      present.add(each)
      gone.delete(each)
    }
    for (const each of gone) {
      const fingerprint = 'gone'
      if (pass.isStored?.(each, fingerprint, at) ?? true) gone.delete(each)
      yield { path: each, dataset, kind: 'state', at, fields: { 'file.exists': false }, fingerprint }
    }
  }

  return async function* (pass) {
    try {
      yield* observe(pass)
    } catch (error) {
      if (pass.signal.aborted || error instanceof NoDataError) throw error
      yield failedObservation({ path, dataset, kind: 'metric', at: pass.now() }, error)
    }
  }
}

/** Sockets of one question and its answer come and go at ports the kernel chose; those names stand for nothing. */
function lasts(listener: Listener, before: ReadonlyMap<string, Drops>): boolean {
  const { protocol, port = 0, address } = listener
  if (protocol === 'unix') return !/^@[0-9a-f]{5}$/.test(address)
  if (protocol === 'tcp' || port < firstPassingPort) return true
  return before.get(keyOf(listener))?.inodes === listener.inodes.join()
}

function dropsOf({ drops = 0, inodes }: Listener, at: number): Drops {
  return { at, drops, inodes: inodes.join() }
}

/** Of the same sockets, since the pass before. */
function rateOf(before: ReadonlyMap<string, Drops>, now: ReadonlyMap<string, Drops>, key: string): number | undefined {
  const [was, is] = [before.get(key), now.get(key)]
  if (!was || !is || was.inodes !== is.inodes || is.drops < was.drops || is.at - was.at < shortestElapsed)
    return undefined
  return Number(((is.drops - was.drops) / (is.at - was.at)).toPrecision(6))
}

/** Seconds below which a rate says more about the clock than about the host. */
const shortestElapsed = 0.01

function observationOf(listener: OwnedListener, rate: number | undefined, at: number): Observation {
  const fields = listenerFields(listener, listener.drops === undefined ? undefined : rate)
  return {
    path: pathOf(listener),
    dataset,
    kind: 'state',
    at,
    content: listenerText(fields),
    fields,
  }
}

/** `sockets/tcp/0.0.0.0:80`, `sockets/unix/run/app.sock`; of a container `sockets/0123456789ab/tcp/0.0.0.0:80`. */
export function pathOf({ protocol, address, namespace, owner }: OwnedListener): string {
  const place = namespace === undefined ? '' : `/${owner?.container ?? `net:${namespace}`}`
  return `${path}${place}/${protocol}${address.startsWith('/') ? '' : '/'}${oneLine(address)}`
}
