// What found documents have in common: kinds of source, paths, hosts and labels, with how many of them have it. Counted in one
// pass over what is found: cheap, and bounded where that is much.
import type { Condition } from '../query/ast.ts'
import type { Scalar } from '../snapshot/document.ts'
import type { Selected, Store, View } from '../store/store.ts'
import type { Ask } from './page.ts'

export interface Facet {
  field: string
  name: string
  /** Most documents first, ties by value. */
  values: { value: Scalar; documents: number }[]
  /** How many values there are in all. */
  distinct: number
}

export interface Facets {
  /** Those with more than one value. */
  facets: Facet[]
  /** How many documents were counted, where these are not all. */
  counted?: number
}

const shown = 8
const mostLabels = 4
const mostCounted = 20_000
const patience_ms = 1000

const usual = ['event.dataset', 'file.path', 'host.name']
const names: Readonly<Record<string, string>> = { 'event.dataset': 'Kind', 'file.path': 'Path', 'host.name': 'Host' }

export async function facetsOf(
  { store }: Pick<Ask, 'store'>,
  about: { condition: Condition; view: View },
): Promise<Facets> {
  const { counts, counted, isCut } = await countsOf(store, about)
  const facets = Array.from(counts, ([field, values]) => facetOf(field, values)).filter(({ distinct }) => distinct > 1)
  return { facets: facets.slice(0, usual.length + mostLabels), ...(isCut && { counted }) }
}

export interface Counts {
  /** Of hosts, paths, kinds and labels: each value with how many documents have it. */
  counts: Map<string, Map<Scalar, number>>
  /** How many documents were counted; where there are too many, not all. */
  counted: number
  isCut: boolean
}

export async function countsOf(store: Store, about: { condition: Condition; view: View }): Promise<Counts> {
  const until = performance.now() + patience_ms
  const counts = new Map(usual.map((field) => [field, new Map<Scalar, number>()]))
  let counted = 0
  for await (const document of store.select({ ...about, fields: ['event.dataset', 'labels.*'] })) {
    if (counted >= mostCounted || performance.now() > until) return { counts, counted, isCut: true }
    counted++
    for (const [field, value] of valuesOf(document)) {
      const values = counts.get(field) ?? new Map<Scalar, number>()
      counts.set(field, values)
      values.set(value, (values.get(value) ?? 0) + 1)
    }
  }
  return { counts, counted, isCut: false }
}

/** Whether `countsOf` counts a field: it does those of every document, which a store may be slow to count by itself. */
export function isCounted(field: string): boolean {
  return usual.includes(field) || field.startsWith('labels.')
}

function* valuesOf({ host, path, names: fields, values }: Selected): Iterable<[field: string, value: Scalar]> {
  yield ['host.name', host]
  yield ['file.path', path]
  for (const [index, field] of fields.entries()) {
    const isWanted = field === 'event.dataset' || field.startsWith('labels.')
    if (isWanted) for (const value of [values[index] ?? []].flat()) yield [field, value as Scalar]
  }
}

function facetOf(field: string, values: ReadonlyMap<Scalar, number>): Facet {
  const most = [...values].sort(([a, one], [b, other]) => other - one || (String(a) < String(b) ? -1 : 1))
  return {
    field,
    name: names[field] ?? field.slice('labels.'.length),
    values: most.slice(0, shown).map(([value, documents]) => ({ value, documents })),
    distinct: values.size,
  }
}
