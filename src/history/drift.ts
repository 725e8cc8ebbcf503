// Who differs: one field, one file, or everything of a kind, over all hosts or within groups of them.
import { parsePackageLines } from '../parsers/package.ts'
import type { Condition } from '../query/ast.ts'
import { pathsNamed } from '../query/named.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Coverage, HostRow, Selected, Store, View } from '../store/store.ts'
import { groupingBy } from './groups.ts'
import { type Split, Tally } from './tally.ts'

/** What is compared between hosts. */
export type Subject =
  /** A field at each path it is found at; with a trailing `.*`, each field that begins so. Of `sysctl.*`, what is in effect. */
  | { kind: 'field'; field: string }
  /** The text of one file, by its hash; a file removed is one too. */
  | { kind: 'file'; path: string }
  | { kind: 'files' }
  /** Versions of each package; not to have it is one too. */
  | { kind: 'packages' }

export interface DriftRequest {
  subject: Subject
  /** Only documents that match. */
  condition: Condition
  /** Only hosts with a document that matches. */
  universe?: Condition
  view: View
  /** Compare only hosts with equal values of these fields. */
  groupBy?: readonly string[]
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent. */
  silentBefore: number
  /** Names kept of the hosts of one value; all when absent. */
  names?: number
}

export interface DriftAnswer {
  splits: Split[]
  /** Hosts that are the only one of their group: nobody to differ from. */
  alone: string[]
  /** Hosts without the fields to group by: compared with nobody. */
  ungrouped: string[]
  /** `matched`: hosts with something to compare. */
  coverage: Coverage
}

/** What a removed file holds. */
export const removed = 'removed'
export const packagesPath = 'packages'
export const settingsPath = '/proc/sys'

/** How every value is spread over the hosts that were asked. */
export async function drift(store: Store, request: DriftRequest): Promise<DriftAnswer> {
  const { subject, view, universe, silentBefore, groupBy = [], names = Number.POSITIVE_INFINITY } = request
  const reading = readingOf(subject, request.condition)
  const condition = allOf([request.condition, reading.condition])
  const answer = await store.hosts({
    all: [condition],
    without: [],
    ...(universe && { universe }),
    view,
    silentBefore,
  })
  const wanted = universe && namesOf(answer.hosts)
  const groupOf = groupBy.length > 0 ? await groupingBy(store, groupBy, view) : undefined
  const tally = new Tally({ names, absence: subject.kind === 'packages' })
  const ungrouped = new Set<string>()
  const fields = [...reading.fields, ...groupBy]
  for await (const document of store.select({ condition, view, fields })) {
    if (wanted && !wanted.has(document.host)) continue
    const group = groupOf?.(document)
    if (groupOf && group === undefined) ungrouped.add(document.host)
    else reading.read(document, (item, value) => tally.put(document.host, group, item, value))
  }
  return {
    splits: [...tally.splits()],
    alone: groupOf ? [...tally.groups()].flatMap((hosts) => (hosts.length === 1 ? hosts : [])).sort() : [],
    ungrouped: [...ungrouped],
    coverage: answer.coverage,
  }
}

interface Reading {
  /** The documents that hold it. */
  condition: Condition
  fields: readonly string[]
  /** Tells each item of a document and what is held of it. */
  read(document: Selected, put: (item: string, value: FieldValue) => void): void
}

function readingOf(subject: Subject, condition: Condition): Reading {
  switch (subject.kind) {
    case 'field':
      return fieldReading(subject.field, condition)
    case 'file':
      return { ...fileReading, condition: atPath(subject.path) }
    case 'files':
      return { ...fileReading, condition: { kind: 'value', field: 'event.dataset', value: { text: 'mitra.file' } } }
    case 'packages':
      return packageReading
    default:
      return subject satisfies never
  }
}

function fieldReading(field: string, condition: Condition): Reading {
  const exists: Condition = { kind: 'exists', field }
  // a configured value is compared with the one in effect on its own host, by --effective
  const isEffective = field.startsWith('sysctl.') && pathsNamed(condition).length === 0
  const isFamily = field.endsWith('.*')
  const beginning = field.slice(0, -1)
  return {
    // whether a document has any field of a family takes reading it, and at this path each has
    condition: isEffective ? (isFamily ? atPath(settingsPath) : allOf([exists, atPath(settingsPath)])) : exists,
    fields: [field],
    read({ path, names, values }, put) {
      for (const [index, name] of names.entries())
        if (isFamily ? name.startsWith(beginning) : name === field) put(isFamily ? name : path, values[index] ?? '')
    },
  }
}

const fileReading: Omit<Reading, 'condition'> = {
  fields: ['file.hash.sha256', 'file.exists'],
  read({ path, names, values }, put) {
    const hash = values[names.indexOf('file.hash.sha256')]
    if (hash !== undefined) put(path, hash)
    else if (values[names.indexOf('file.exists')] === false) put(path, removed)
  },
}

const packageReading: Reading = {
  condition: atPath(packagesPath),
  fields: ['content'],
  read({ names, values }, put) {
    const content = values[names.indexOf('content')]
    if (typeof content !== 'string') return
    const versions = new Map<string, string[]>()
    for (const { name, version } of parsePackageLines(content)) {
      const known = versions.get(name)
      if (known === undefined) versions.set(name, [version])
      else if (!known.includes(version)) known.push(version)
    }
    for (const [name, [only = '', ...others]] of versions)
      put(name, others.length === 0 ? only : [only, ...others].sort())
  },
}

function atPath(path: string): Condition {
  return { kind: 'value', field: 'file.path', value: { text: path } }
}

function allOf(conditions: readonly Condition[]): Condition {
  const must = conditions.filter(({ kind }) => kind !== 'all')
  const [only = { kind: 'all' }, ...others] = must
  return others.length === 0 ? only : { kind: 'bool', must, should: [], must_not: [] }
}

function namesOf(hosts: readonly HostRow[]): Set<string> {
  return new Set(hosts.map(({ name }) => name))
}
