// Which hosts are alike: by a label, or by fields of their host documents.
import type { Condition } from '../query/ast.ts'
import type { Selected, Store, View } from '../store/store.ts'

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
  const about: Condition = { kind: 'value', field: 'file.path', value: { text: 'host' } }
  const told = new Map<string, (string | undefined)[]>(hosts.map((host) => [host, []]))
  const read = async (documents: Condition) => {
    for await (const document of store.select({ condition: documents, view, fields })) {
      const known = told.get(document.host)
      if (known) for (const [index, value] of valuesOf(document, fields).entries()) known[index] ??= value
    }
  }
  await read(about)
  const missing = fields.filter((_, index) => told.values().some((values) => values[index] === undefined))
  if (missing.length > 0) {
    const should = missing.map((field): Condition => ({ kind: 'exists', field }))
    await read({
      kind: 'bool',
      must: [condition, { kind: 'bool', must: [], should, must_not: [] }],
      should: [],
      must_not: [],
    })
  }
  const groups = new Map<string, string>()
  for (const [host, values] of told)
    if (values.some((value) => value !== undefined))
      groups.set(host, fields.map((_, index) => values[index] ?? '?').join(' '))
  return groups
}

function valuesOf({ names, values }: Selected, fields: readonly string[]): (string | undefined)[] {
  return fields.map((field) => {
    const value = values[names.indexOf(field)]
    return value === undefined ? undefined : [value].flat().join(',')
  })
}
