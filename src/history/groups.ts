// Which hosts are alike: by a label, or by fields of their host documents.
import type { Condition } from '../query/ast.ts'
import type { FieldValue } from '../snapshot/document.ts'
import type { Selected, SpreadRequest, Store, View } from '../store/store.ts'
import { allOf, anyOf, hasValue } from './conditions.ts'

/** What hosts have in common that should have the same defaults. */
export const peerFields: readonly string[] = ['host.os.kernel', 'host.os.name', 'host.os.version']

export interface GroupsRequest {
  hosts: readonly string[]
  fields: readonly string[]
  /** The documents that are compared. */
  condition: Condition
  view: View
}

/**
 * The group of each host, by the values of these fields together: those of its `host` document, else of the first document
 * compared that has them. Hosts with none of them are in no group.
 */
export async function groupsOf(store: Store, request: GroupsRequest): Promise<Map<string, string>> {
  const { hosts, fields, condition, view } = request
  const about = hasValue('file.path', 'host')
  const told = new Map<string, (string | undefined)[]>(hosts.map((host) => [host, []]))
  const read = async (documents: Condition) => {
    for await (const document of store.select({ condition: documents, view, fields })) {
      const known = told.get(document.host)
      if (known) for (const [index, value] of valuesOf(document, fields).entries()) known[index] ??= value
    }
  }
  if (view.kind === 'latest') {
    // a store may have them by column, where reading a document of each host takes seconds
    for (const [index, field] of fields.entries())
      for await (const [host, value] of valuesByHost(store, { condition: about, view, field })) {
        const known = told.get(host)
        if (known) known[index] ??= value
      }
  } else await read(about)
  const missing = fields.filter((_, index) => told.values().some((values) => values[index] === undefined))
  if (missing.length > 0) {
    await read(allOf(condition, anyOf(missing.map((field) => ({ kind: 'exists', field })))))
  }
  const groups = new Map<string, string>()
  for (const [host, values] of told)
    if (values.some((value) => value !== undefined))
      groups.set(host, fields.map((_, index) => values[index] ?? '?').join(' '))
  return groups
}

async function* valuesByHost(
  store: Store,
  about: Omit<SpreadRequest, 'names'>,
): AsyncIterable<[host: string, value: string]> {
  const request = { ...about, names: Number.POSITIVE_INFINITY }
  const held = (await store.spread(request)).flatMap(({ item, group, holdings }) =>
    holdings.map((holding) => ({ item, group, ...holding })),
  )
  const unnamed = held.filter(({ names }) => names === undefined)
  const found = unnamed.length > 0 ? await store.holders(request, unnamed) : []
  for (const { value, names } of held) for (const host of names ?? []) yield [host, textOf(value ?? '')]
  for (const [index, { value }] of unnamed.entries())
    for (const host of found[index] ?? []) yield [host, textOf(value ?? '')]
}

function textOf(value: FieldValue): string {
  return [value].flat().join(',')
}

function valuesOf({ names, values }: Selected, fields: readonly string[]): (string | undefined)[] {
  return fields.map((field) => {
    const value = values[names.indexOf(field)]
    return value === undefined ? undefined : textOf(value)
  })
}
