// `mitra import`: documents of other hosts, or of another store, into this one.
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ActionableError, messageOf } from '../errors.ts'
import { reasonOf } from '../host/system-error.ts'
import type { Document } from '../snapshot/document.ts'
import type { Format } from '../sources/source.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { createProgress, type Progress } from '../terminal/progress.ts'
import { counted, duration, grouped } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { configurationOf, type StoreOptions, withStore } from './configured.ts'
import { importedDocument } from './imported-document.ts'
import { type Line, lineGroups } from './lines.ts'
import { outputOptions, storeOptions } from './options.ts'

const batchDocuments = 1000
const batchCharacters = 8_000_000
/** Broken lines named one by one with --skip-errors; the rest is counted. */
const namedErrors = 10

export const importDocuments = defineCommand({
  description:
    'Stores documents, one JSON object a line: those of `mitra export`, or minimal ones with `@timestamp`, `host.name`, `file.path` and `content`, under dotted names or as nested objects. ' +
    'Whatever else follows from the path and the text is added: size, hash, typed fields. The newest by time ends up as the latest state, whatever the order.\n\n' +
    'Documents are stored in batches of a thousand. A broken line ends the import with its file, number and reason, and nothing of its batch is stored; importing the same lines again changes nothing.',
  arguments: {
    files: {
      many: true,
      completes: 'file',
      summary: 'Files to read, a name in .gz compressed; `-` or none for standard input.',
    },
  },
  options: {
    'skip-errors': { summary: 'Go on after a broken line, and count them.' },
    json: { summary: 'The report as one JSON object.' },
    quiet: outputOptions.quiet,
    ...storeOptions,
  },
  examples: [
    { asks: 'Store what another host exported', line: 'ssh web1 mitra export | mitra import' },
    {
      asks: 'Store one text as the /etc/motd of a host',
      line: `echo '{"@timestamp":"2026-11-21T03:00:00Z","host.name":"web1","file.path":"/etc/motd","content":"hello"}' | mitra import`,
    },
  ],
  signals: 'graceful',
  async run(input, io) {
    const { options } = input
    const files = input.arguments.files.length === 0 ? ['-'] : input.arguments.files
    const progress = createProgress(io, options)
    const formats = await configuredFormatsOf(options, io)
    const report = await withStore(options, io, 'write', async (store) => {
      const run = new Import(store, formats, options['skip-errors'], io, progress)
      // a batch takes Elasticsearch seconds
      const timer = setInterval(() => run.isStoring && run.tell(), 1000)
      try {
        for (const file of files) await run.read(file)
        return await run.finish()
      } finally {
        clearInterval(timer)
        progress.clear()
      }
    })
    await io.stdout.write(options.json ? jsonLine(report) : reportLine(report))
    return 0
  },
})

/** How the configuration has texts understood; a store that is named needs none. */
async function configuredFormatsOf(options: StoreOptions, io: Io): Promise<Format[]> {
  if (options.store !== undefined && options.config === undefined) return []
  const [{ parsedFiles }, { configuredFormats }] = await Promise.all([
    import('../config/agent-plan.ts'),
    import('../sources/config-formats.ts'),
  ])
  return configuredFormats(parsedFiles(await configurationOf(options, io)))
}

interface ImportReport {
  stored: number
  unchanged: number
  skipped: number
  duration_ms: number
}

function reportLine({ stored, unchanged, skipped, duration_ms }: ImportReport): string {
  const parts = [`${counted(stored, 'document')} stored`]
  if (unchanged > 0) parts.push(`${grouped(unchanged)} unchanged`)
  if (skipped > 0) parts.push(`${counted(skipped, 'broken line')} skipped`)
  const rate = duration_ms > 0 ? `, ${grouped(Math.round(((stored + unchanged) / duration_ms) * 1000))} a second` : ''
  return `${parts.join(', ')} in ${duration(duration_ms)}${rate}\n`
}

/** One run over all files: the batch in hand, and what became of the ones before. */
class Import {
  readonly #store: Store
  readonly #formats: readonly Format[]
  readonly #skipErrors: boolean
  readonly #io: Io
  readonly #progress: Progress
  readonly #started: number
  readonly #totals = { stored: 0, unchanged: 0, skipped: 0 }
  #batch: { document: Document; file: string; line: number }[] = []
  #characters = 0
  isStoring = false

