// Documents as rows: the columns `--fields` asks for.
import { ActionableError } from '../errors.ts'
import type { Document } from '../snapshot/document.ts'
import { timeOf } from '../snapshot/document.ts'
import type { Store } from '../store/store.ts'
import type { Io } from '../terminal/io.ts'
import { declaredField } from './declared-fields.ts'
import { globMatcher } from './glob.ts'
import { type Column, chosenFields, type ListOptions } from './listing.ts'
import { storedName } from './question.ts'
import { sayUnknownFields } from './unknown-fields.ts'

/** The columns of CSV when none are chosen: fields that every kind of document has. */
const usual = ['@timestamp', 'host.name', 'file.path', 'event.dataset', 'file.size', 'error.message', 'content']

/** One column for each field named; a pattern stands for all stored fields it matches. Unknown names are hinted at on stderr. */
export async function documentColumns(options: ListOptions, store: Store, io: Io): Promise<Column<Document>[]> {
  const wanted = chosenFields(options)
  if (!wanted) return usual.map(columnOf)
  const stored = wanted.some((each) => each.includes('*')) ? (await store.fields()).map((row) => row.name) : []
  const meant = wanted.map(async (each) =>
    each.includes('*') ? [...usual, ...stored].filter(globMatcher(each)) : [await storedName(each)],
  )
  const names = (await Promise.all(meant)).flat()
  if (names.length === 0)
    throw new ActionableError(`no field matches ${wanted.join(', ')}`, { next: '`mitra fields` lists those there are' })
  await sayUnknownFields(names, options, store, io)
  return [...new Set(names)].map(columnOf)
}

function columnOf(name: string): Column<Document> {
  if (name === '@timestamp') return { name, title: name, kind: 'time', value: timeOf, style: 'dim' }
  const type = declaredField(name)?.type
  const isNumber = type === 'long' || type === 'double'
  return {
    name,
    // case counts when it is typed
    title: name,
    kind: isNumber ? 'number' : 'text',
    value: (document) => document[name],
    ...(name === 'host.name' && { style: 'bold' }),
  }
}
