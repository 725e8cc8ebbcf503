// What found documents have in common: hosts, paths, kinds of source, labels, with how many of them have it.
import type { Condition } from '../query/ast.ts'
import type { Scalar } from '../snapshot/document.ts'
import type { Store, View } from '../store/store.ts'
import type { Ask } from './page.ts'
import { storedFields } from './stored-fields.ts'

export interface Facet {
  field: string
  name: string
  /** Most documents first. */
  values: { value: Scalar; documents: number; hosts: number }[]
  /** How many values there are in all. */
  distinct: number
}

const shown = 8
const mostLabels = 4
/** Once as much time has passed, no more of them are asked for; milliseconds. */
const patience = 1500

const usual: readonly [field: string, name: string][] = [
  ['event.dataset', 'Kind'],
  ['file.path', 'Path'],
  ['host.name', 'Host'],
]

/** Those with more than one value, as many as can be had in a second or two. */
export async function facetsOf(
  ask: Pick<Ask, 'store'>,
  { condition, view }: { condition: Condition; view: View },
): Promise<Facet[]> {
  const until = performance.now() + patience
  const labels = (await storedFields(ask.store)).filter(({ name }) => name.startsWith('labels.')).slice(0, mostLabels)
  const fields = [...usual, ...labels.map(({ name }) => [name, name.slice('labels.'.length)] as const)]
  const facets: Facet[] = []
  for (const [field, name] of fields) {
    if (performance.now() > until) break
    const facet = await facetOf(ask.store, field, name, { condition, view })
    if (facet.distinct > 1) facets.push(facet)
  }
  return facets
}

async function facetOf(
  store: Store,
  field: string,
  name: string,
  request: { condition: Condition; view: View },
): Promise<Facet> {
  const { values } = await store.values(field, request)
  const most = values.toSorted((one, other) => other.documents - one.documents)
  return {
    field,
    name,
    values: most.slice(0, shown).map(({ value, documents, hosts }) => ({ value, documents, hosts })),
    distinct: values.length,
  }
}
