// `mitra export`: whole documents, for `mitra import` and for other programs.
import { createWriteStream, existsSync, realpathSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { ActionableError } from '../errors.ts'
import { reasonOf } from '../host/system-error.ts'
import type { SearchRequest, Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { createProgress } from '../terminal/progress.ts'
import { counted, grouped } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { viewOf } from './moment.ts'
import { outputOptions, queryOptions, storeOptions, viewOptions } from './options.ts'
import { readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

const chunkCharacters = 64 * 1024

export const exportDocuments = defineCommand({
  description:
    'Writes the documents that match, or all of them, one JSON object a line, ordered by host, path and time. A file appears under its name only when it is whole; a name in .gz is compressed.',
  arguments: { query: { many: true, completes: 'query', summary: 'Only documents that match.' } },
  options: {
    output: {
      short: 'o',
      value: 'FILE',
      completes: 'file',
      summary: 'Write to this file.',
      defaultText: 'standard output',
    },
    ...viewOptions,
    ...queryOptions,
    quiet: outputOptions.quiet,
    ...storeOptions,
  },
  examples: [
    { asks: 'Keep the fleet as it was yesterday', line: 'mitra export --day yesterday --output yesterday.ndjson.gz' },
    {
      asks: 'Move a host’s history to another store',
      line: 'mitra export host.name:web1 --history | mitra import --store other.db',
    },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const request = { condition: question.condition, view: viewOf(options, io) }
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields(question.fields, options, store, io)
      const counter = { documents: 0 }
      const chunks = chunksOf(store, request, counter, options, io)
      if (options.output === undefined || options.output === '-')
        for await (const chunk of chunks) await io.stdout.write(chunk)
      else await writeFile(options.output, chunks)
      if (options.output !== undefined && !options.quiet)
        await io.stderr.write(`${counted(counter.documents, 'document')} written\n`)
      return counter.documents > 0 ? 0 : 1
    })
  },
})

async function* chunksOf(
  store: Store,
  request: SearchRequest,
  counter: { documents: number },
  options: { quiet: boolean; output: string | undefined },
  io: Io,
): AsyncGenerator<string> {
  const progress = createProgress(io, options)
  let chunk = ''
  try {
    for await (const document of store.search(request)) {
      counter.documents++
      chunk += jsonLine(document)
      if (chunk.length < chunkCharacters) continue
      io.signal.throwIfAborted()
      if (!io.stdout.isTerminal || options.output !== undefined)
        progress.update(`${grouped(counter.documents)} documents`)
      yield chunk
      chunk = ''
    }
    if (chunk !== '') yield chunk
  } finally {
    progress.clear()
  }
}

/** Whole or not at all; a pipe or a device is written to as it is, for it must stay what it is. */
async function writeFile(name: string, chunks: AsyncIterable<string>): Promise<void> {
  let temporary: string | undefined
  try {
    const special = statSync(name, { throwIfNoEntry: false })?.isFile() === false
    // where a link leads, that the link stays one
    const file = special || !existsSync(name) ? name : realpathSync(name)
    if (!special) temporary = `${file}.${process.pid}.tmp`
    const target = createWriteStream(temporary ?? file, special ? {} : { mode: 0o600, flush: true })
    if (name.endsWith('.gz')) await pipeline(Readable.from(chunks), createGzip(), target)
    else await pipeline(Readable.from(chunks), target)
    if (temporary !== undefined) await rename(temporary, file)
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { force: true })
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new ActionableError(`failed to write "${name}": ${reasonOf(error)}`, {
      next: 'name a file in a folder that exists, that this user may write and that has room',
      cause: error,
    })
  }
}
