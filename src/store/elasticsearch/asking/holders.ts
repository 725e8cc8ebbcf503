// The names of the hosts that hold some values, found through the column that told how many they are.
import type { Scalar } from '../../../snapshot/document.ts'
import { keyOf, namesIn } from '../../spread.ts'
import type { Held } from '../../store.ts'
import { narrowed, plain, type Target } from './asking.ts'
import { compositeBuckets } from './buckets.ts'
import { besideColumn, type Counting, eachPart, mostBuckets } from './spread.ts'

const byHost = [{ host: { terms: { field: 'host.name' } } }]

/** For each value the first names in order, as many as the request wants. */
export async function holdersOf(counting: Counting, held: readonly Held[]): Promise<string[][]> {
  const { request } = counting
  const beside = namesIn([...(await besideColumn(counting)).splits()], held)
  const byGroup = Map.groupBy(held, ({ group }) => group)
  const found = new Map<string, string[]>()
  await eachPart(counting, async ({ group, target }) => {
    for (const some of batchesOf(counting, byGroup.get(group) ?? []))
      for (const [key, names] of await namesOf(counting, target, some))
        found.set(key, [...(found.get(key) ?? []), ...names])
  })
  return held.map((each, index) =>
    [...(beside[index] ?? []), ...(found.get(keyOf(each)) ?? [])].sort().slice(0, request.names),
  )
}

/** As many values as an answer can hold the names of; of one path, where paths are compared. */
function* batchesOf({ column, request }: Counting, held: readonly Held[]): Iterable<Held[]> {
  for (const alike of Map.groupBy(held, ({ item }) => (column.byPath ? item : '')).values()) {
    let some: Held[] = []
    let sum = 0
    for (const each of alike) {
      const names = Math.min(each.hosts, request.names) + 1
      if (sum + names > mostBuckets && some.length > 0) {
        yield some
        some = []
        sum = 0
      }
      some.push(each)
      sum += names
    }
    yield some
  }
}

async function namesOf(
  { asking, column, request }: Counting,
  target: Target,
  held: readonly Held[],
): Promise<[key: string, names: string[]][]> {
  const [first] = held
  if (!first) return []
  const isHere = column.byPath ? [{ term: { 'file.path': first.item } }] : []
  const here = narrowed(target, ...isHere, column.having(held))
  if (Math.min(first.hosts, request.names) >= mostBuckets) {
    const names: string[] = []
    const exact = narrowed(here, { term: { [column.name]: column.keyOf(first) } })
    for await (const { key } of compositeBuckets(asking, exact, byHost)) names.push(String(key['host']))
    return [[keyOf(first), names]]
  }
  const byKey = new Map(held.map((each) => [column.keyOf(each), each]))
  const size = Math.min(request.names, mostBuckets)
  const answer = await asking.client.search<unknown, { values: { buckets: Bucket[] } }>({
    ...here,
    size: 0,
    ...plain,
    aggregations: {
      values: {
        terms: { field: column.name, size: held.length, include: [...byKey.keys()] as string[] },
        aggregations: { hosts: { terms: { field: 'host.name', size, order: { _key: 'asc' } } } },
      },
    },
  })
  return (answer.aggregations?.values.buckets ?? []).flatMap(({ key, hosts }) => {
    const each = byKey.get(key)
    return each ? [[keyOf(each), hosts.buckets.map(({ key: name }) => name)]] : []
  })
}

interface Bucket {
  key: Scalar
  hosts: { buckets: { key: string }[] }
}
