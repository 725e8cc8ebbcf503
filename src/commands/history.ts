// `mitra history`: the versions of one source, and what each of them changed; or one of its fields over time.
import { ActionableError } from '../errors.ts'
import type { Version } from '../history/versions.ts'
import { type Document, timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { localTime, utcTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { type Column, chosenColumns, formOf, type ListOptions, limitOf, paintOf, writeList } from './listing.ts'
import { moment, momentUpTo } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, listOptions, outputOptions, pathArgument, storeOptions } from './options.ts'

export const history = defineCommand({
  description:
    'Lists every version of a source that is kept, newest first: when it began, its size, the beginning of its hash, and what it changed: by key where the content has keys, else how many lines. What could not be read for a while, what was removed and what came back are told as such. A rewrite that left only times and inode different is told as `only mtime, inode changed`.\n\n' +
    'Sources that measure, such as /proc/meminfo, have a version for every sample. With --field one field is listed over time, oldest first, with the difference from sample to sample; a terminal draws it too. A counter that began anew is marked `reset`, its difference is what it counted since.\n\n' +
    'Of the oldest version nobody knows what it changed. Where the history begins later than the source was first seen, the state before it is listed last, by the daily view, as `older versions are not kept`.',
  arguments: {
    host: hostArgument,
    path: pathArgument,
  },
  options: {
    patch: { short: 'p', summary: 'Show each change as a patch too, as `git log -p` does.' },
    field: { value: 'FIELD', completes: 'field', summary: 'List only this field, oldest first, with its differences.' },
    from: { value: 'TIME', summary: 'Only versions from this time on: ISO 8601, a date, `now-2h`, `yesterday`.' },
    to: { value: 'TIME', summary: 'Only versions up to this time; a day means its end.' },
    'ignore-volatile': { summary: 'Leave out what counts, measures or changes with every read.' },
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'When was sysctl.conf changed, and what', line: 'mitra history web1 /etc/sysctl.conf -p' },
    { asks: 'Which packages were installed this week', line: 'mitra history . packages --from now-7d' },
    {
      asks: 'How did the free memory go',
      line: 'mitra history web1 /proc/meminfo --field meminfo.MemFree --from now-6h',
    },
  ],
  async run(input, io) {
    const { options } = input
    const { path } = input.arguments
    if (options.patch && options.csv) throw new ActionableError('--patch and --csv exclude each other')
    if (options.patch && options.field !== undefined)
      throw new ActionableError('--patch and --field exclude each other')
    const host = await hostNamed(input.arguments.host, options, io)
    const request = { host, path, ...rangeOf(options, io) }
    if (options.field !== undefined) {
      const { writeSeries } = await import('./history-series.ts')
      return writeSeries({ ...request, field: options.field }, options, io)
    }
    const { versionsOf } = await import('../history/versions.ts')
    return withStore(options, io, 'read', async (store) => {
      const limit = limitOf(options, io) ?? Number.POSITIVE_INFINITY
      const found = versionsOf(store, { ...request, ignoreVolatile: options['ignore-volatile'] })
      const rows = new Rows(found, limit)
      await write(rows, options, io)
      if (rows.isCut && !options.quiet) await io.stderr.write(`${rows.count} shown; --limit 0 for all\n`)
      if (rows.count === 0) await io.stderr.write(`${harmless(await nothing(store, request))}\n`)
      else if (rows.isBeyondHistory && !options.quiet)
        await io.stderr.write('older versions are not kept: the last state is that of a day\n')
      return rows.count > 0 ? 0 : 1
    })
  },
})

interface Range {
  from?: number
  to?: number
}

