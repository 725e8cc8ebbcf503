// `mitra values`: the distribution of a field over the fleet.
import { ActionableError } from '../errors.ts'
import { type Statistics, statisticsOf } from '../history/statistics.ts'
import type { Unit } from '../snapshot/field.ts'
import type { ValueRow } from '../store/store.ts'
import { figure } from '../terminal/figure.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { counted } from '../terminal/units.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentBefore } from './coverage.ts'
import { type Column, chosenColumns, formOf, limitOf, sayLimit, writeList } from './listing.ts'
import { viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, viewOptions } from './options.ts'
import { oneField, readQuestion, storedName } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'
import { writeValuesByDay } from './values-by-day.ts'

export const values = defineCommand({
  description:
    'Lists each value that FIELD has in the documents that match, with the number of hosts that have it, their share of the hosts that have the field, and up to three of them.\n\n' +
    'Of numbers a terminal sees below least, quantiles, largest and mean over hosts, each number counted once for each host that has it; a quantile is a number that some host has (nearest rank). With --json the last line holds them, exact, under `statistics`, and under `coverage` whom the answer speaks of.\n\n' +
    'With --over-time a row for each UTC day says, of the last states of that day: the hosts that have the field, of how many asked, how many distinct values, the value most hosts have and their share (`tied` where another has as many), and least, median and largest number.',
  arguments: {
    field: { required: true, completes: 'field', summary: 'Name of a field; `mitra fields` lists them.' },
    query: { many: true, completes: 'query', summary: 'Count only documents that match.' },
  },
  options: {
    outliers: { summary: 'Rarest values first.' },
    'over-time': {
      value: 'UNIT',
      choices: ['day'],
      summary: 'How the values moved from day to day, between --from and --to; a week where these are not given.',
    },
    ...viewOptions,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'What is vm.swappiness across the fleet', line: 'mitra values sysctl.vm.swappiness filename:/proc/sys' },
    { asks: 'Which kernels are rare', line: 'mitra values host.os.kernel --outliers' },
    {
      asks: 'How a kernel spread in a month',
      line: 'mitra values host.os.kernel --over-time day --from now-30d',
    },
  ],
  async run(input, io) {
    const { options } = input
    const field = await storedName(oneField(input.arguments.field))
    if (field === 'content')
      throw new ActionableError('"content" is the text of a document and has no values to count', {
        next: '`mitra search` finds words in it; `mitra fields` lists what has values, file.hash.sha256 tells texts apart',
      })
    const question = await readQuestion(input.arguments.query.join(' '), options, io)
    const view = viewOf(options, io)
    if (options['over-time'] !== undefined) return writeValuesByDay(field, question, options, io)
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
      const statistics = statisticsOf(answer.values)
      const form = formOf(options, io)
      if (form === 'json')
        await io.stdout.write(jsonLine({ coverage: answer.coverage, ...(statistics && { statistics }) }))
      if (form === 'table' && statistics && answer.values.length > 1)
        await io.stdout.write(`${statisticsLine(statistics, await unitOf(field))}\n`)
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
    { name: 'examples', kind: 'text', value: (row) => row.examples, style: 'dim', cut: 'first' },
  ]
}

/** `min 128  p5 128  p50 4,096  …`, in the unit of the field. */
function statisticsLine({ count, left_out, ...figures }: Statistics, unit: Unit | undefined): string {
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${figure(value, amountOf(value, unit))}`)
  const rest =
    left_out === 0 ? '' : `  (without ${counted(left_out, 'value that is no number', 'values that are no numbers')})`
  return `${texts.join('  ')}${rest}`
}

/** A setting, which has no unit, is shown as it is; a mean of settings has a fraction nobody set. */
function amountOf(value: number, unit: Unit | undefined): Unit | undefined {
  return unit === undefined && !Number.isInteger(value) ? 'count' : unit
}

async function unitOf(field: string): Promise<Unit | undefined> {
  return (await import('./declared-fields.ts')).declaredField(field)?.unit
}
