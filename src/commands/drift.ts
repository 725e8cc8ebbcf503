// `mitra drift`: who differs from the others, or from the own configuration.
import { ActionableError } from '../errors.ts'
import type { Subject } from '../history/drift.ts'
import { peerFields } from '../history/groups.ts'
import { defineCommand } from './command.ts'
import { withStore } from './configured.ts'
import { type Asked, listDeviants, listEffective, listRarities } from './drift-lists.ts'
import { viewOf } from './moment.ts'
import { listOptions, outputOptions, queryOptions, storeOptions, universeOption, viewOptions } from './options.ts'
import { oneField, readQuestion, storedName } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

export const drift = defineCommand({
  description:
    'Of a field or a file (by its hash): the value most hosts hold, and each host that holds another. A field of sysctl is compared as it is in effect, at /proc/sys, unless QUERY names a path. Where two values are held by equally many there is no majority, which is said, and every host is listed.\n\n' +
    'Without FIELD, or with a family such as `sysctl.net.*`, everything of a kind is compared, and the most suspicious values come first. The score is the lead of the majority over a value, as a share of the hosts: (hosts of the majority - hosts of the value) / hosts. One host among 1,000 scores 99.8 %, either half of a fleet 0 %. What nearly every host has a value of its own for (four fifths as many values as hosts) is left out and counted.\n\n' +
    'With --effective each host is compared with its own sysctl.conf and sysctl.d, in the order in which `sysctl --system` reads them.\n\n' +
    'With --json the last line holds a summary: whom the answer speaks of under `coverage`, hosts that are alone in their group under `alone`.',
  arguments: {
    what: {
      completes: 'field',
      summary: 'Name of a field, a family of fields such as `sysctl.vm.*`, or path of a file.',
    },
    query: { many: true, completes: 'query', summary: 'Compare only documents that match.' },
  },
  options: {
    of: {
      value: 'KIND',
      choices: ['sysctls', 'packages', 'files'],
      summary: 'What to compare where no field or file is named.',
      defaultText: 'sysctls',
    },
    'group-by': {
      value: 'FIELD',
      many: true,
      completes: 'field',
      summary: 'Compare hosts only with those that have the same value of this field or label.',
    },
    peers: { summary: 'Compare hosts only with those of the same kernel and distribution.' },
    effective: { summary: 'Compare /proc/sys of each host with its own sysctl.conf and sysctl.d.' },
    ...universeOption,
    at: viewOptions.at,
    day: viewOptions.day,
    ...queryOptions,
    ...listOptions,
    ...outputOptions,
    ...storeOptions,
  },
  examples: [
    { asks: 'Who has another swappiness than the rest', line: 'mitra drift sysctl.vm.swappiness' },
    { asks: 'Whose resolver is not as everywhere', line: 'mitra drift /etc/resolv.conf --group-by labels.datacentre' },
    { asks: 'Which settings of single hosts look suspicious', line: 'mitra drift --peers' },
    { asks: 'Which package versions are rare', line: 'mitra drift --of packages --universe labels.role:web' },
    { asks: 'Where is the configuration not in effect', line: 'mitra drift --effective' },
  ],
  async run(input, io) {
    const { options } = input
    const { named, query } = await wordsOf(input.arguments.what, input.arguments.query)
    const question = await readQuestion(query, options, io)
    const universe = options.universe === undefined ? undefined : await readQuestion(options.universe, options, io)
    const view = viewOf({ ...options, from: undefined, to: undefined, history: false }, io)
    const asked: Asked = { condition: question.condition, universe: universe?.condition, view, io, options }
    const groupBy = await groupFields(options)
    const key = options.effective ? effectiveKey(named, asked, groupBy) : undefined
    if (options.of !== undefined && (named || options.effective))
      throw new ActionableError(`--of is for a comparison of everything, not with ${named ? 'WHAT' : '--effective'}`)
    const subject = named ?? everythingOf(options.of)
    const isRanking = !named || (named.kind === 'field' && named.field.endsWith('.*'))
    return withStore(options, io, 'read', async (store) => {
      const fields = [question, universe].flatMap((each) => each?.fields ?? [])
      if (subject.kind === 'field') fields.push(subject.field)
      await sayUnknownFields([...fields, ...groupBy], options, store, io)
      if (options.effective) return listEffective(store, key, asked)
      return (isRanking ? listRarities : listDeviants)(store, { subject, groupBy }, asked)
    })
  },
})

/** The first word names a field or a path, unless a query begins with it. */
async function wordsOf(first: string | undefined, rest: readonly string[]): Promise<{ named?: Named; query: string }> {
  if (first === undefined) return { query: '' }
  if (await isPath(first)) return { named: { kind: 'file', path: first }, query: rest.join(' ') }
  const isQuery = /[:()"*? ]/.test(first.replace(/\.\*$/, ''))
  if (isQuery) return { query: [first, ...rest].join(' ') }
  if (first === 'content')
    throw new ActionableError('"content" is the text of a document and is no value', {
      next: 'name the path of a file, whose texts are told apart by their hash',
    })
  return { named: { kind: 'field', field: await storedName(first) }, query: rest.join(' ') }
}

type Named = Extract<Subject, { kind: 'field' | 'file' }>

/** Some sources have no file, and a name without a slash: `packages`. */
async function isPath(what: string): Promise<boolean> {
  if (what.startsWith('/')) return true
  if (/[.:]/.test(what)) return false
  const { sources } = await import('../sources/index.ts')
  return sources.some(({ paths }) => paths.includes(what))
}

function everythingOf(kind = 'sysctls'): Subject {
  if (kind === 'sysctls') return { kind: 'field', field: 'sysctl.*' }
  return { kind: kind === 'packages' ? 'packages' : 'files' }
}

async function groupFields(options: { peers: boolean; 'group-by': readonly string[] }): Promise<string[]> {
  const named = await Promise.all(options['group-by'].map((field) => storedName(oneField(field))))
  if (options.peers && named.length > 0) throw new ActionableError('--peers and --group-by exclude each other')
  return options.peers ? [...peerFields] : named
}

/** The one setting asked for, without `sysctl.`; undefined for all. */
function effectiveKey(named: Named | undefined, { condition }: Asked, groupBy: readonly string[]): string | undefined {
  if (groupBy.length > 0) throw new ActionableError('--effective compares a host with itself, in no group')
  if (condition.kind !== 'all')
    throw new ActionableError('--effective reads all of the configuration, so it takes no QUERY', {
      next: '--universe chooses hosts',
    })
  if (!named) return undefined
  const field = named.kind === 'field' ? named.field : named.path
  if (!field.startsWith('sysctl.') || field.endsWith('*'))
    throw new ActionableError(`--effective compares settings, and "${field}" is none`, {
      next: 'name one as sysctl.vm.swappiness, or none for all',
    })
  return field.slice('sysctl.'.length)
}
