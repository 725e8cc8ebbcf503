// The index templates, made from the declared fields. Each carries its version: a newer one replaces it in place, and agents of
// before keep writing, since fields are only ever added.
import type { Field, FieldType } from '../../../snapshot/field.ts'
import { type Family, fieldTypesOf, longestKeyword } from './field-types.ts'
import { daysAlias, historyAlias } from './index-names.ts'
import { type KernelName, kernelNames } from './kernel-names.ts'
import { pairsField } from './pairs.ts'

/** Grows with every change of what this file makes. */
export const templateVersion = 2

type Json = Readonly<Record<string, unknown>>

export interface IndexTemplate {
  /** Of `PUT _index_template/<name>`. */
  name: string
  body: Json
  /** For an index that is there, which keeps the types that its first documents gave to names of families. */
  mappings: Json
}

/** The templates of the three views, for indices whose names begin with `prefix`. */
export function templatesOf(prefix: string, fields: readonly Field[]): IndexTemplate[] {
  const mappings = mappingsOf(fields, [])
  const withNames = mappingsOf(fields)
  const template = (name: string, pattern: string, settings: Json, alias: string | undefined): IndexTemplate => ({
    name: prefix + name,
    body: {
      index_patterns: [prefix + pattern],
      // above the templates that come with Elasticsearch
      priority: 300,
      version: templateVersion,
      _meta: ownMeta,
      template: {
        settings: { index: { ...commonSettings, ...settings } },
        mappings: withNames,
        ...(alias !== undefined && { aliases: { [alias]: {} } }),
      },
    },
    mappings,
  })
  return [
    template('days', '2*', { refresh_interval: '30s' }, daysAlias(prefix)),
    template('latest', 'latest_v*', { refresh_interval: '1s' }, undefined),
    template('history', 'history_*', { refresh_interval: '30s' }, historyAlias(prefix)),
  ]
}

/** By this mapping, template and index are known as mitra's own. */
export const ownMeta = { mitra: { version: templateVersion } } as const

/** The most fields an index maps; further keys are found as exact terms and in `content`. */
export const mostFields = 6000

const commonSettings: Json = {
  // text repeats itself: 12 times smaller than the default codec on simulated hosts
  codec: 'best_compression',
  number_of_shards: 1,
  auto_expand_replicas: '0-1',
  mapping: {
    total_fields: { limit: mostFields, ignore_dynamic_beyond_limit: true },
    ignore_malformed: true,
    field_name_length: { limit: 1000 },
  },
  // a range over a pattern of field names is a long expression (text-range.ts)
  max_regex_length: 100_000,
  // what src/query/words.ts does: runs of letters and digits, lower-cased, cut at 255
  analysis: {
    tokenizer: { words: { type: 'pattern', pattern: '[^\\p{L}\\p{N}]+' } },
    filter: { longest_word: { type: 'truncate', length: 255 } },
    analyzer: { words: { type: 'custom', tokenizer: 'words', filter: ['lowercase', 'longest_word'] } },
  },
}

/** Fields that a bare word looks into, beside their whole value. */
const alsoWords: ReadonlySet<string> = new Set(['host.name', 'file.path'])

/** The mappings of every index; `names` of families are mapped without waiting for a document that has them. */
export function mappingsOf(fields: readonly Field[], names: readonly KernelName[] = kernelNames): Json {
  const { single, families } = fieldTypesOf(fields)
  const properties: Record<string, unknown> = {
    // made by the writer, from values the mapping cannot hold as they are
    terms: { type: 'keyword', doc_values: false, ignore_above: 9100 },
    // whole values beside their names, for counting only (pairs.ts)
    [pairsField]: { type: 'keyword', index: false },
    // fields of no declaration, as they came
    other: { type: 'object', enabled: false },
    other_names: { type: 'keyword', ignore_above: 1000 },
    // tells whether a state is that of the version before
    state: { type: 'keyword', index: false, doc_values: false },
  }
  for (const { prefix } of families) {
    place(properties, prefix.slice(0, -1), { type: 'object', subobjects: false, dynamic: true, properties: {} })
  }
  for (const { name, type } of names)
    if (families.some(({ prefix }) => name.startsWith(prefix))) place(properties, name, familyProperty(name, type))
  for (const { name, type, alias } of single) {
    place(properties, name, propertyOf(name, type))
    if (alias !== undefined) properties[alias] = { type: 'alias', path: name }
  }
  return {
    dynamic: false,
    date_detection: false,
    numeric_detection: false,
    _meta: ownMeta,
    _source: { excludes: ['terms', pairsField, 'other_names'] },
    dynamic_templates: families.flatMap(dynamicTemplates),
    properties,
  }
}

function propertyOf(name: string, type: FieldType): Json {
  switch (type) {
    case 'keyword':
      return {
        type,
        ignore_above: longestKeyword,
        ...(alsoWords.has(name) && { fields: { words: { type: 'text', analyzer: 'words', norms: false } } }),
      }
    case 'text':
      return { type, analyzer: 'words', position_increment_gap: 1000 }
    case 'long':
    case 'double':
      return { type, coerce: false, ignore_malformed: true }
    case 'ip':
    case 'boolean':
      return { type, ignore_malformed: true }
    case 'date':
      return { type, format: 'strict_date_optional_time', ignore_malformed: name !== '@timestamp' }
    default:
      return type satisfies never
  }
}

/** Text where the source reads text, numbers where it reads numbers; what comes otherwise later is ignored, not refused. */
function dynamicTemplates({ prefix, type }: Family): Json[] {
  const name = prefix.slice(0, -1)
  const path_match = `${prefix}*`
  const rule = (kind: string, mapping: Json) => ({
    [`${name} ${kind}`]: { path_match, match_mapping_type: kind, mapping },
  })
  if (type === 'keyword') return [{ [name]: { path_match, mapping: { ...ownKeyword, ignore_above: longestKeyword } } }]
  const number = type === 'long' || type === 'double' ? propertyOf(name, type) : undefined
  return [
    rule('long', number ?? propertyOf(name, 'long')),
    rule('double', number ?? propertyOf(name, 'double')),
    rule('boolean', propertyOf(name, 'boolean')),
    rule('string', number ?? ownKeyword),
  ]
}

/** A field of a family that holds numbers or texts. */
function familyProperty(name: string, type: FieldType): Json {
  return type === 'keyword' ? ownKeyword : propertyOf(name, type)
}

const ownKeyword: Json = { type: 'keyword', ignore_above: 1024 }

/** Puts a property at its place below the objects its dotted name goes through; a family holds dotted names as they are. */
function place(properties: Record<string, unknown>, name: string, property: Json): void {
  const [first = '', ...rest] = name.split('.')
  if (rest.length === 0) {
    properties[first] = { ...(properties[first] as Json | undefined), ...property }
    return
  }
  const object = (properties[first] ?? { dynamic: false, properties: {} }) as {
    properties: Record<string, unknown>
    subobjects?: boolean
  }
  properties[first] = object
  if (object.subobjects === false) object.properties[rest.join('.')] = property
  else place(object.properties, rest.join('.'), property)
}
