// `mitra diff`: how a source differs between two times, two hosts or two paths.
import { nearest } from '../config/mistake.ts'
import { ActionableError } from '../errors.ts'
import { standingOf } from '../history/change.ts'
import { hasValue } from '../history/conditions.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import type { DifferenceKind } from './difference.ts'
import { paintOf } from './listing.ts'
import { momentUpTo } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, outputOptions, storeOptions } from './options.ts'

export const diff = defineCommand({
  description:
    'Compares two states, in one of three forms:\n\n' +
    '`diff HOST PATH`: one source at two times, those of --from and --to. Without --from it is its last change: the state before and after.\n\n' +
    '`diff HOST HOST PATH`: the same source of two hosts. `diff HOST PATH PATH`: two sources of one host. With three words the second is a host where the store knows one of that name, else a path. ' +
    '--to is then the time of both, --from another time for the first of them.\n\n' +
    'The output is a unified diff, which patch(1) takes as it comes out of a pipe; a terminal sees control characters written out. Where no text is kept, as of old samples, and with --keys, it is a line for each key: added, removed, or from one value to another. ' +
    'Exit status as of diff(1): 0 the same, 1 different, 2 trouble, such as a state that is not known or could not be read. A removed file is empty.',
  arguments: {
    host: hostArgument,
    'host-or-path': { required: true, summary: 'A second host, where a path follows that both have; else a path.' },
    path: { summary: 'The path on both hosts; else a second path.' },
  },
  options: {
    from: {
      value: 'TIME',
      summary: 'Time of the first state: ISO 8601, `now-2h`, or a day such as `yesterday`, which means its end.',
      defaultText: 'before the last change',
    },
    to: { value: 'TIME', summary: 'Time of the second state.', defaultText: 'now' },
    context: { short: 'U', value: 'N', number: true, summary: 'Unchanged lines around each change.', defaultText: '3' },
    'side-by-side': { short: 'y', summary: 'In two columns.' },
    word: { summary: 'Word by word: `[-removed-]{+added+}`, at a terminal in colours.' },
    keys: { summary: 'Key by key: settings, packages, fields, `key = value` files.' },
    'ignore-volatile': {
      summary: 'Key by key where there is something that counts or measures, and without it.',
    },
    json: { summary: 'One JSON object: both states, and what differs by key or by line.' },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What changed last in sysctl.conf', line: 'mitra diff web1 /etc/sysctl.conf' },
    { asks: 'What changed between two days', line: 'mitra diff web1 packages --from now-7d --to yesterday --keys' },
    { asks: 'How do two hosts differ', line: 'mitra diff web1 web2 /proc/sys --ignore-volatile' },
    { asks: 'Undo a change', line: 'mitra diff . /etc/fstab | patch -R -p1 -d /' },
  ],
  async run(input, io) {
    const { options } = input
    const form = formOf(options)
    const times = timesOf(options, io)
    const first = await hostNamed(input.arguments.host, options, io)
    return withStore(options, io, 'read', async (store) => {
      const sources = await sourcesOf(first, input.arguments, options, store, io)
      const sides = await sidesOf(sources, times, store)
      if (sides.status === 'trouble') {
        await io.stderr.write(`${harmless(sides.reason)}\n`)
        return 2
      }
      if (sides.status === 'unchanged') {
        if (!options.quiet) await io.stderr.write(`${harmless(sides.reason)}\n`)
        return 0
      }
      const { writeDifference } = await import('./difference.ts')
      const { context, quiet } = options
      return writeDifference(sides, { ...form, context: context ?? 3, quiet, paint: paintOf(options, io) }, io)
    })
  },
})

interface FormOptions {
  'side-by-side': boolean
  word: boolean
  keys: boolean
  json: boolean
  'ignore-volatile': boolean
}

function formOf(options: FormOptions): { kind: DifferenceKind; ignoreVolatile: boolean } {
  const kinds = (['side-by-side', 'word', 'keys', 'json'] as const).filter((name) => options[name])
  const [kind = 'unified', other] = kinds
  if (other) throw new ActionableError(`--${kind} and --${other} exclude each other`)
  return { kind, ignoreVolatile: options['ignore-volatile'] }
}

