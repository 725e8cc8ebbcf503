// Which hosts are alike: by a label, or by fields of their host documents.
import type { Selected, Store, View } from '../store/store.ts'

/** What hosts have in common that should have the same defaults. */
export const peerFields: readonly string[] = ['host.os.kernel', 'host.os.name', 'host.os.version']

/** The group of the host of a document; undefined when it has none of the fields. */
export type Grouping = (document: Selected) => string | undefined

/**
 * Groups by the values of these fields together. A document's own fields come first (labels stand in every document), else
 * those of the host's `host` document in the same view.
 */
export async function groupingBy(store: Store, fields: readonly string[], view: View): Promise<Grouping> {
  const condition = { kind: 'value', field: 'file.path', value: { text: 'host' } } as const
  const byHost = new Map<string, (string | undefined)[]>()
  for await (const document of store.select({ condition, view, fields }))
    byHost.set(document.host, valuesOf(document, fields))
  return (document) => {
    const own = valuesOf(document, fields)
    const told = byHost.get(document.host)
    const values = own.map((value, index) => value ?? told?.[index])
    return values.every((value) => value === undefined) ? undefined : values.map((value) => value ?? '?').join(' ')
  }
}

function valuesOf({ names, values }: Selected, fields: readonly string[]): (string | undefined)[] {
  return fields.map((field) => {
    const value = values[names.indexOf(field)]
    return value === undefined ? undefined : [value].flat().join(',')
  })
}
