// `mitra values`: the distribution of a field over the fleet.
import { ActionableError } from '../errors.ts'
import type { ValueRow } from '../store/store.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import { type Column, chosenColumns, formOf, limitOf, sayLimit, writeList } from './listing.ts'
import { viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, viewOptions } from './options.ts'
import { readQuestion, storedName } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const values = defineCommand({
  description:
    'Lists each value that FIELD has in the documents that match, with the number of hosts that have it, their share of the hosts that have the field, and up to three of them.\n\n' +
    'With --json the last line holds, under `coverage`, whom the answer speaks of.',
  arguments: {
    field: { required: true, completes: 'field', summary: 'Name of a field; `mitra fields` lists them.' },
    query: { many: true, completes: 'query', summary: 'Count only documents that match.' },
  },
  options: {
    outliers: { summary: 'Rarest values first.' },
    ...viewOptions,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What is vm.swappiness across the fleet', line: 'mitra values sysctl.vm.swappiness filename:/proc/sys' },
    { asks: 'Which kernels are rare', line: 'mitra values host.os.kernel --outliers' },
  ],
  async run(input, io) {
    const { options } = input
    const field = await storedName(input.arguments.field)
    if (field === 'content')
      throw new ActionableError('"content" is the text of a document and has no values to count', {
        next: '`mitra search` finds words in it; `mitra fields` lists what has values, file.hash.sha256 tells texts apart',
      })
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const view = viewOf(options, io)
    return withStore(options, io, 'read', async (store) => {
      await sayUnknownFields([...question.fields, field], options, store, io)
      const answer = await store.values(field, {
        condition: question.condition,
        view,
        silentBefore: silentBefore(view, io),
      })
      const rows = options.outliers ? answer.values.toReversed() : answer.values
      const limit = limitOf(options, io) ?? rows.length
      const columns = chosenColumns(columnsOver(answer.coverage.matched), options)
      const shown = await writeList(rows.slice(0, limit), columns, options, io)
      if (formOf(options, io) === 'json') await io.stdout.write(jsonLine({ coverage: answer.coverage }))
      await sayLimit(shown, rows.length, options, io)
      await sayCoverage(answer.coverage, options, io)
      return rows.length > 0 ? 0 : 1
    })
  },
})

function columnsOver(hosts: number): readonly Column<ValueRow>[] {
  return [
    { name: 'value', kind: 'text', value: (row) => row.value, style: 'bold' },
    { name: 'hosts', kind: 'number', value: (row) => row.hosts },
    { name: 'share', kind: 'share', value: (row) => (hosts === 0 ? 0 : row.hosts / hosts) },
    { name: 'documents', kind: 'number', value: (row) => row.documents },
    { name: 'examples', kind: 'text', value: (row) => row.examples, style: 'dim' },
  ]
}
