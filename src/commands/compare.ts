// `mitra compare`: sources of a host at several times, side by side.
import { ActionableError } from '../errors.ts'
import type { ComparedField, ComparedPath, Sample } from '../history/compare.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import { harmless } from '../terminal/harmless.ts'
import type { Io } from '../terminal/io.ts'
import { localTime } from '../terminal/time.ts'
import { defineCommand } from './command.ts'
import { comparisonScreen } from './compare-screen.ts'
import { withStore } from './configured.ts'
import { type Column, chosenColumns, formOf, type ListOptions, paintOf, sayLimit, writeList } from './listing.ts'
import { durationOf, momentUpTo } from './moment.ts'
import { absence, hostNamed } from './named-source.ts'
import { hostArgument, listOptions, outputOptions, storeOptions } from './options.ts'

/** Three sources fit a screen. */
const limitAtTerminal = 12
const mostTimes = 500

export const compare = defineCommand({
  description:
    'Shows the fields of one or more sources of a host at several times: of each time the newest sample at or before it, whose own time stands under it. A counter is shown by how much it went up since the column before, and `reset` where it began anew. What did not move is left out.\n\n' +
    'The biggest moves come first. The score, from 0 to 1, is the largest figure less the smallest, over the largest plus a hundredth of the widest such span among levels of the same unit at that path. The figures of a counter are its rates per second: its average from the boot to the first sample, then from sample to sample; to the largest comes 1. A text that changed scores 1.\n\n' +
    'A terminal gets a column for each time; a pipe, --json, --csv and --fields get a row for each field and time, with figures as they are stored.',
  arguments: {
    host: hostArgument,
    path: {
      required: true,
      many: true,
      summary: 'Paths of sources, such as /proc/meminfo or `netstat -s`, below one another.',
    },
  },
  options: {
    at: { value: 'TIME', many: true, summary: 'A time to show: ISO 8601, `now-2h`, or a day, which means its end.' },
    before: { value: 'TIME', summary: 'First of the times that --step takes.' },
    after: { value: 'TIME', summary: 'Last of the times that --step takes.' },
    step: { value: 'DURATION', summary: 'A time each so often from --before to --after, such as 5s or 1h.' },
    match: { value: 'REGEX', summary: 'Only fields in whose names this is found, such as `Cached|Free|Anon`.' },
    all: { summary: 'Show also what did not move.' },
    ...listOptions,
    limit: {
      value: 'N',
      number: true,
      summary: 'At most so many fields of a source; 0 for all.',
      defaultText: `${limitAtTerminal} at a terminal, else all`,
    },
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    {
      asks: 'Where did the memory go',
      line: 'mitra compare web1 /proc/meminfo /proc/zoneinfo --at now-1h --at now-10m --at now',
    },
    {
      asks: 'Second by second, only some fields',
      line: "mitra compare . /proc/meminfo --before now-1m --after now --step 5s --match 'Cached|Free|Anon'",
    },
  ],
  async run(input, io) {
    const { options } = input
    const times = timesOf(options, io)
    const match = options.match === undefined ? undefined : expressionOf(options.match)
    const host = await hostNamed(input.arguments.host, options, io)
    const [{ compare: compareAt }, { catalogue }] = await Promise.all([
      import('../history/compare.ts'),
      import('./declared-fields.ts'),
    ])
    return withStore(options, io, 'read', async (store) => {
      const paths = input.arguments.path
      const compared = await compareAt(store, { host, paths, times, ...(match && { match }), catalogue })
      const limit = limitOf(options, io)
      const found = compared.map((each) => ({ ...each, fields: each.fields.filter((row) => options.all || row.moved) }))
      const shown = found.map((each) => ({ ...each, fields: each.fields.slice(0, limit) }))
      await write(host, shown, options, io)
      for (const each of compared) await sayWhatIsMissing(host, each, options, store, io)
      await sayLimit(fieldCount(shown), fieldCount(found), options, io)
      return fieldCount(found) > 0 ? 0 : 1
    })
  },
})

interface TimeOptions {
  at: readonly string[]
  before: string | undefined
  after: string | undefined
  step: string | undefined
}

