// `mitra show`: what one source of one host says.
import { type Document, timeOf } from '../snapshot/document.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { localTime } from '../terminal/time.ts'
import { bytes } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { paintOf } from './listing.ts'
import { momentUpTo } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, outputOptions, storeOptions } from './options.ts'

export const show = defineCommand({
  description:
    'Prints the text of one source as it was stored, byte by byte into a pipe or a file; a terminal sees control characters written out, and on stderr a line with time, size, mode and owner.',
  arguments: {
    host: hostArgument,
    path: { required: true, summary: 'Path of a file, or another name of a source such as /proc/sys or `netstat -s`.' },
  },
  options: {
    at: {
      value: 'TIME',
      summary: 'As it was at this time: ISO 8601, `now-2h`, or a day such as `yesterday`, which means its end.',
      defaultText: 'now',
    },
    json: { summary: 'The whole document as one line of JSON.' },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What does this host mount', line: 'mitra show . /etc/fstab' },
    {
      asks: 'What changed since yesterday',
      line: 'diff <(mitra show web1 /etc/sysctl.conf --at yesterday) <(mitra show web1 /etc/sysctl.conf)',
    },
  ],
  async run(input, io) {
    const { options } = input
    const { path } = input.arguments
    const host = await hostNamed(input.arguments.host, options, io)
    const at = options.at === undefined ? undefined : momentUpTo(options.at, '--at', io)
    return withStore(options, io, 'read', async (store) => {
      const document = await store.get(host, path, at)
      if (!document) {
        await io.stderr.write(`${harmless(await absence(store, host, path, at))}\n`)
        return 1
      }
      if (options.json) await io.stdout.write(jsonLine(document))
      else await writeContent(document, options, io)
      return document['file.exists'] === false ? 1 : 0
    })
  },
})

async function writeContent(document: Document, options: { color: string; quiet: boolean }, io: Io): Promise<void> {
  const { content } = document
  const note = content === undefined ? missingText(document) : undefined
  if (io.stderr.isTerminal && !options.quiet)
    await io.stderr.write(`${paintOf(options, io)('dim', heading(document))}\n`)
  if (note !== undefined) await io.stderr.write(`${harmless(note)}\n`)
  if (content === undefined) return
  if (!io.stdout.isTerminal) return io.stdout.write(content)
  const text = harmless(content, 'tabs and lines')
  await io.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`)
}

/** `web1  /etc/fstab  2026-11-21T04:33:57+01:00  812 B  0644  root:root` */
function heading(document: Document): string {
  const size = document['file.size']
  const owner = [document['file.owner'], document['file.group']].filter((name) => name !== undefined).join(':')
  const parts = [
    document['host.name'],
    document['file.path'],
    localTime(timeOf(document), { milliseconds: true }),
    typeof size === 'number' ? bytes(size) : '',
    String(document['file.mode'] ?? ''),
    owner,
  ]
  return harmless(parts.filter((part) => part !== '').join('  '))
}

/** Why a document has no text. */
function missingText(document: Document): string {
  if (document['file.exists'] === false) return `removed, noticed ${localTime(timeOf(document))}`
  if (document['error.message'] !== undefined) return `could not be read: ${document['error.message']}`
  if (document['file.encoding'] === 'binary') return 'binary: its text is not stored, --json shows the rest'
  return 'no text is stored of it, --json shows the rest'
}
