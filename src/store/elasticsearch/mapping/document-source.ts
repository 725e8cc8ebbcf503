// A document as Elasticsearch keeps it: mapped fields under their names, all others below `other`, and the exact terms of every
// value the mapping cannot hold as it is. What an import brings under whatever names is taken, and given back as it came.
import { hash } from 'node:crypto'
import type { Document, FieldValue, Scalar } from '../../../snapshot/document.ts'
import { inStoredOrder } from '../../field-split.ts'
import { addressTerm, termOf, termsField } from './exact-terms.ts'
import { type FieldTypes, isHeldNatively } from './field-types.ts'
import { pairsField, pairsOf } from './pairs.ts'

/** `_source` as it is sent or read: flat, dotted names. */
export type Source = Record<string, unknown>

/** Fields of `_source` that are the writer's own. */
const ownFields: ReadonlySet<string> = new Set([termsField, pairsField, 'other', 'other_names', 'state'])

/** Both forms of a document: whole, and as the history keeps it (a sample without its text). */
export interface Sources {
  whole: string
  version: string
}

/** The JSON of a document for each view. */
export function sourcesOf(document: Document, types: FieldTypes): Sources {
  const source = sourceOf(document, types)
  const whole = JSON.stringify(source)
  if (document['event.kind'] !== 'metric' || document.content === undefined) return { whole, version: whole }
  const { content, 'file.hash.sha256': _hash, ...sample } = source
  return { whole, version: JSON.stringify(sample) }
}

function sourceOf(document: Document, types: FieldTypes): Source {
  const source: Source = { '@timestamp': document['@timestamp'] }
  // every sample is kept, whatever the one before it was
  if (document['event.kind'] !== 'metric') source['state'] = stateOf(document)
  const other: [name: string, value: FieldValue][] = []
  const terms: string[] = []
  for (const [name, value] of inStoredOrder(document)) {
    if (value === undefined || name === '@timestamp' || isEmpty(value)) continue
    const isItself = isSentAsItself(name, value, types)
    if (isItself) source[name] = value
    else other.push([name, value])
    if (name !== 'content') for (const term of termsOf(name, value, types, isItself)) terms.push(term)
  }
  // a field may be named `__proto__`: an assignment would lose it
  if (other.length > 0)
    Object.assign(source, { other: Object.fromEntries(other), other_names: other.map(([name]) => name) })
  if (terms.length > 0) source[termsField] = terms
  const pairs = pairsOf(document, types)
  if (pairs.length > 0) source[pairsField] = pairs
  return source
}

/**
 * A field of a declared type gets nothing it cannot hold. Elasticsearch would ignore it, and with it a sound number after it (a
 * fraction in a field of times does that in 9.4).
 */
function isSentAsItself(name: string, value: FieldValue, types: FieldTypes): boolean {
  if (!types.isMapped(name)) return false
  const type = types.nativeType(name)
  if (type === undefined || type === 'text') return true
  const elements = typeof value === 'object' ? value : [value]
  // a long text is not indexed, and kept all the same
  if (type === 'keyword') return elements.every((element) => typeof element === 'string')
  return elements.every((element) => isHeldNatively(type, element))
}

function* termsOf(name: string, value: FieldValue, types: FieldTypes, isItself: boolean): Iterable<string> {
  const type = types.nativeType(name)
  // Texts are few. The numbers of the kernel's tables are not, and have names that a host does not make up.
  const isAlways = !isItself || (type === 'keyword' && types.isOfFamily(name))
  for (const element of typeof value === 'object' ? value : [value]) {
    if (!isAlways && isHeldNatively(type, element)) continue
    yield termOf(name, element)
    const address = type === 'ip' ? addressTerm(name, String(element)) : undefined
    if (address !== undefined) yield address
  }
}

/** Equal texts mean the same state: everything but the time, whatever the order of the fields. */
export function stateOf(document: Document): string {
  const names = Object.keys(document).filter((name) => name !== '@timestamp' && !isEmpty(document[name] ?? []))
  return hash('sha256', JSON.stringify(names.sort().map((name) => [name, document[name]])), 'base64url').slice(0, 27)
}

/** The document of a `_source`. */
export function documentOf(source: Source): Document {
  const { other } = source
  const document = Object.fromEntries([
    ...Object.entries(source).filter(([name]) => !ownFields.has(name)),
    ...Object.entries(other ?? {}),
  ]) as Document
  return other === undefined ? document : (Object.fromEntries(inStoredOrder(document)) as Document)
}

function isEmpty(value: FieldValue): value is readonly Scalar[] {
  return typeof value === 'object' && value !== null && value.length === 0
}
