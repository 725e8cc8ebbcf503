// The two field sets of a document: `meta` is about the source and shared by all samples of a counter, `typed` is the rest.
import type { Document, FieldValue } from '../snapshot/document.ts'

const elsewhere = new Set(['@timestamp', 'host.name', 'file.path', 'content'])
const metaField = /^(file|labels|event|error)\./
/** Of these, what follows from the content and so changes with every sample. */
const contentField = /^file\.(size|hash\.sha256)$/

/** Whether a field of a state document stands in its `meta` set. */
export function isMetaField(name: string): boolean {
  return metaField.test(name)
}

/** Whether a field, or a pattern of them, never stands in the `typed` set, neither of a state nor of a sample. */
export function isNeverTyped(name: string): boolean {
  return elsewhere.has(name) || (isMetaField(name) && !contentField.test(name) && !/^file\..*\*/.test(name))
}

/** Fields as two lists of one length. */
export interface FieldLists {
  names: string[]
  values: FieldValue[]
}

/**
 * `hashed`: the document's hash is that of its text, and kept with the text. `meta` is in order of names: an agent, an export and an
 * import name the same fields in orders of their own.
 */
export function splitFields(
  document: Document,
  metric: boolean,
  hashed: boolean,
): { meta: FieldLists; typed: FieldLists } {
  const meta: string[] = []
  const typed: FieldLists = { names: [], values: [] }
  for (const name of Object.keys(document)) {
    const value = document[name]
    if (value === undefined || elsewhere.has(name)) continue
    if (hashed && name === 'file.hash.sha256') continue
    if (typeof value === 'object' && value.length === 0) continue
    if (isMetaField(name) && !(metric && contentField.test(name))) meta.push(name)
    else {
      typed.names.push(name)
      typed.values.push(value)
    }
  }
  meta.sort()
  return { meta: { names: meta, values: meta.map((name) => document[name] ?? '') }, typed }
}

type Entry = [name: string, value: FieldValue]

const first = ['@timestamp', 'host.name', 'file.path', 'event.dataset', 'event.kind']

/** The fields of a document in the order every store gives them back. */
export function inStoredOrder(document: Document): Entry[] {
  const isMetric = document['event.kind'] === 'metric'
  const hashed = document.content !== undefined && document['file.hash.sha256'] !== undefined
  const last = [...(hashed ? ['file.hash.sha256'] : []), 'content']
  const meta: Entry[] = []
  const typed: Entry[] = []
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined || first.includes(name) || last.includes(name)) continue
    if (isMetaField(name) && !(isMetric && contentField.test(name))) meta.push([name, value])
    else typed.push([name, value])
  }
  meta.sort(([one], [other]) => (one < other ? -1 : 1))
  const named = (names: readonly string[]) =>
    names.flatMap((name): Entry[] => (document[name] === undefined ? [] : [[name, document[name]]]))
  return [...named(first), ...meta, ...named(last), ...typed]
}
