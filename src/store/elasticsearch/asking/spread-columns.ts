// Which column of the index tells how a field is spread over hosts: the pairs of names and values, or the field's own.
import type { estypes } from '@elastic/elasticsearch'
import type { FieldValue, Scalar } from '../../../snapshot/document.ts'
import type { Held, SpreadRequest, View } from '../../store.ts'
import { termOf, termsField } from '../mapping/exact-terms.ts'
import type { IndexedView } from '../mapping/index-names.ts'
import { isPaired, pairOf, pairRead, pairsField } from '../mapping/pairs.ts'
import { type Asking, plain, type Target } from './asking.ts'
import { besideIndex, isColumn } from './columns.ts'
import type { Query } from './query-parts.ts'

export interface Column {
  /** Its name in the index. */
  name: string
  /** What is compared is told apart by path; else by what the column says. */
  byPath: boolean
  /** A regular expression for what of the column is meant; all of it when absent. */
  include?: string
  /** Documents of which it says everything, and those that are to be read. */
  whole: Query
  beside: Query
  /** Whether the values of a path can be counted before they are asked for. */
  isOfField: boolean
  /** Undefined for what is not meant. */
  read(key: Scalar, path: string | undefined): { item: string; value: FieldValue } | undefined
  /** How the column writes a value. */
  keyOf(held: Pick<Held, 'item' | 'value'>): Scalar
  /** Documents with one of some values, and maybe others. */
  having(held: readonly Held[]): Query
}

/** A host and path stand for one document there. */
export function isOfOneState(view: View): view is IndexedView {
  return view.kind === 'latest' || (view.kind === 'days' && view.from === view.to)
}

/** Undefined where no column tells, or a host may say several things of one. */
export async function columnFor(
  asking: Asking,
  target: Target,
  { field }: Pick<SpreadRequest, 'field'>,
): Promise<Column | undefined> {
  const { types } = asking
  if (!isPaired(field, types)) {
    // to the index a boolean is a number
    const isPlain = types.nativeType(field) !== 'boolean' && (await isColumn(asking, field, target))
    return isPlain ? columnOf(field) : undefined
  }
  const isFamily = field.endsWith('.*')
  // names of one host in several documents: the first counts, which no column knows
  return isFamily && (await isOfPaths(asking, target)) ? undefined : pairsColumn(field, isFamily)
}

function pairsColumn(field: string, isFamily: boolean): Column {
  const beginning = isFamily ? field.slice(0, -1) : `${field}=`
  const nameOf = ({ item }: Pick<Held, 'item'>) => (isFamily ? item : field)
  return {
    name: pairsField,
    byPath: !isFamily,
    include: `${escaped(beginning)}.*`,
    whole: { exists: { field: pairsField } },
    beside: { bool: { must_not: [{ exists: { field: pairsField } }] } },
    isOfField: false,
    read: (key, path) => {
      const { name, value } = pairRead(String(key))
      return { item: path ?? name, value }
    },
    keyOf: (held) => pairOf(nameOf(held), held.value ?? ''),
    having: (held) => ({
      terms: { [termsField]: held.map((each) => termOf(nameOf(each), [each.value ?? ''].flat()[0] ?? '')) },
    }),
  }
}

function columnOf(field: string): Column {
  return {
    name: field,
    byPath: true,
    whole: { bool: { filter: [{ exists: { field } }], must_not: [besideIndex(field)] } },
    beside: besideIndex(field),
    isOfField: true,
    read: (key, path = '') => ({ item: path, value: key }),
    keyOf: ({ value }) => value as Scalar,
    having: (held) => ({ terms: { [field]: held.map(({ value }) => value as Scalar) } }),
  }
}

async function isOfPaths({ client }: Asking, target: Target): Promise<boolean> {
  const { aggregations } = await client.search<unknown, { paths: estypes.AggregationsStringTermsAggregate }>({
    ...target,
    size: 0,
    ...plain,
    aggregations: { paths: { terms: { field: 'file.path', size: 2 } } },
  })
  return Array.isArray(aggregations?.paths.buckets) && aggregations.paths.buckets.length > 1
}

/** For Lucene's regular expressions, which know more signs than most. */
function escaped(text: string): string {
  return text.replace(/[.?+*|{}[\]()"\\#@&<>~^$-]/g, '\\$&')
}
