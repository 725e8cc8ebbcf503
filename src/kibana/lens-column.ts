// Columns of a Lens layer: what is asked of Elasticsearch for one dimension of a chart.
import type { FieldType, Unit } from '../snapshot/field.ts'
import type { FieldCatalogue } from './catalogue.ts'
import type { Breakdown, Measure } from './panel.ts'

export type DataType = 'string' | 'number' | 'date' | 'boolean' | 'ip'

/** A query as Kibana keeps it. */
export interface Query {
  language: 'lucene' | 'kuery'
  query: string
}

export interface Column {
  operationType: string
  label: string
  customLabel?: true
  dataType: DataType
  isBucketed: boolean
  scale: 'ordinal' | 'interval' | 'ratio'
  sourceField?: string
  references?: readonly string[]
  timeScale?: 's'
  filter?: Query
  params: Readonly<Record<string, unknown>>
}

/** Columns by their ids, in the order they are asked in: the outermost first. */
export type Columns = Readonly<Record<string, Column>>

const dataTypes: Readonly<Record<FieldType, DataType>> = {
  keyword: 'string',
  text: 'string',
  long: 'number',
  double: 'number',
  boolean: 'boolean',
  date: 'date',
  ip: 'ip',
}

export function timeColumn(interval = 'auto'): Column {
  return {
    operationType: 'date_histogram',
    label: '@timestamp',
    dataType: 'date',
    isBucketed: true,
    scale: 'interval',
    sourceField: '@timestamp',
    params: { interval, includeEmptyRows: true, dropPartials: false },
  }
}

/** `orderedBy`: the column whose highest (or lowest) values come first; by name without one. */
export function termsColumn(
  { field, label, most, type, order }: Breakdown,
  catalogue: FieldCatalogue,
  orderedBy?: { column: string; direction: 'asc' | 'desc' },
): Column {
  const isByName = order === 'name' || orderedBy === undefined
  const dataType = type ?? typeOf(field, catalogue)
  return {
    operationType: 'terms',
    label,
    customLabel: true,
    dataType,
    isBucketed: true,
    scale: 'ordinal',
    sourceField: field,
    params: {
      size: most,
      orderBy: isByName ? { type: 'alphabetical', fallback: false } : { type: 'column', columnId: orderedBy.column },
      orderDirection: isByName ? 'asc' : orderedBy.direction,
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: 'terms' },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
    },
  }
}

/** The columns of one measure, the last of them the one to show: a rate is of the maximum of its counter. */
export function measureColumns(id: string, measure: Measure, catalogue: FieldCatalogue): Record<string, Column> {
  const { of, field = '', label } = measure
  const named = { label, customLabel: true, isBucketed: false, scale: 'ratio' } as const
  const format = formatOf(measure, catalogue)
  switch (of) {
    case 'documents':
      return {
        [id]: {
          ...named,
          operationType: 'count',
          dataType: 'number',
          sourceField: '___records___',
          params: { emptyAsNull: false, ...format },
        },
      }
    case 'distinct':
      return {
        [id]: {
          ...named,
          operationType: 'unique_count',
          dataType: 'number',
          sourceField: field,
          params: { emptyAsNull: false },
        },
      }
    case 'average':
    case 'max':
    case 'min': {
      const dataType = typeOf(field, catalogue) === 'date' ? 'date' : 'number'
      const params = { emptyAsNull: true, ...format }
      return { [id]: { ...named, operationType: of, dataType, sourceField: field, params } }
    }
    case 'last':
      return {
        [id]: {
          ...named,
          operationType: 'last_value',
          dataType: typeOf(field, catalogue),
          scale: 'ordinal',
          sourceField: field,
          filter: { language: 'kuery', query: `"${field}": *` },
          // every value of a field that has several
          params: { sortField: '@timestamp', showArrayValues: true },
        },
      }
    case 'rate': {
      const counter = counterOf(id)
      return {
        [counter]: {
          ...named,
          operationType: 'max',
          label: `Maximum of ${field}`,
          dataType: 'number',
          sourceField: field,
          params: { emptyAsNull: true },
        },
        [id]: {
          ...named,
          operationType: 'counter_rate',
          dataType: 'number',
          references: [counter],
          timeScale: 's',
          params: { format: number(2, '/s') },
        },
      }
    }
    default:
      return of satisfies never
  }
}

/** The hidden column of the counter that a rate is of. */
export function counterOf(id: string): string {
  return `${id}-counter`
}

function typeOf(field: string, catalogue: FieldCatalogue): DataType {
  return dataTypes[catalogue.declared(field)?.type ?? 'keyword']
}

const number = (decimals: number, suffix?: string) => ({
  id: 'number',
  params: { decimals, ...(suffix !== undefined && { suffix }) },
})

/** Units that a data view cannot say of the fields of a family. */
const formats: Readonly<Partial<Record<Unit, object>>> = {
  bytes: { id: 'bytes', params: { decimals: 1 } },
  per_second: number(2, '/s'),
  percent: number(1, ' %'),
  ms: number(0, ' ms'),
}

function formatOf({ field = '', suffix, bytes }: Measure, { declared }: FieldCatalogue): { format?: object } {
  if (bytes) return { format: { id: 'bytes', params: { decimals: 1, ...(suffix !== undefined && { suffix }) } } }
  if (suffix !== undefined) return { format: number(1, suffix) }
  const unit = declared(field)?.unit
  const format = unit && formats[unit]
  return format === undefined ? {} : { format }
}