  constructor(store: Store, formats: readonly Format[], skipErrors: boolean, io: Io, progress: Progress) {
    this.#store = store
    this.#formats = formats
    this.#skipErrors = skipErrors
    this.#io = io
    this.#progress = progress
    this.#started = io.now()
  }

  async read(file: string): Promise<void> {
    const name = file === '-' ? '(standard input)' : file
    for await (const lines of readLines(file, name, this.#io)) {
      for (const line of lines) {
        await this.#take(line, name)
        if (this.#batch.length >= batchDocuments || this.#characters >= batchCharacters) await this.#storeBatch()
      }
    }
  }

  async finish(): Promise<ImportReport> {
    await this.#storeBatch()
    return { ...this.#totals, duration_ms: this.#io.now() - this.#started }
  }

  /** Says at a terminal how far it is. */
  tell(): void {
    const { stored, unchanged } = this.#totals
    this.#progress.update(`${counted(stored + unchanged, 'document')}, ${duration(this.#io.now() - this.#started)}`)
  }

  async #take({ text, number }: Line, file: string): Promise<void> {
    if (text !== undefined && text.trim() === '') return
    try {
      this.#batch.push({ document: parsed(text, this.#formats), file, line: number })
      this.#characters += text?.length ?? 0
    } catch (error) {
      await this.#broken(file, number, messageOf(error))
    }
  }

  async #storeBatch(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#characters = 0
    if (batch.length === 0) return
    this.isStoring = true
    const outcomes = await this.#store.write(batch.map(({ document }) => document))
    this.isStoring = false
    const rejected: { file: string; line: number; reason: string }[] = []
    outcomes.forEach((outcome, index) => {
      const source = batch[index]
      if (outcome.status === 'rejected')
        rejected.push({ file: source?.file ?? '', line: source?.line ?? 0, reason: outcome.reason })
      else this.#totals[outcome.status]++
    })
    for (const { file, line, reason } of rejected) await this.#broken(file, line, reason)
    this.tell()
    this.#io.signal.throwIfAborted()
  }

  async #broken(file: string, line: number, reason: string): Promise<void> {
    const place = `${file}:${line}: ${reason}`
    if (!this.#skipErrors) {
      const { stored, unchanged } = this.#totals
      throw new ActionableError(place, {
        next: `${counted(stored + unchanged, 'document')} before it ${stored + unchanged === 1 ? 'is' : 'are'} stored; correct the line and import again, or go on with --skip-errors`,
      })
    }
    this.#totals.skipped++
    this.#progress.clear()
    if (this.#totals.skipped <= namedErrors) await this.#io.stderr.write(`${harmless(place)}\n`)
    if (this.#totals.skipped === namedErrors) await this.#io.stderr.write('further broken lines are counted only\n')
  }
}

function parsed(text: string | undefined, formats: readonly Format[]): Document {
  if (text === undefined) throw new Error('not UTF-8 text')
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch (cause) {
    throw new Error(`not JSON: ${messageOf(cause)}`, { cause })
  }
  return importedDocument(value, formats)
}

async function* readLines(file: string, name: string, io: Io): AsyncGenerator<Line[]> {
  const bytes = file === '-' ? io.stdin : fileBytes(file)
  try {
    yield* lineGroups(untilAborted(bytes, io.signal))
  } catch (cause) {
    io.signal.throwIfAborted()
    throw new ActionableError(`failed to read "${name}": ${reasonOf(cause)}`, {
      next: 'name an NDJSON file that this user may read, one ending in .gz if it is compressed, or - for standard input',
      cause,
    })
  }
}

/** The same bytes; an abort does not wait for the next of them, which may never come. */
async function* untilAborted(
  bytes: AsyncIterable<Uint8Array> & { destroy?(): unknown },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted()
  // a race against one promise of the whole run would hold every chunk until its end
  let abandon: (reason: unknown) => void = () => {}
  const abort = () => {
    abandon(signal.reason)
    // What is still open would keep the process alive.
    bytes.destroy?.()
  }
  signal.addEventListener('abort', abort, { once: true })
  const iterator = bytes[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        abandon = reject
        iterator.next().then(resolve, reject)
        if (signal.aborted) reject(signal.reason)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    if (!signal.aborted) await iterator.return?.()
  }
}

function fileBytes(file: string): AsyncIterable<Uint8Array> {
  const bytes = createReadStream(file, { highWaterMark: 1024 * 1024 })
  // The gunzip stream gets the errors of either; the callback has nothing to add.
  return file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes
}
