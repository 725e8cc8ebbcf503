// What memcached reports to `watch fetchers mutations` (memcached, doc/protocol.txt, "Watchers"), one event a line:
// `ts=1795278015.39365 gid=23 type=item_store key=k%C3%BC status=stored cmd=set ttl=0 clsid=1 cfd=24 size=5`.

export const memcachedMethods = ['get', 'set', 'add', 'replace', 'append', 'prepend', 'cas'] as const
export type MemcachedMethod = (typeof memcachedMethods)[number]

export interface MemcachedEvent {
  /** Milliseconds since the epoch. */
  at: number
  method: MemcachedMethod
  key: string
  /** As the server calls it: found, not_found, stored, not_stored, exists, too_large, no_memory. */
  result: string
  /** Bytes of the value; undefined where the server took or found none. */
  size?: number
  /** The server's number of the connection. */
  connection: number
}

/** Events of a line: an event, how many the server left out because they came too fast, or undefined for neither. */
export function parseMemcachedEvent(line: string): MemcachedEvent | { skipped: number } | undefined {
  const skipped = /^\[?skipped[=:] ?(\d{1,15})/.exec(line)?.[1]
  if (skipped !== undefined) return { skipped: Number(skipped) }
  const words = new Map<string, string>()
  for (const word of line.split(' ', 20)) {
    const at = word.indexOf('=')
    if (at > 0) words.set(word.slice(0, at), word.slice(at + 1))
  }
  const at = timeOf(words.get('ts'))
  const method = methodOf(words.get('type'), words.get('cmd'))
  const [key, result] = [words.get('key'), words.get('status')]
  if (at === undefined || method === undefined || key === undefined || result === undefined) return undefined
  const size = Number(words.get('size') ?? Number.NaN)
  const hasValue = result !== 'not_found' && !isRefused(result) && Number.isSafeInteger(size) && size >= 0
  return {
    at,
    method,
    key: decoded(key),
    result,
    ...(hasValue && { size }),
    connection: Number(words.get('cfd') ?? -1) || 0,
  }
}

/** Whether the server refused to take a value; it does not report how large that was. */
export function isRefused(result: string): boolean {
  return result === 'too_large' || result === 'no_memory'
}

/** Seconds, and microseconds that are not padded: `.39365` is 39,365 of them. */
function timeOf(text = ''): number | undefined {
  const [, seconds, micros] = /^(\d{1,12})\.(\d{1,6})$/.exec(text) ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

function methodOf(type: string | undefined, command: string | undefined): MemcachedMethod | undefined {
  if (type === 'item_get') return 'get'
  return type === 'item_store' ? memcachedMethods.find((method) => method === command && method !== 'get') : undefined
}

/** Keys are bytes, those beyond letters, digits and a few signs as `%` and two digits. */
function decoded(key: string): string {
  if (!key.includes('%')) return key
  const bytes = key.replace(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** How long after a look-up of its own the server reports what it was for. */
const lookUpMs = 100

/**
 * Leaves out what no client asked: before each store, and after one it refused, the server looks the item up and reports that as
 * a get. A get is held back until the next event of its connection tells.
 */
export class ClientEvents {
  readonly #held = new Map<number, MemcachedEvent>()
  #refused: MemcachedEvent | undefined

  /** The events that are now known to be of a client, in order. */
  add(event: MemcachedEvent): MemcachedEvent[] {
    if (event.method === 'get') return this.#get(event)
    const before = this.#held.get(event.connection)
    this.#held.delete(event.connection)
    if (isRefused(event.result)) this.#refused = event
    return before === undefined || before.key === event.key ? [event] : [before, event]
  }

  #get(event: MemcachedEvent): MemcachedEvent[] {
    const refused = this.#refused
    if (refused?.key === event.key && event.at - refused.at < lookUpMs) {
      this.#refused = undefined
      return []
    }
    const before = this.#held.get(event.connection)
    this.#held.set(event.connection, event)
    return before ? [before] : []
  }

  get isHolding(): boolean {
    return this.#held.size > 0
  }

  /** All that are held. */
  release(): MemcachedEvent[] {
    const released = [...this.#held.values()]
    this.#held.clear()
    return released
  }
}
