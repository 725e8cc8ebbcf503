// Whether a rule holds on every host, and who breaks it.
import type { Condition } from '../query/ast.ts'
import { compileMatcher } from '../query/matcher.ts'
import { pathsNamed } from '../query/named.ts'
import type { Document, FieldValue } from '../snapshot/document.ts'
import type { Coverage, Selected, Store, View } from '../store/store.ts'
import { allOf, anyOf, everything, isOneOf } from './conditions.ts'

export interface AssertRequest {
  condition: Condition
  /** Every host has a document that matches, or none has. */
  on: 'all' | 'none'
  /** Fields the query names, to tell what offenders hold of them; patterns are passed over. */
  fields: readonly string[]
  /** Only hosts with a document that matches. */
  universe?: Condition
  view: View
  /** Hosts last seen before this time (milliseconds since the epoch) count as silent. */
  silentBefore: number
  /** What a silent host last said is taken for true. */
  allowSilent: boolean
}

export interface Offender {
  host: string
  /**
   * `differs`: it holds something else. `without`: no document that the query names, nor the fields. `removed`: the file was
   * there. `error`: it could not be read. `silent`: it matched when it was last heard of. `matches`: no host was to match.
   */
  reason: 'differs' | 'without' | 'removed' | 'error' | 'silent' | 'matches'
  /** `field=value` of each field the query names, with the path before it where that is not named; or why the source could not be read. */
  holds: string[]
}

export interface Verdict {
  /** `nobody`: there was no host to ask, so nothing is known. */
  status: 'holds' | 'fails' | 'nobody'
  asked: number
  /** By host. */
  offenders: Offender[]
  coverage: Coverage
}

/**
 * Asks one rule of the fleet. Of `all`, a host without the source offends, and so does a silent one unless `allowSilent`: what is
 * not known to hold does not pass. Of `none`, only what matches offends; `coverage` tells how many were silent.
 */
export async function assertion(store: Store, request: AssertRequest): Promise<Verdict> {
  const { condition, on, universe, view, silentBefore, allowSilent } = request
  const whom = { without: [], ...(universe && { universe }), view, silentBefore }
  const { hosts: asked } = await store.hosts({ ...whom, all: [] })
  const { hosts: matched, coverage } = await store.hosts({ ...whom, all: [condition] })
  if (asked.length === 0) return { status: 'nobody', asked: 0, offenders: [], coverage }
  const silent = new Set(matched.flatMap((host) => (host.silent && !allowSilent ? [host.name] : [])))
  const matching = new Set(matched.map(({ name }) => name))
  const names =
    on === 'none'
      ? [...matching]
      : asked.map(({ name }) => name).filter((name) => !matching.has(name) || silent.has(name))
  const held = names.length === 0 ? new Map<string, Held>() : await heldBy(store, new Set(names), request)
  const isLookedAt = wantedFields(request).length > 0 || pathsNamed(condition).length > 0
  const offenders = names.sort().map((host): Offender => {
    const found = held.get(host)
    const holds = found?.values ?? []
    if (on === 'none') return { host, reason: 'matches', holds }
    if (matching.has(host)) return { host, reason: 'silent', holds }
    if (found?.error !== undefined && holds.length === 0) return { host, reason: 'error', holds: [found.error] }
    if (found?.isRemoved && holds.length === 0) return { host, reason: 'removed', holds }
    return { host, reason: found === undefined && isLookedAt ? 'without' : 'differs', holds }
  })
  return { status: offenders.length === 0 ? 'holds' : 'fails', asked: asked.length, offenders, coverage }
}

interface Held {
  values: string[]
  error?: string
  isRemoved: boolean
}

/** More hosts are not worth naming in a question: all are read, and the others passed over. */
const mostNamed = 200

async function heldBy(store: Store, hosts: ReadonlySet<string>, request: AssertRequest): Promise<Map<string, Held>> {
  const held = new Map<string, Held>()
  const fields = wantedFields(request)
  const paths = pathsNamed(request.condition)
  if (paths.length === 0 && fields.length === 0) return held
  const sources =
    paths.length > 0 ? isOneOf('file.path', paths) : anyOf(fields.map((field) => ({ kind: 'exists', field })))
  const named = hosts.size <= mostNamed ? isOneOf('host.name', [...hosts]) : everything
  const condition = allOf(sources, named)
  const selected = store.select({ condition, view: request.view, fields: [...fields, 'error.message', 'file.exists'] })
  for await (const document of selected) {
    if (!hosts.has(document.host)) continue
    const known = held.get(document.host) ?? { values: [], isRemoved: false }
    held.set(document.host, known)
    add(known, document, { condition: request.condition, fields, isPathTold: paths.length !== 1 })
  }
  return held
}

function add(
  held: Held,
  { path, names, values }: Selected,
  { condition, fields, isPathTold }: { condition: Condition; fields: readonly string[]; isPathTold: boolean },
): void {
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? ''
    if (fields.includes(name))
      held.values.push(`${isPathTold ? `${path}: ` : ''}${name}=${heldText(name, value, condition)}`)
    else if (name === 'error.message') held.error = String(value)
    else if (name === 'file.exists' && value === false) held.isRemoved = true
  }
}

/** A value as a whole; of a list as long as that of packages only what was asked for. */
function heldText(field: string, value: FieldValue, condition: Condition): string {
  const elements = [value].flat()
  if (elements.length <= mostElements) return elements.join(' ')
  const tests = leavesOn(field, condition).map(compileMatcher)
  const asked = elements.filter((element) => tests.some((matches) => matches({ [field]: element } as Document)))
  return asked.length > 0 && asked.length <= mostElements ? asked.join(' ') : `(${elements.length} values)`
}

const mostElements = 6

function leavesOn(field: string, condition: Condition): Condition[] {
  if (condition.kind !== 'bool') return 'field' in condition && condition.field === field ? [condition] : []
  return [...condition.must, ...condition.should].flatMap((each) => leavesOn(field, each))
}

/** What says something of a host's state: neither what names it, nor whole texts. */
function wantedFields({ fields }: AssertRequest): string[] {
  return fields.filter(
    (field) =>
      !field.includes('*') && !/^(?:content|@timestamp|host\.name|file\.path|event\..*|labels\..*)$/.test(field),
  )
}