/** Milliseconds since the epoch; a day given as the end means its end. */
function rangeOf(options: { from: string | undefined; to: string | undefined }, io: Io): Range {
  const from = options.from === undefined ? undefined : moment(options.from, '--from', io)
  const to = options.to === undefined ? undefined : momentUpTo(options.to, '--to', io)
  if (from !== undefined && to !== undefined && from > to) throw new ActionableError('--from is later than --to')
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

/** Why there is no version to show. */
export async function nothing(store: Store, { host, path, from, to }: Range & { host: string; path: string }) {
  if (from !== undefined && (await store.get(host, path, to)))
    return `no version of "${path}" of ${host} began between ${localTime(from)} and ${to === undefined ? 'now' : localTime(to)}`
  return absence(store, host, path, to)
}

/** The versions with their summaries, up to a limit. */
class Rows {
  readonly #versions: AsyncIterable<Version>
  readonly #limit: number
  count = 0
  isCut = false
  isBeyondHistory = false

  constructor(versions: AsyncIterable<Version>, limit: number) {
    this.#versions = versions
    this.#limit = limit
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void> {
    const { identityOf, summaryOf } = await import('../history/change-summary.ts')
    for await (const version of this.#versions) {
      if (this.count === this.#limit) {
        this.isCut = true
        return
      }
      this.count++
      this.isBeyondHistory = version.isBeyondHistory
      const { change } = version
      const first = version.isBeyondHistory ? 'older versions are not kept' : 'first version kept'
      yield {
        ...version,
        summary: change ? summaryOf(change) : first,
        ...(change && { identity: identityOf(change) }),
      }
    }
  }
}

interface Row extends Version {
  summary: string
  identity?: string
}

const columns: readonly Column<Row>[] = [
  { name: 'time', kind: 'time', milliseconds: true, value: ({ document }) => timeOf(document), style: 'dim' },
  { name: 'size', kind: 'number', value: ({ document }) => document['file.size'] },
  { name: 'hash', kind: 'text', value: ({ document }) => hashOf(document), style: 'yellow' },
  { name: 'change', kind: 'text', value: ({ summary }) => summary },
]

/** Enough to tell versions apart. */
function hashOf(document: Document): string {
  return String(document['file.hash.sha256'] ?? '').slice(0, 12)
}

async function write(rows: AsyncIterable<Row>, options: ListOptions & { patch: boolean }, io: Io): Promise<void> {
  const chosen = chosenColumns(columns, options)
  if (formOf(options, io) === 'json' && options.fields === undefined)
    for await (const row of rows) await io.stdout.write(jsonLine(await jsonOf(row, options.patch)))
  else if (options.patch) await writePatches(rows, options, io)
  else await writeList(rows, chosen, options, io)
}

/** The whole of a version but its text; what its change holds line by line is left to the patch. */
async function jsonOf({ document, before, change, summary, identity, isBeyondHistory }: Row, withPatch: boolean) {
  const patch = withPatch && before && change && (await plainPatch(before, document))
  const { bareChange } = await import('./difference-json.ts')
  return {
    time: utcTime(timeOf(document)),
    before: before && utcTime(timeOf(before)),
    size: document['file.size'],
    hash: document['file.hash.sha256'],
    summary,
    identity,
    change: change && bareChange(change),
    beyond_history: isBeyondHistory,
    ...(patch && { patch }),
  }
}

async function plainPatch(before: Document, after: Document): Promise<string | undefined> {
  const [{ patchOf, textOf }, { diffLines }] = await Promise.all([
    import('./patch.ts'),
    import('../history/line-diff.ts'),
  ])
  const [old, made] = [textOf(before), textOf(after)]
  if (old === undefined || made === undefined || old === made) return undefined
  const form = { context: 3, paint: (_: unknown, text: string) => text, isHarmless: false }
  return [...patchOf(before, after, diffLines(old, made), form)].join('')
}

async function writePatches(rows: AsyncIterable<Row>, options: ListOptions, io: Io): Promise<void> {
  const [{ patchOf, textOf }, { diffLines }, { keyLines }] = await Promise.all([
    import('./patch.ts'),
    import('../history/line-diff.ts'),
    import('./key-listing.ts'),
  ])
  const paint = paintOf(options, io)
  const form = { context: 3, paint, isHarmless: io.stdout.isTerminal }
  let isFirst = true
  for await (const { document, before, change, summary } of rows) {
    const hash = hashOf(document)
    const heading = `version ${localTime(timeOf(document), { milliseconds: true })}${hash === '' ? '' : ` ${hash}`}`
    await io.stdout.write(`${isFirst ? '' : '\n'}${paint('yellow', heading)}\n    ${harmless(summary)}\n`)
    isFirst = false
    if (!before || !change) continue
    const [old, made] = [textOf(before), textOf(document)]
    const content = 'content' in change ? change.content : undefined
    if (old !== undefined && made !== undefined && old !== made) {
      await io.stdout.write('\n')
      for (const piece of patchOf(before, document, diffLines(old, made), form)) await io.stdout.write(piece)
    } else if (content?.kind === 'keys') {
      await io.stdout.write('\n')
      for (const line of keyLines(content.changes, paint)) await io.stdout.write(line)
    }
  }
}
