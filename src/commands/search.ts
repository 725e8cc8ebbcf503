// `mitra search`: documents and the lines in them that match.
import type { Document } from '../snapshot/document.ts'
import type { SearchRequest, Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import { formOf, type ListOptions, limitOf, paintOf, sayLimit, writeList } from './listing.ts'
import { grepLines, renderDocument } from './matched-document.ts'
import { viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, viewOptions } from './options.ts'
import { type Question, readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const search = defineCommand({
  description:
    'Finds documents with a query in Lucene syntax: words, "phrases", field:value, wild*cards, /regular expressions/, ranges such as file.size:>4096, AND, OR, NOT, brackets. ' +
    'Several words are joined to one query. The newest state of every host is asked, unless a time, a day, a range or --history is given.\n\n' +
    'A terminal shows host, path and time of each document, then the fields the query names and the first lines that match. ' +
    'A pipe gets one line each, as grep prints them: host:path:line: text, or host:path:field: value, or just host:path; ' +
    'with --at, --day, --from and --history the path is followed by @ and the time. --json gives whole documents, --fields a table of just these fields.',
  arguments: { query: { required: true, many: true, completes: 'query', summary: 'What is looked for.' } },
  options: { ...viewOptions, ...queryOptions, ...listOptions, ...outputOptions, ...storeOptions },
  examples: [
    { asks: 'Where is somaxconn set, and where is it in effect', line: 'mitra search somaxconn' },
    {
      asks: 'Which hosts have the old default',
      line: 'mitra search sysctl.net.core.somaxconn:128 --fields host.name,file.path',
    },
    { asks: 'Who has a large /etc/hosts', line: "mitra search 'filename:/etc/hosts AND size:>4096'" },
    { asks: 'What did fstab say yesterday', line: 'mitra search filename:/etc/fstab --day yesterday --json' },
  ],
  async run(input, io) {
    const { options } = input
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const view = viewOf(options, io)
    const limit = limitOf(options, io)
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields(question.fields, options, store, io)
      const request: SearchRequest = { condition: question.condition, view, ...(limit !== undefined && { limit }) }
      const shown = await writeDocuments(store, request, question, options, io)
      if (shown === limit)
        await sayLimit(shown, await store.count({ condition: question.condition, view }), options, io)
      if (!options.quiet && io.stdout.isTerminal && io.stderr.isTerminal) await sayFleet(store, request, options, io)
      return shown > 0 ? 0 : 1
    })
  },
})

/** Writes what is found in the form asked for; returns how many documents that were. */
async function writeDocuments(
  store: Store,
  request: SearchRequest,
  question: Question,
  options: ListOptions,
  io: Io,
): Promise<number> {
  const form = formOf(options, io)
  if (options.fields !== undefined || form === 'csv') {
    const { documentColumns } = await import('./document-columns.ts')
    const columns = await documentColumns(options, store, io)
    const withoutContent = columns.every((column) => column.name !== 'content')
    return writeList(
      store.search({ ...request, withoutContent, fields: columns.map((column) => column.name) }),
      columns,
      options,
      io,
    )
  }
  const render = rendererOf(request, question, options, io)
  let count = 0
  for await (const document of store.search(request)) {
    count++
    await io.stdout.write(render(document))
  }
  return count
}

function rendererOf(
  { view }: SearchRequest,
  question: Question,
  options: ListOptions,
  io: Io,
): (document: Document) => string {
  const paint = paintOf(options, io)
  const width = io.stdout.columns
  switch (formOf(options, io)) {
    case 'table':
      return (document) => renderDocument(document, question, { paint, width, milliseconds: view.kind === 'history' })
    case 'lines':
      return (document) => grepLines(document, question, { paint, withTime: view.kind !== 'latest' })
    default:
      return jsonLine
  }
}

/** On a fleet of more than one host, whom the answer covers. */
async function sayFleet(store: Store, { condition, view }: SearchRequest, options: ListOptions, io: Io): Promise<void> {
  const { coverage } = await store.hosts({ all: [condition], without: [], view, silentBefore: silentBefore(view, io) })
  if (coverage.asked > 1) await sayCoverage(coverage, options, io)
}
