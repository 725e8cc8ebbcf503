// `mitra hosts`: which hosts have something, do not have something, or are silent.

import type { HostRow } from '../store/store.ts'
import { jsonLine } from '../terminal/ndjson.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { sayCoverage, silentAfter, silentBefore } from './coverage.ts'
import { type Column, chosenColumns, formOf, limitOf, sayLimit, writeList } from './listing.ts'
import { durationOf, viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, universeOption, viewOptions } from './options.ts'
import { readQuestion } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

const columns: readonly Column<HostRow>[] = [
  { name: 'host', kind: 'text', value: (row) => row.name, style: 'bold' },
  { name: 'seen', kind: 'time', value: (row) => row.seen },
  { name: 'silent', kind: 'flag', value: (row) => row.silent },
]

export const hosts = defineCommand({
  description:
    'A host is found when some document of it matches QUERY and each --all, and no document of it matches a --without. Without any of them every known host is listed.\n\n' +
    'With --json the last line holds, under `coverage`, whom the answer speaks of: hosts asked, matched, not matched, silent, without the source asked for, and in error. ' +
    'With --silent the exit status is made for monitoring: 0 when no host is silent, 2 and the list when some are.',
  arguments: { query: { many: true, completes: 'query', summary: 'What some document of the host must match.' } },
  options: {
    all: {
      value: 'QUERY',
      many: true,
      completes: 'query',
      summary: 'What some other document of the host must match too.',
    },
    without: { value: 'QUERY', many: true, completes: 'query', summary: 'What no document of the host may match.' },
    ...universeOption,
    silent: { value: 'DURATION', summary: 'List only hosts last seen longer ago, such as 30m, 1h or 2d.' },
    count: { summary: 'Print only how many.' },
    ...viewOptions,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Which hosts use ext4', line: "mitra hosts 'filename:/etc/fstab AND content:ext4'" },
    { asks: 'Which hosts do not have zsh', line: 'mitra hosts --without package.name:zsh' },
    { asks: 'How many hosts run a 4.4 kernel', line: "mitra hosts --count 'host.os.kernel:4.4*'" },
    { asks: 'Which hosts have been silent for an hour', line: 'mitra hosts --silent 1h' },
  ],
  async run(input, io) {
    const { options } = input
    const query = input.arguments.query.join(' ')
    const texts = { all: query.trim() === '' ? options.all : [query, ...options.all], without: options.without }
    const read = (text: string) => readQuestion(text, options, io)
    const all = await Promise.all(texts.all.map(read))
    const without = await Promise.all(texts.without.map(read))
    const universe = options.universe === undefined ? undefined : await read(options.universe)
    const silence = options.silent === undefined ? silentAfter : durationOf(options.silent, '--silent')
    const shownColumns = chosenColumns(columns, options)
    const view = viewOf(options, io)
    return withStore(options, io, 'read', async (store) => {
      const questions = [...all, ...without, ...(universe ? [universe] : [])]
      await sayUnknownFields(
        questions.flatMap(({ fields }) => fields),
        options,
        store,
        io,
      )
      const answer = await store.hosts({
        all: all.map(({ condition }) => condition),
        without: without.map(({ condition }) => condition),
        ...(universe && { universe: universe.condition }),
        view,
        silentBefore: silentBefore(view, io, silence),
      })
      const found = options.silent === undefined ? answer.hosts : answer.hosts.filter((host) => host.silent)
      const form = formOf(options, io)
      if (options.count)
        await io.stdout.write(
          form === 'json' ? jsonLine({ count: found.length, coverage: answer.coverage }) : `${found.length}\n`,
        )
      else {
        const limit = limitOf(options, io) ?? found.length
        const shown = await writeList(found.slice(0, limit), shownColumns, options, io)
        if (form === 'json') await io.stdout.write(jsonLine({ coverage: answer.coverage }))
        await sayLimit(shown, found.length, options, io)
      }
      const isEmpty = answer.coverage.asked === 0 && view.kind === 'latest' && !universe
      if (!isEmpty) await sayCoverage(answer.coverage, options, io, silence)
      else if (!options.quiet)
        await io.stderr.write('the store knows no host yet; `mitra index` takes a first snapshot of this one\n')
      if (options.silent !== undefined) return silentStatus(found.length, answer.coverage.asked)
      return found.length > 0 ? 0 : 1
    })
  },
})

/** A fleet nobody has heard of is no quiet fleet. */
function silentStatus(silent: number, asked: number): number {
  if (asked === 0) return 1
  return silent > 0 ? 2 : 0
}