interface Times {
  from: number | undefined
  to: number | undefined
}

function timesOf(options: { from: string | undefined; to: string | undefined }, io: Io): Times {
  const read = (text: string | undefined, option: string) =>
    text === undefined ? undefined : momentUpTo(text, option, io)
  return { from: read(options.from, '--from'), to: read(options.to, '--to') }
}

interface Source {
  host: string
  path: string
}

/** The one source, or the two, that the words mean. */
async function sourcesOf(
  host: string,
  words: { 'host-or-path': string; path: string | undefined },
  options: { config: string | undefined },
  store: Store,
  io: Io,
): Promise<[Source] | [Source, Source]> {
  const { 'host-or-path': second, path: third } = words
  if (third === undefined) return [{ host, path: second }]
  const named = await hostNamed(second, options, io)
  const condition = hasValue('host.name', named)
  const isHost = named !== second || (await store.count({ condition, view: { kind: 'latest' } })) > 0
  if (isHost) {
    return [
      { host, path: third },
      { host: named, path: third },
    ]
  }
  return [
    { host, path: second },
    { host, path: third },
  ]
}

type Sides =
  | { status: 'both'; before: Document; after: Document }
  | { status: 'unchanged'; reason: string }
  | { status: 'trouble'; reason: string }

async function sidesOf([first, second]: [Source] | [Source, Source], times: Times, store: Store): Promise<Sides> {
  if (!second && times.from === undefined) return lastChange(first, times.to, store)
  if (second?.host === first.host && !(await store.get(first.host, first.path)))
    return { status: 'trouble', reason: await neither(first, store) }
  const before = await stateOf(first, times.from ?? times.to, store)
  if (typeof before === 'string') return { status: 'trouble', reason: before }
  const after = await stateOf(second ?? first, times.to, store)
  if (typeof after === 'string') return { status: 'trouble', reason: after }
  return { status: 'both', before, after }
}

/** What to say of a second word that is neither a host nor a path of the first. */
async function neither({ host, path }: Source, store: Store): Promise<string> {
  if (path.startsWith('/')) return absence(store, host, path)
  const { hosts } = await store.hosts({ all: [], without: [], view: { kind: 'latest' }, silentBefore: 0 })
  const names = hosts.map(({ name }) => name)
  const meant = nearest(path, names)
  const advice = meant ? `, did you mean ${meant}?` : '; `mitra hosts` lists them all'
  return names.includes(host) ? `nothing is known of a host "${path}"${advice}` : absence(store, host, path)
}

/** The state of a source that can be compared, or why there is none. */
async function stateOf({ host, path }: Source, at: number | undefined, store: Store): Promise<Document | string> {
  const document = await store.get(host, path, at)
  if (!document) return absence(store, host, path, at)
  if (standingOf(document) !== 'unreadable') return document
  return `"${path}" of ${host} could not be read, noticed ${localTime(timeOf(document))}: ${document['error.message']}`
}

/** The states before and after the newest change of what a source says, or of whether it is there. */
async function lastChange({ host, path }: Source, to: number | undefined, store: Store): Promise<Sides> {
  const { versionsOf } = await import('../history/versions.ts')
  let oldest: Document | undefined
  for await (const { document, before, known, change } of versionsOf(store, {
    host,
    path,
    ...(to !== undefined && { to }),
  })) {
    oldest = document
    const isOther = change?.kind === 'removed' || (change && 'content' in change && change.content)
    if (isOther && known) return { status: 'both', before: known, after: document }
    if (change?.kind === 'returned' && before) return { status: 'both', before, after: document }
  }
  if (!oldest) return { status: 'trouble', reason: await absence(store, host, path, to) }
  const since = localTime(timeOf(oldest))
  return { status: 'unchanged', reason: `no change of "${path}" of ${host} is kept; it is the same since ${since}` }
}