function timesOf({ at, before, after, step }: TimeOptions, io: Io): number[] {
  const times = at.map((text) => momentUpTo(text, '--at', io))
  if (before !== undefined || after !== undefined || step !== undefined) {
    if (before === undefined || after === undefined || step === undefined)
      throw new ActionableError('--before, --after and --step belong together')
    times.push(
      ...steps(momentUpTo(before, '--before', io), momentUpTo(after, '--after', io), durationOf(step, '--step')),
    )
  }
  if (new Set(times).size < 2)
    throw new ActionableError('nothing to compare with fewer than two times', {
      next: 'give --at twice or more, or --before, --after and --step',
    })
  return times
}

function steps(first: number, last: number, step: number): number[] {
  if (first > last) throw new ActionableError('--before is later than --after')
  if (step === 0 || (last - first) / step >= mostTimes)
    throw new ActionableError(`--step makes more than ${mostTimes} times`, { next: 'take a longer step' })
  const times: number[] = []
  for (let time = first; time < last; time += step) times.push(time)
  return [...times, last]
}

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(text, 'v')
  } catch (cause) {
    throw new ActionableError(`--match: ${JSON.stringify(text)} is no regular expression`, {
      next: 'escape what is meant as it stands with a backslash',
      cause,
    })
  }
}

function limitOf(options: ListOptions, io: Io): number | undefined {
  if (options.limit !== undefined) return options.limit === 0 ? undefined : options.limit
  return formOf(options, io) === 'table' ? limitAtTerminal : undefined
}

function fieldCount(compared: readonly ComparedPath[]): number {
  return compared.reduce((sum, { fields }) => sum + fields.length, 0)
}

async function write(host: string, compared: readonly ComparedPath[], options: ListOptions, io: Io): Promise<void> {
  const chosen = chosenColumns(columns, options)
  if (formOf(options, io) !== 'table' || options.fields !== undefined) {
    await writeList(rowsOf(compared), chosen, options, io)
    return
  }
  const screen = { width: io.stdout.columns, paint: paintOf(options, io) }
  await io.stdout.write(comparisonScreen(host, compared, screen))
}

interface Row extends Sample {
  path: string
  field: ComparedField
  value: FieldValue | undefined
  change: number | undefined
  reset: boolean | undefined
}

function* rowsOf(compared: readonly ComparedPath[]): Iterable<Row> {
  for (const { path, samples, fields } of compared)
    for (const field of fields)
      for (const [index, sample] of samples.entries())
        yield {
          ...sample,
          path,
          field,
          value: field.values[index],
          change: field.changes[index],
          reset: field.resets[index],
        }
}

const columns: readonly Column<Row>[] = [
  { name: 'path', kind: 'text', value: (row) => row.path },
  { name: 'field', kind: 'text', value: (row) => row.field.field, style: 'bold' },
  { name: 'kind', kind: 'text', value: (row) => row.field.kind },
  { name: 'unit', kind: 'text', value: (row) => row.field.unit },
  { name: 'score', kind: 'number', value: (row) => Math.round(row.field.score * 10_000) / 10_000 },
  { name: 'asked', kind: 'time', value: (row) => row.asked },
  { name: 'at', kind: 'time', milliseconds: true, value: (row) => row.at },
  { name: 'status', kind: 'text', value: (row) => row.status },
  { name: 'value', kind: 'text', value: (row) => row.value },
  { name: 'change', kind: 'text', value: (row) => row.change },
  { name: 'reset', kind: 'flag', value: (row) => row.reset },
]

/** On stderr: what kept a source out of the comparison, and what to use instead. */
async function sayWhatIsMissing(
  host: string,
  { path, samples, fields }: ComparedPath,
  options: { all: boolean; quiet: boolean; match: string | undefined },
  store: Store,
  io: Io,
): Promise<void> {
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`)
  for (const { asked, error } of samples)
    if (error !== undefined && !options.quiet) await say(`${path} at ${localTime(asked)}: ${error}`)
  if (samples.every(({ status }) => status === 'none'))
    return say(await absence(store, host, path, samples.at(-1)?.asked))
  if (fields.length === 0 && options.match !== undefined) return say(`no field of ${path} matches ${options.match}`)
  if (fields.length === 0)
    return say(`"${path}" has no figures to compare: \`mitra diff\` and \`mitra history\` show what its text says`)
  if (fields.some(({ moved }) => moved) || options.all || options.quiet) return
  await say(`nothing of ${path} moved between these times; --all shows it`)
}
