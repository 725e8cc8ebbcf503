// How values are spread over hosts, told from the documents themselves: what every store can do.
import type { Held, Selected, SelectRequest, Split, SpreadRequest } from './store.ts'
import { identityOf, Tally } from './tally.ts'

/** The documents to tell it from. */
export function selectionFor({ condition, view, field }: SpreadRequest): SelectRequest {
  return { condition, view, fields: [field] }
}

export async function spreadOf(documents: AsyncIterable<Selected>, request: SpreadRequest): Promise<Split[]> {
  const tally = new Tally({ names: request.names, absence: false })
  for await (const document of documents) tallyDocument(tally, document, request)
  return inOrder(tally.splits())
}

/** Documents come in the order of their hosts. */
export function tallyDocument(
  tally: Tally,
  { host, path, names, values }: Selected,
  { field, hosts }: Pick<SpreadRequest, 'field' | 'hosts'>,
): void {
  if (hosts && !hosts.has(host)) return
  const group = hosts?.get(host)
  const isFamily = field.endsWith('.*')
  const beginning = field.slice(0, -1)
  for (const [index, name] of names.entries())
    if (isFamily ? name.startsWith(beginning) : name === field)
      tally.put(host, group, isFamily ? name : path, values[index] ?? '')
}

/** By group and name. */
export function inOrder(splits: Iterable<Split>): Split[] {
  return [...splits].sort(
    (one, other) => compareTexts(one.group ?? '', other.group ?? '') || compareTexts(one.item, other.item),
  )
}

/** The names that stand in splits. */
export function namesIn(splits: readonly Split[], held: readonly Held[]): string[][] {
  const names = new Map(
    splits.flatMap(({ item, group, holdings }) =>
      holdings.map((holding) => [keyOf({ item, group, value: holding.value }), holding.names ?? []] as const),
    ),
  )
  return held.map((each) => names.get(keyOf(each)) ?? [])
}

/** The same for equal ones only. */
export function keyOf({ item, group, value }: Omit<Held, 'hosts'>): string {
  return JSON.stringify([group, item, identityOf(value)])
}

function compareTexts(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
