// `mitra memcached`: what is asked of a memcached server and stored in it, as it happens.
import { ActionableError } from '../errors.ts'
import { reasonOf } from '../host/system-error.ts'
import { wildcardTest } from '../query/wildcard.ts'
import {
  isRefused,
  type MemcachedEvent,
  type MemcachedWatch,
  memcachedMethods,
  openMemcachedWatch,
} from '../sources/memcached-watch.ts'
import { harmless } from '../terminal/harmless.ts'
import { bytesOf } from './bytes-of.ts'
import { defineCommand } from './command.ts'
import { MemcachedKeys } from './memcached-keys.ts'
import { type EventWriter, eventWriter, writeSummary } from './memcached-output.ts'
import { durationOf } from './moment.ts'
import { outputOptions } from './options.ts'

export const memcached = defineCommand({
  description:
    'Shows what clients ask a memcached server for and store in it, live, as the server itself reports it (`watch fetchers mutations`, memcached 1.4.26 and later): time, method, key, size, result; when stopped, which keys came up most and which moved most bytes. It takes no capture of packets and no rights on the host.\n\n' +
    'A value the server refused has no size, since it does not report one: it is shown as over the largest item it takes, and --min-size lets it through. What is asked by incr, touch and delete is reported by the server as a get. The server waits for nobody: when events come faster than they are shown it leaves some out, and the summary says how many.',
  arguments: {
    address: {
      summary: 'The server: `host:port`, a host, or the path of a unix socket; 127.0.0.1:11211 when absent.',
    },
  },
  options: {
    method: {
      value: 'NAME',
      many: true,
      choices: memcachedMethods,
      summary: 'Only these methods; may be given several times.',
    },
    'min-size': {
      value: 'SIZE',
      summary: 'Only values of at least this size: 500, 64kB, 1MB (1,000,000 bytes), 1MiB.',
    },
    match: {
      value: 'KEY',
      summary: 'Only keys with this text in them; with `*` or `?`, which stand for any characters, the whole key.',
    },
    for: { value: 'DURATION', summary: 'Stop after this long: 30s, 5m.', defaultText: 'when interrupted' },
    top: { value: 'N', number: true, summary: 'How many keys the summary has, of each kind.', defaultText: '10' },
    'summary-only': { summary: 'Show no events, only the summary.' },
    json: { summary: 'One JSON object a line, times in UTC; the summary is the last.' },
    ...outputOptions,
  },
  examples: [
    { asks: 'Who keeps storing what is too large', line: 'mitra memcached cache1:11211 --method set --min-size 1MB' },
    { asks: 'Which keys are asked for most, over a minute', line: 'mitra memcached cache1 --summary-only --for 1m' },
    { asks: 'What happens to the sessions', line: "mitra memcached /run/memcached.sock --match 'session:*'" },
  ],
  signals: 'graceful',
  async run({ arguments: { address = '127.0.0.1:11211' }, options }, io) {
    const isWanted = filterOf(options)
    const stop = options.for === undefined ? undefined : AbortSignal.timeout(durationOf(options.for, '--for'))
    const signal = stop ? AbortSignal.any([io.signal, stop]) : io.signal
    const watch = await opened(address, options.method, signal)
    if (!watch) return 1
    const keys = new MemcachedKeys()
    const write = options['summary-only'] ? undefined : eventWriter(watch.largest, options, io)
    const began = performance.now()
    try {
      const told = await follow(watch, { isWanted, keys, write })
      const seconds = (performance.now() - began) / 1000
      const skipped = Math.max(told, (await watch.leftOut()) ?? 0)
      if (!signal.aborted) await io.stderr.write('the server closed the connection\n')
      if (!options.quiet) await writeSummary(keys, { skipped, seconds, top: options.top ?? 10 }, options, io)
      return keys.events > 0 ? 0 : 1
    } finally {
      watch.close()
    }
  },
})

interface FilterOptions {
  method: readonly string[]
  'min-size': string | undefined
  match: string | undefined
}

function filterOf(options: FilterOptions): (event: MemcachedEvent) => boolean {
  const { method: methods, 'min-size': size, match } = options
  const least = size === undefined ? 0 : bytesOf(size, '--min-size')
  const matches = match === undefined ? undefined : /[*?]/.test(match) ? wildcardTest(match) : includes(match)
  return (event) =>
    (methods.length === 0 || methods.includes(event.method)) &&
    (least === 0 || (event.size ?? 0) >= least || isRefused(event.result)) &&
    (matches?.(event.key) ?? true)
}

function includes(part: string): (text: string) => boolean {
  return (text) => text.includes(part)
}

async function opened(
  address: string,
  methods: readonly string[],
  signal: AbortSignal,
): Promise<MemcachedWatch | undefined> {
  try {
    return await openMemcachedWatch(address, { hasGets: methods.length === 0 || methods.includes('get'), signal })
  } catch (error) {
    if (signal.aborted) return undefined
    throw new ActionableError(`failed to ask memcached at ${harmless(address)}: ${harmless(reasonOf(error))}`, {
      next: 'is the address right, and may this host connect to it?',
      cause: error,
    })
  }
}

interface Watched {
  isWanted(event: MemcachedEvent): boolean
  keys: MemcachedKeys
  write: EventWriter | undefined
}

/** Takes events until the signal or the server's end; how many the server says it left out. */
async function follow(watch: MemcachedWatch, { isWanted, keys, write }: Watched): Promise<number> {
  let skipped = 0
  try {
    for await (const batch of watch.batches()) {
      skipped += batch.skipped
      const wanted = batch.events.filter(isWanted)
      for (const event of wanted) keys.add(event)
      if (wanted.length > 0) await write?.(wanted)
    }
  } catch (error) {
    throw new ActionableError(`failed to watch memcached: ${harmless(reasonOf(error))}`, {
      next: 'memcached 1.4.26 and later have watch, unless they were started with -W',
      cause: error,
    })
  }
  return skipped
}
