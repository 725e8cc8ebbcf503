// Turns one JSON value of an import into a document: nested or flat names, aliases, and whatever else follows from the text.
import { coreFields } from '../snapshot/core-fields.ts'
import { derivedFields } from '../snapshot/derived-fields.ts'
import type { Document, Fields, FieldValue, Kind, Scalar } from '../snapshot/document.ts'
import { formatOf } from '../sources/index.ts'
import type { Format } from '../sources/source.ts'

const deepest = 32
const latestYear = Date.UTC(10_000, 0, 1)
const aliases = new Map(coreFields.flatMap(({ name, alias }) => (alias ? [[alias, name] as const] : [])))
const types = new Map(coreFields.map(({ name, type }) => [name, type]))

/**
 * The document a value means. One that names no `event.dataset` is a minimal one: its typed fields are made from its
 * content by the parser of its path; `formats` are those of the configuration. Throws an Error that says what is wrong with it.
 */
export function importedDocument(value: unknown, formats: readonly Format[] = []): Document {
  const given: Fields = {}
  flatten(unwrapped(value), '', given, 0)
  const time = timeStamp(given['@timestamp'])
  const host = name(given, 'host.name')
  const path = name(given, 'file.path')
  const text = given['content']
  if (text !== undefined && typeof text !== 'string') throw new Error('content must be a string')
  const isMinimal = given['event.dataset'] === undefined
  const format = isMinimal ? formatOf(path, formats) : undefined
  const content = text === undefined ? undefined : (format?.withoutSecrets?.(text) ?? text)
  const typed = format && content !== undefined ? format.fields(content) : undefined
  return {
    ...derivedFields(path, content),
    ...typed,
    ...given,
    ...(content !== undefined && { content }),
    '@timestamp': time,
    'host.name': host,
    'file.path': path,
    'event.dataset': String(given['event.dataset'] ?? format?.dataset ?? 'mitra.file'),
    'event.kind': kind(given['event.kind'], format?.kind),
  } as Document
}

/** Elasticsearch's dumps hold the document under `_source`. */
function unwrapped(value: unknown): object {
  if (!isObject(value)) throw new Error('not a JSON object')
  const inner = (value as { _source?: unknown })._source
  return isObject(inner) ? inner : value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function flatten(object: object, prefix: string, into: Fields, depth: number): void {
  if (depth > deepest) throw new Error(`objects nested deeper than ${deepest}`)
  for (const [key, value] of Object.entries(object)) {
    const full = prefix + key
    if (full === '' || full === '__proto__') throw new Error(`no field can be named "${full}"`)
    if (value === null) continue
    if (isObject(value)) flatten(value, `${full}.`, into, depth + 1)
    else {
      const alias = aliases.get(full)
      if (alias !== undefined && into[alias] !== undefined) continue
      const checked = fieldValue(alias ?? full, value)
      if (checked !== undefined) into[alias ?? full] = checked
    }
  }
}

function fieldValue(field: string, value: unknown): FieldValue | undefined {
  if (!Array.isArray(value)) return scalar(field, value)
  const elements = value.filter((element) => element !== null).map((element: unknown) => scalar(field, element))
  return elements.length === 0 ? undefined : elements
}

/** A value as the declared type of its field has it; a field of no declared type takes any scalar. */
function scalar(field: string, value: unknown): Scalar {
  if (typeof value !== 'string' && typeof value !== 'boolean' && !(typeof value === 'number' && Number.isFinite(value)))
    throw new Error(`${field} must be a string, a number, a boolean or an array of these`)
  switch (field === '@timestamp' ? undefined : types.get(field)) {
    case 'long':
      if (typeof value === 'number') return value
      if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value)
      throw new Error(`${field} must be a number, got ${JSON.stringify(value)}`)
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw new Error(`${field} must be true or false, got ${JSON.stringify(value)}`)
    case 'date':
      return timeOfField(field, value)
    case 'keyword':
      return String(value)
    default:
      return value
  }
}

function timeStamp(value: FieldValue | undefined): string {
  if (value === undefined) throw new Error('@timestamp is missing')
  return timeOfField('@timestamp', value)
}

/** ISO 8601, where no zone is given UTC, or milliseconds since the epoch. */
function timeOfField(field: string, value: FieldValue): string {
  const isZoneless = typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value)
  const time =
    typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(isZoneless ? `${value}Z` : value) : NaN
  if (!(time >= 0 && time < latestYear))
    throw new Error(`${field} must be a time in ISO 8601, got ${JSON.stringify(value)}`)
  return new Date(time).toISOString()
}

function name(given: Fields, field: string): string {
  const value = given[field]
  if (value === undefined) throw new Error(`${field} is missing`)
  if (typeof value !== 'string' || value === '') throw new Error(`${field} must be a string that is not empty`)
  return value
}

function kind(given: FieldValue | undefined, fallback: Kind = 'state'): Kind {
  if (given === undefined) return fallback
  if (given !== 'state' && given !== 'metric')
    throw new Error(`event.kind must be "state" or "metric", got ${JSON.stringify(given)}`)
  return given
}
