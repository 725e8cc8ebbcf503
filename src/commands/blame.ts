// `mitra blame`: since when each line or key of a source has been there.
import type { BlamedKey, BlamedLine } from '../history/blame.ts'
import { timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import { localTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { type Column, chosenColumns, limitOf, sayLimit, writeList } from './listing.ts'
import { momentUpTo } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, listOptions, outputOptions, pathArgument, storeOptions } from './options.ts'

type Row<Item> = Item & { number: number }

const origin: readonly Column<Row<BlamedLine> | Row<BlamedKey>>[] = [
  { name: 'since', kind: 'time', value: (row) => row.since, style: 'dim' },
  { name: 'older', kind: 'flag', value: (row) => row.mayBeOlder },
]
const lineColumns: readonly Column<Row<BlamedLine>>[] = [
  ...origin,
  { name: 'line', kind: 'number', value: (row) => row.number, style: 'dim' },
  {
    name: 'text',
    kind: 'text',
    value: (row) => row.text.replace(/\r?\n$/, ''),
    shown: (text) => String(text).replaceAll('\t', '    '),
  },
]
const keyColumns: readonly Column<Row<BlamedKey>>[] = [
  ...origin,
  { name: 'key', kind: 'text', value: (row) => row.key, style: 'bold' },
  { name: 'value', kind: 'text', value: (row) => row.value },
]

export const blame = defineCommand({
  description:
    'Shows each line of a source with the time of the version that brought it: since then it has been there without a break. With --keys it is each key with the value it has. `older` marks what the oldest state kept has already: it may be older than that.\n\n' +
    'A removal ends what was there; a time in which the source could not be read does not.',
  arguments: {
    host: hostArgument,
    path: pathArgument,
  },
  options: {
    keys: { summary: 'Key by key: settings, packages, fields; the default where no text is kept.' },
    at: {
      value: 'TIME',
      summary: 'As it was at this time: ISO 8601, `now-2h`, or a day such as `yesterday`, which means its end.',
      defaultText: 'now',
    },
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Since when does fstab say this', line: 'mitra blame web1 /etc/fstab' },
    { asks: 'Since when has each package its version', line: 'mitra blame web1 packages --keys' },
  ],
  async run(input, io) {
    const { options } = input
    const host = await hostNamed(input.arguments.host, options, io)
    const to = options.at === undefined ? undefined : momentUpTo(options.at, '--at', io)
    const request = { host, path: input.arguments.path, ...(to !== undefined && { to }) }
    const { blameKeys, blameLines } = await import('../history/blame.ts')
    // a wrong name in --fields is told before the store is asked
    const columns = options.keys ? undefined : chosenColumns(lineColumns, options)
    const byKey = options.keys ? chosenColumns(keyColumns, options) : keyColumns
    return withStore(options, io, 'read', async (store) => {
      const lines = options.keys ? undefined : await blameLines(store, request)
      const keys = lines ? undefined : await blameKeys(store, request)
      const found = lines ?? keys
      if (!found) {
        await io.stderr.write(`${harmless(await why(store, request, options.keys))}\n`)
        return 1
      }
      if (io.stderr.isTerminal && !options.quiet)
        await io.stderr.write(`${harmless(`${host}  ${request.path}  ${localTime(timeOf(found.document))}`)}\n`)
      const limit = limitOf(options, io)
      const numbered = <Item>(rows: readonly Item[]) =>
        rows.slice(0, limit).map((row, index) => ({ ...row, number: index + 1 }))
      const shown = lines
        ? await writeList(numbered(lines.rows), columns ?? [], options, io)
        : await writeList(numbered(keys?.rows ?? []), byKey, options, io)
      await sayLimit(shown, found.rows.length, options, io)
      if (found.coarse > 0 && !options.quiet)
        await io.stderr.write(
          `${found.coarse} versions were too different to compare line by line: lines may be older than shown\n`,
        )
      return 0
    })
  },
})

/** Why there is nothing to tell of. */
async function why(store: Store, { host, path, to }: { host: string; path: string; to?: number }, byKey: boolean) {
  const document = await store.get(host, path, to)
  if (!document) return absence(store, host, path, to)
  const time = localTime(timeOf(document))
  if (document['file.exists'] === false) return `"${path}" of ${host} was removed, noticed ${time}`
  if (document['error.message'] !== undefined)
    return `"${path}" of ${host} could not be read: ${document['error.message']}`
  return `"${path}" of ${host} has no ${byKey ? 'keys' : 'text'} to tell of`
}
